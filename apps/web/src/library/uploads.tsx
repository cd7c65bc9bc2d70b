import { RefusedError, type LociClient } from '@loci/client';
import type { Video } from '@loci/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { createContext, use, useRef, useState, type ReactNode } from 'react';
import { isFinal, sentenceOfError } from '../service/problems.js';
import { useClient } from '../service/client.js';
import { names } from '../service/queries.js';
import { sendFile, UnreadableError, type SentFile, type UploadProgress } from '../service/upload.js';
import { texts } from '../texts.js';

/** An upload of this tab, from its start until it is dismissed. */
export interface Upload {
  id: number;
  file: File;
  state: 'sending' | 'done' | 'stopped' | 'failed';
  progress: UploadProgress | null;
  /** Why it failed. */
  sentence: string | null;
  /** Whether it can go on. */
  passing: boolean;
  videoId: string | null;
}

interface UploadsValue {
  uploads: Upload[];
  add: (files: readonly File[]) => void;
  stop: (id: number) => void;
  goOn: (id: number) => void;
  dismiss: (id: number) => void;
}

/** How long an upload that is done stays in sight. */
const DONE_MS = 8_000;

const BEGUN = {
  state: 'sending',
  progress: null,
  sentence: null,
  passing: false,
  videoId: null,
} as const satisfies Partial<Upload>;

const UploadsContext = createContext<UploadsValue | null>(null);

export function useUploads(): UploadsValue {
  const value = use(UploadsContext);
  if (value === null) throw new Error('There is no <Uploads> around this.');
  return value;
}

/** Uploads go on wherever one is in the page. */
export function Uploads({ children }: { children: ReactNode }) {
  const client = useClient();
  const cache = useQueryClient();
  const [uploads, setUploads] = useState<Upload[]>([]);
  const next = useRef(1);
  const stops = useRef(new Map<number, AbortController>());
  const change = (id: number, over: Partial<Upload>) =>
    setUploads((all) => all.map((each) => (each.id === id ? { ...each, ...over } : each)));
  const dismiss = (id: number) => setUploads((all) => all.filter((each) => each.id !== id));

  const send = async (id: number, file: File): Promise<void> => {
    const stop = new AbortController();
    stops.current.set(id, stop);
    try {
      const sent = await sendFile(file, (progress) => change(id, { progress }), stop.signal);
      const video = await finished(client, sent);
      await client.submit({ video_id: video.id, metadata: { name: file.name } });
      change(id, { state: 'done', videoId: video.id });
      setTimeout(() => dismiss(id), DONE_MS);
    } catch (error) {
      if (stop.signal.aborted) change(id, { state: 'stopped', passing: true });
      else change(id, { state: 'failed', ...failure(error) });
    } finally {
      stops.current.delete(id);
    }
    await cache.invalidateQueries({ queryKey: names.videos });
    await cache.invalidateQueries({ queryKey: names.jobs });
  };

  const add = (files: readonly File[]) => {
    for (const file of files) {
      const id = next.current++;
      setUploads((all) => [{ id, file, ...BEGUN }, ...all]);
      void send(id, file);
    }
  };
  const value: UploadsValue = {
    uploads,
    add,
    stop: (id) => stops.current.get(id)?.abort(),
    goOn(id) {
      const upload = uploads.find((each) => each.id === id);
      if (upload === undefined) return;
      // until it is known how much has arrived, what was sent stays in sight
      change(id, { ...BEGUN, progress: upload.progress });
      void send(id, upload.file);
    },
    dismiss,
  };
  return <UploadsContext value={value}>{children}</UploadsContext>;
}

/** The video of a file that has arrived. One that is refused would be refused again: it is forgotten, too. */
async function finished(client: LociClient, { id, forget }: SentFile): Promise<Video> {
  try {
    const video = await client.finishUpload(id);
    await forget();
    return video;
  } catch (error) {
    if (isFinal(error)) await forget();
    throw error;
  }
}

function failure(error: unknown): Pick<Upload, 'sentence' | 'passing'> {
  if (error instanceof UnreadableError) return { sentence: texts.upload.unreadable, passing: false };
  if (error instanceof RefusedError) return { sentence: sentenceOfError(error), passing: !isFinal(error) };
  return { sentence: texts.upload.failed, passing: true };
}
