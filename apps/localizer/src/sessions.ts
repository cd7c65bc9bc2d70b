import { START, type Handover, type WorldFrames } from '@loci/localization';

/** A frame whose place is not known yet. */
export interface PendingFrame extends WorldFrames {
  /** Its index in the video. */
  frame: number;
  /** The index of the chunk that it is fresh in. */
  chunk: number;
}

/** A video on its way through localization: what its chunks so far have left. */
export interface Session {
  handover: Handover;
  /** Chunks localized. */
  chunks: number;
  pending: readonly PendingFrame[];
}

/** Sessions by their names. */
export class Sessions {
  readonly #sessions = new Map<string, Session>();

  /** What the session's next chunk goes on from. */
  get(name: string): Session {
    return this.#sessions.get(name) ?? { handover: START, chunks: 0, pending: [] };
  }

  set(name: string, session: Session): void {
    this.#sessions.set(name, session);
  }

  /** False when there was none. */
  drop(name: string): boolean {
    return this.#sessions.delete(name);
  }
}
