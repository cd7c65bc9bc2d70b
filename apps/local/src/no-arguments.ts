import { CommandError } from '@loci/host';

/**
 * For commands that environment variables set.
 * @throws CommandError with the first argument, which would do nothing
 */
export function takeNoArguments(): void {
  const [first] = process.argv.slice(2);
  if (first === undefined) return;
  throw new CommandError(
    `${first} says nothing here: environment variables do, as in PORT=8090 npm start; ` +
      'docs/guide/configuration.md lists them.',
  );
}
