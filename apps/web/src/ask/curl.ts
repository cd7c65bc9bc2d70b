import type { Question } from '@loci/contracts';

/** A word of a POSIX shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** The command that asks the same again. The key is left to the shell's LOCI_KEY. */
export function curlOf({ memory_id, question, options, as_of_s }: Question, origin: string): string {
  const body = {
    question,
    ...(options === null ? {} : { options }),
    ...(as_of_s === null ? {} : { as_of_s }),
  };
  return [
    `curl ${quoted(`${origin}/v1/memories/${memory_id}/questions`)}`,
    `--header "Authorization: Bearer \${LOCI_KEY:-dev}"`,
    `--header 'Content-Type: application/json' --header 'Prefer: wait=30'`,
    `--data ${quoted(JSON.stringify(body))}`,
  ].join(' \\\n  ');
}
