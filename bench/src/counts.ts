import { parseArgs } from 'node:util';
import { CommandError } from '@loci/host';

/**
 * Reads how much a bench does: `--rounds 3` and so on, each a count.
 * @param defaults what each is where the command line does not say
 * @throws CommandError for an argument that is no count
 */
export function readCounts<Name extends string>(
  defaults: Readonly<Record<Name, number>>,
  args?: string[],
): Record<Name, number> {
  const names = Object.keys(defaults) as Name[];
  const { values } = parseArgs({
    ...(args === undefined ? {} : { args }),
    options: Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
  });
  const count = (name: Name): number => {
    const given = values[name] ?? String(defaults[name]);
    if (!/^[1-9]\d{0,6}$/.test(given)) throw new CommandError(`--${name} must be a count.`);
    return Number(given);
  };
  return Object.fromEntries(names.map((name) => [name, count(name)])) as Record<Name, number>;
}
