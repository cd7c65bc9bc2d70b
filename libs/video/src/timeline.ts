/** A transport stream's clock that leaps further than this within a track has been set anew, in seconds. */
export const MAX_STEP_S = 10;

/** What the rule needs to know of a track; in ticks, and a tick in seconds. */
interface Clock {
  tickSeconds: number;
  /** From one picture to the next, as a rule. */
  period: number;
  /** How much later than its decoding a picture may be shown. */
  reordering: number;
  /** Whether a leap forward is a jump, too, and not a picture that stands. */
  jumps: boolean;
}

/**
 * The one timeline of a track whose times fall back, or whose clock was set anew. A player shows its pictures
 * one after the other all the same, so each keeps its distance from those before it, and where times fall or
 * jump, the next picture follows the latest one after the track's usual period.
 *
 * A picture may be shown before others that are decoded earlier, by no more than `reordering`. Only a time
 * that is earlier still has fallen. Where nothing falls or jumps, all times stay.
 * @returns ffmpeg's bitstream filter `setts`. Decoding times are lost: a reader of Matroska makes its own
 */
export function oneTimeline({ tickSeconds, period, reordering, jumps }: Clock): string {
  const [time, read, latest, shift] = ['ld(0)', 'ld(1)', 'ld(2)', 'ld(3)'];
  const fell = `lt(${time},${read}-${reordering})`;
  const leapt = `gt(${time},${read}+${Math.round(MAX_STEP_S / tickSeconds)})`;
  const steps = [
    'st(0,if(eq(PTS,NOPTS),DTS,PTS))',
    `if(eq(N,0),st(1,${time});st(2,${time});st(3,0))`,
    `if(${jumps ? `${fell}+${leapt}` : fell},st(3,${latest}+${period}-${time});st(1,${time}))`,
    // the latest time that was read in this stretch, and the latest one that was written
    `st(1,max(${read},${time}))`,
    `st(2,max(${latest},${time}+${shift}))`,
    `${time}+${shift}`,
  ];
  // decoding times must rise and be no later than the pictures': any such numbers will do
  return `setts=pts='${steps.join(';')}':dts='N-2^40'`;
}
