import { answerSchema, type Answer, type Ask, type Manifest } from '@loci/contracts';

/** A special token, or a word of a trace: a letter and a number. */
const TRACE_WORD = /<[^<>\s]*>|(?:^|\s)[a-z]-?\d+(?:\.\d+)?(?=\s|$)/;
/** Tasks that no graph is asked, and whose answers are numbers all the same, with their units. */
const COMPOSED_NUMBERS: Record<string, string | null> = {
  object_counting_several: null,
  object_first_seen: 's',
  object_last_seen: 's',
};

type Judged = Omit<Answer, 'evidence'>;
const judgedSchema = answerSchema.omit({ evidence: true });

/** What no answer may be, whatever was asked; null of an answer without a fault. */
export function answerFault(
  { options }: Pick<Ask, 'options'>,
  answer: unknown,
  manifest: Pick<Manifest, 'tasks' | 'reading'>,
): string | null {
  const parsed = judgedSchema.safeParse(answer);
  if (!parsed.success) return parsed.error.message;
  const { data } = parsed;
  if (TRACE_WORD.test(data.text)) return 'a special or trace token in its text';
  return data.supported ? supportedFault(data, options ?? null, manifest) : refusalFault(data);
}

function refusalFault({ value, choice, unit, confidence, reason, message }: Judged): string | null {
  if (value !== null || choice !== null || unit !== null || confidence !== 0) return 'a refusal that answers';
  return reason === null || message === null ? 'a refusal without a reason' : null;
}

function supportedFault(
  { kind, value, choice, unit, text, understood, reason }: Judged,
  options: readonly string[] | null,
  { tasks, reading }: Pick<Manifest, 'tasks' | 'reading'>,
): string | null {
  if (understood === null || reason !== null) return 'an answer to what was not understood';
  const label = reading?.tasks[understood.task];
  const own = label === undefined ? undefined : tasks[label.task];
  const isNumber = own === undefined ? understood.task in COMPOSED_NUMBERS : own.kind === 'number';
  const units = [own?.unit ?? COMPOSED_NUMBERS[understood.task] ?? null, understood.unit];
  if (kind === 'choice')
    return options !== null && /^[A-Z]$/.test(choice ?? '') ? null : 'a choice where there is none';
  if (kind === 'text') return isNumber ? `words for the number of ${understood.task}` : null;
  if (!isNumber) return `a number for ${understood.task}`;
  if (value === null || !text.startsWith(String(value).slice(0, 1))) return 'a number without its value';
  if (understood.task.startsWith('object_counting') && !Number.isInteger(value)) return 'a count in parts';
  return units.includes(unit) ? null : `${unit ?? 'no unit'} for ${understood.task}`;
}
