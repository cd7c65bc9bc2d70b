import { createContext, use, useSyncExternalStore } from 'react';

/**
 * Where the player stands. What moves with every picture (the camera in the map) reads `time` itself; what is
 * text listens to whole tenths of a second.
 */
export class Playhead {
  #player: HTMLVideoElement | null = null;
  #time = 0;
  readonly #listeners = new Set<() => void>();

  get time(): number {
    return this.#player?.currentTime ?? this.#time;
  }

  /** Seconds, down to a tenth, so that it never lies after the end of the video. */
  get moment(): number {
    return Math.floor(this.time * 10 + 1e-6) / 10;
  }

  get playing(): boolean {
    return this.#player !== null && !this.#player.paused && !this.#player.ended;
  }

  readonly attach = (player: HTMLVideoElement | null): void => {
    this.#player = player;
  };

  readonly seek = (seconds: number): void => {
    this.#time = seconds;
    if (this.#player !== null) this.#player.currentTime = seconds;
    this.changed();
  };

  readonly changed = (): void => {
    for (const listener of this.#listeners) listener();
  };

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}

export const PlayheadContext = createContext<Playhead | null>(null);

export function usePlayhead(): Playhead {
  const playhead = use(PlayheadContext);
  if (playhead === null) throw new Error('There is no player around this.');
  return playhead;
}

/** Seconds of the video, to a tenth. */
export function useMoment(): number {
  const playhead = usePlayhead();
  return useSyncExternalStore(playhead.subscribe, () => playhead.moment);
}
