import { RunningDecoder } from './running-decoder.js';
import { frameArguments, type Origin, type Sampling } from './sampling.js';

/** Where the calls for one clip, sampled one way, have come to. */
interface Course {
  /** The frame after the last one that was asked for. */
  end: number;
  decoder?: RunningDecoder;
}

/** By clip and sampling; the ones used last stand last. */
const courses = new Map<string, Course>();
const COURSES_KEPT = 100;
/** Decoders from which nobody reads now are ended when there are more than this. */
const DECODERS_KEPT = 4;

interface Wanted extends Sampling {
  start: number;
  end: number;
  identity: string;
}

/**
 * Frames [start, end) from a decoder that runs on, when this call goes on where the calls before have come to: the process, the way
 * from the key picture, and the frames that two ranges share are then paid once a clip instead of once a range. A call that goes on from
 * nowhere (other workers take the ranges between) is not served here, so that nothing is decoded for nobody.
 * @returns null when the range has to be decoded by itself
 */
export async function continued(
  source: string,
  wanted: Wanted,
  origin: () => Promise<Origin>,
  stop: AbortSignal,
): Promise<Uint8Array | null> {
  const { start, end } = wanted;
  const course = courseOf(wanted);
  if (course.decoder?.reaches(start) !== true) {
    const goesOn = start === 0 || (start <= course.end && course.end < end);
    course.end = end;
    if (!goesOn) return null;
    course.decoder?.close();
    course.decoder = new RunningDecoder({
      first: start,
      frameBytes: wanted.height * wanted.width * 3,
      args: async () =>
        frameArguments(source, wanted, {
          start,
          origin: start === 0 ? undefined : await origin(),
          tell: true,
        }),
    });
    endIdleDecoders(course);
  }
  course.end = Math.max(course.end, end);
  return course.decoder.read(start, end, stop);
}

function courseOf({ identity, fps, height, width, fit }: Wanted): Course {
  const key = [identity, fps, height, width, fit].join(' ');
  const course = courses.get(key) ?? { end: -1 };
  courses.delete(key);
  courses.set(key, course);
  for (const [first, { decoder }] of courses) {
    if (courses.size <= COURSES_KEPT) break;
    decoder?.close();
    courses.delete(first);
  }
  return course;
}

function endIdleDecoders(kept: Course): void {
  const running = [...courses.values()].filter(({ decoder }) => decoder?.over === false);
  const idle = running.filter((course) => course !== kept && course.decoder?.idle === true);
  for (const { decoder } of idle.slice(0, Math.max(0, running.length - DECODERS_KEPT))) decoder?.close();
}
