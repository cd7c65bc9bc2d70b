import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Manifest, MapObject, SpaceMap, Suggestion, Timeline } from '@loci/contracts';
import type { TimedPose } from '@loci/localization';
import { RecentWork } from '@loci/service';
import { readTensors } from '@loci/tensors';
import { ObjectMissingError, mapKey, type ObjectStore } from '@loci/storage';
import { STORE } from '../connections/tokens.js';
import { ModelsService } from '../models/models.service.js';
import { MemoriesService } from './memories.service.js';
import { chunkMap, type ChunkMap } from './chunk-map.js';
import { MapObjects } from './map-objects.js';
import { round } from './rounding.js';
import { assembleMap } from './space-map.js';
import { suggest } from './suggest.js';

/** Up in OpenCV's axes, where y points down. Used when a memory's model is not loaded any more. */
const USUAL_UP: SpaceMap['up'] = [0, -1, 0];
/** Memories whose moments are remembered. */
const MAX_REMEMBERED = 256;

/** A memory whose map is read. */
interface MappedMemory {
  id: string;
  /** Chunks remembered: the map has a part for each. */
  chunks: number;
  /** When a player shows the clip's first picture, and sampled frames a second. */
  startS: number;
  fps: number;
  /** Undefined when its model is not loaded any more. */
  manifest: Manifest | undefined;
}

/** What the parts of a map say together. */
interface Moments {
  objects: MapObject[];
  /** In order; null when a part does not say where shots begin, or is missing. */
  shotsS: number[] | null;
  /** Whether every part was there. */
  isComplete: boolean;
}

@Injectable()
export class MapService {
  private readonly logger = new Logger('Map');
  // a part never changes, and with the next chunk the map is another one
  private readonly remembered = new RecentWork<Moments>(MAX_REMEMBERED, ({ isComplete }) => isComplete);

  constructor(
    @Inject(STORE) private readonly store: ObjectStore,
    @Inject(MemoriesService) private readonly memories: MemoriesService,
    @Inject(ModelsService) private readonly models: ModelsService,
  ) {}

  /** The map of the chunks remembered so far. */
  async get(tenant: string, id: string): Promise<SpaceMap> {
    const memory = await this.find(tenant, id);
    const names = namesOf(memory);
    const objects = await this.knownObjects(memory);
    const map = await assembleMap(this.parts(memory), { ...names, objects });
    return { ...map, objects: objects.list(names), up: memory.manifest?.up ?? USUAL_UP, unit: 'm' };
  }

  /** Questions that fit what is in the memory; none where its model does not read own words. */
  async suggestions(tenant: string, id: string): Promise<Suggestion[]> {
    const memory = await this.find(tenant, id);
    const { manifest } = memory;
    if (manifest?.reading === undefined) return [];
    return suggest((await this.moments(memory)).objects, new Set(Object.keys(manifest.tasks)));
  }

  /** The moments of the chunks remembered so far. */
  async timeline(tenant: string, id: string): Promise<Timeline> {
    const { objects, shotsS } = await this.moments(await this.find(tenant, id));
    const sightings = objects.flatMap(({ id: object_id, category, first_seen_s }) =>
      first_seen_s === null ? [] : [{ object_id, category, t_s: first_seen_s }],
    );
    return { shot_boundaries_s: shotsS, first_sightings: sightings.sort((a, b) => a.t_s - b.t_s) };
  }

  /** The camera's pose at each frame so far, in seconds of a player. */
  async poses(tenant: string, id: string): Promise<TimedPose[]> {
    const memory = await this.find(tenant, id);
    const poses: TimedPose[] = [];
    for await (const part of this.parts(memory))
      part?.times.forEach((t, frame) =>
        poses.push({ tS: memory.startS + t, pose: part.trajectory.slice(16 * frame, 16 * (frame + 1)) }),
      );
    return poses;
  }

  private async find(tenant: string, id: string): Promise<MappedMemory> {
    const memory = await this.memories.find(tenant, id);
    const { startS, fps } = await this.memories.clipOf(memory);
    return { id, chunks: memory.head, startS, fps, manifest: this.models.of(memory.model)?.manifest };
  }

  /** Read once from all parts of a map, however often it is asked for. */
  private moments(memory: MappedMemory): Promise<Moments> {
    return this.remembered.get(`${memory.id} ${memory.chunks}`, () => this.readMoments(memory));
  }

  private async readMoments(memory: MappedMemory): Promise<Moments> {
    const objects = await this.knownObjects(memory);
    // a boundary among the frames that two chunks share is found twice
    const shots = new Set<number>();
    let [isComplete, saysShots] = [true, true];
    for await (const part of this.parts(memory)) {
      if (part !== null) objects.see(part);
      isComplete &&= part !== null;
      saysShots &&= part !== null && part.shots !== null;
      for (const shot of part?.shots ?? []) shots.add(round(memory.startS + shot));
    }
    const shotsS = saysShots ? [...shots].sort((a, b) => a - b) : null;
    return { objects: objects.list(namesOf(memory)), shotsS, isComplete };
  }

  /** The objects that are known after the last chunk; none has seen a point yet. */
  private async knownObjects({ id, chunks, fps }: MappedMemory): Promise<MapObjects> {
    const last = chunks === 0 ? null : await this.part(id, chunks - 1);
    return new MapObjects(last ?? { landmarks: null, glimpses: null }, fps);
  }

  /** What the worker stored of each chunk, in their order; null where it is missing. */
  private async *parts({ id, chunks }: MappedMemory): AsyncGenerator<ChunkMap | null> {
    for (let chunk = 0; chunk < chunks; chunk++) yield this.part(id, chunk);
  }

  private async part(id: string, chunk: number): Promise<ChunkMap | null> {
    try {
      return chunkMap(readTensors(await this.store.get(mapKey(id, chunk))).tensors);
    } catch (error) {
      if (!(error instanceof ObjectMissingError)) throw error;
      this.logger.warn({ memoryId: id, chunk }, 'the map has no part for this chunk');
      return null;
    }
  }
}

/** What a list of objects needs to know of their memory. */
const namesOf = ({ manifest, startS }: MappedMemory) => ({
  categories: manifest?.categories ?? [],
  calibration: manifest?.calibration ?? {},
  startS,
});
