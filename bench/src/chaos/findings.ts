/** What is wrong, a line each. */
export interface Findings {
  /** Accepted jobs that have not ended well, or are not there. */
  lost: string[];
  /** Jobs that ended twice, or that nobody has submitted. */
  doubled: string[];
  /** Answers and memories that are not those of the calm run. */
  differing: string[];
  /** Rows without objects, objects without rows, what outlives its work or the service. */
  orphans: string[];
  /** Answers of the API that do not fit: 500, or a refusal of what is right. */
  unfit: string[];
}

export const noFindings = (): Findings => ({ lost: [], doubled: [], differing: [], orphans: [], unfit: [] });

export function add(findings: Findings, more: Partial<Findings>): void {
  for (const [kind, lines] of Object.entries(more) as [keyof Findings, string[]][])
    findings[kind].push(...lines);
}

export const isClean = (findings: Findings): boolean =>
  Object.values(findings).every((lines: string[]) => lines.length === 0);

/** A line for each finding, and one with the counts. */
export const describe = (findings: Findings): string[] => [
  ...Object.entries(findings).flatMap(([kind, lines]: [string, string[]]) =>
    lines.map((line) => `${kind}: ${line}`),
  ),
  Object.entries(findings)
    .map(([kind, lines]: [string, string[]]) => `${kind} ${lines.length}`)
    .join(', '),
];
