import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { NotFoundError, type Example, type QuizSet, type Video } from '@loci/contracts';
import { RecentWork } from '@loci/service';
import type { Config } from '../config.js';
import { CONFIG } from '../connections/tokens.js';
import { VideosService } from '../videos/videos.service.js';
import { readQuizSets, type QuizClip, type QuizClips } from './quiz-sets.js';

/** Clips whose digest is kept. */
const MAX_DIGESTS = 10_000;

/** The clips whose truths are known. They are read once, at the start. */
@Injectable()
export class QuizLibrary implements OnModuleInit {
  private sets: readonly QuizClips[] = [];
  // the sets stay as they were at the start
  private readonly digests = new RecentWork<string>(MAX_DIGESTS);

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(VideosService) private readonly videos: VideosService,
  ) {}

  /** @throws ConfigError */
  async onModuleInit(): Promise<void> {
    this.sets = await readQuizSets(this.config.quizDirs);
  }

  list(): QuizSet[] {
    return this.sets.map(({ id, clips }) => {
      const questions = clips.flatMap((clip) => clip.questions);
      const question_types = [...new Set(questions.map(({ questionType }) => questionType))];
      return { id, clips: clips.length, questions: questions.length, question_types };
    });
  }

  examples(): Example[] {
    return this.sets.flatMap(({ examples }) => examples);
  }

  /** The set of that name, or the first one. */
  set(id: string | undefined): QuizClips {
    const found = this.sets.find((set) => id === undefined || set.id === id);
    if (found === undefined) throw new NotFoundError(id === undefined ? 'A quiz set' : `Quiz set ${id}`);
    return found;
  }

  /** The clip as a video of the tenant: the one that it had, or a new one. */
  async video(tenant: string, { file }: QuizClip, signal: AbortSignal): Promise<Video> {
    return (
      (await this.videos.withBytes(tenant, await this.digests.get(file, () => sha256Of(file)))) ??
      this.upload(tenant, file, signal)
    );
  }

  private async upload(tenant: string, file: string, signal: AbortSignal): Promise<Video> {
    const bytes = createReadStream(file);
    try {
      return (await this.videos.store(tenant, bytes, signal)).video;
    } finally {
      // a refused or interrupted upload leaves its source open
      bytes.destroy();
    }
  }

  /** The clip of an example. */
  clipOf(exampleId: string): QuizClip {
    for (const { examples, clips } of this.sets) {
      const example = examples.find(({ id }) => id === exampleId);
      const clip = clips.find(({ name }) => name === example?.clip);
      if (clip !== undefined) return clip;
    }
    throw new NotFoundError(`Example ${exampleId}`);
  }
}

/** The SHA-256 of a file, hex. */
async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(file) as AsyncIterable<Buffer>) hash.update(piece);
  return hash.digest('hex');
}
