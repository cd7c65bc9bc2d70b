import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { inRoot } from '@loci/host';
import { afterEach, describe, expect, it } from 'vitest';

/** Probes lie in real rooms, so that the room's rules apply. Their code compiles, in case a build sees it. */
const PROBES = {
  typescript: inRoot('libs/scoring/src/lint-probe.ts'),
  python: inRoot('libs/inference/test/fixtures/lint_probe.py'),
};

/** The tools that `npm run lint` runs over all files (tools/style.mjs), here over one. */
const TOOLS = {
  prettier: ['node_modules/prettier/bin/prettier.cjs', '--check'],
  eslint: ['node_modules/eslint/bin/eslint.js'],
  ruff: ['tools/python-style.mjs', 'check'],
};

/** Lints a probe with one tool. */
function lint(tool: keyof typeof TOOLS, language: keyof typeof PROBES, code: string) {
  const file = PROBES[language];
  writeFileSync(file, code);
  const { status, stdout, stderr } = spawnSync(process.execPath, [...TOOLS[tool], file], {
    cwd: inRoot('.'),
    encoding: 'utf8',
  });
  return { status, output: stdout + stderr };
}

const WORDS = 'word '.repeat(30).trim();

describe('the lint', () => {
  afterEach(() => Object.values(PROBES).forEach((file) => rmSync(file, { force: true })));

  it.each([
    ['prettier', 'export const probe = 1;\n'],
    ['eslint', 'export const probe = 1;\n'],
  ] as const)('passes a good TypeScript file (%s)', (tool, code) => {
    expect(lint(tool, 'typescript', code)).toMatchObject({ status: 0 });
  });

  it('passes a good Python file', () => {
    expect(lint('ruff', 'python', 'PROBE = 1\n')).toMatchObject({ status: 0 });
  });

  it('fails on a badly formatted TypeScript file', () => {
    const { status, output } = lint('prettier', 'typescript', 'export   const probe = 1\n');
    expect(status).toBe(1);
    expect(output).toContain('lint-probe.ts');
  });

  it.each([
    ['comment', `// ${WORDS}\nexport const probe = 1;\n`],
    ['string', `export const probe = '${WORDS}';\n`],
  ])('fails on an over-long TypeScript line (%s)', (_kind, code) => {
    const { status, output } = lint('eslint', 'typescript', code);
    expect(status).toBe(1);
    expect(output).toContain('@stylistic/max-len');
  });

  it('fails on a forbidden import in TypeScript', () => {
    const code = "import type { Job } from 'bullmq';\n\nexport type Probe = Job;\n";
    const { status, output } = lint('eslint', 'typescript', code);
    expect(status).toBe(1);
    expect(output).toContain('no-restricted-imports');
  });

  it('fails on a badly formatted Python file', () => {
    const { status, output } = lint('ruff', 'python', 'PROBE   = 1\n');
    expect(status).toBe(1);
    expect(output).toContain('lint_probe.py is not formatted');
  });

  it('fails on an over-long Python line', () => {
    const { status, output } = lint('ruff', 'python', `PROBE = 1\n# ${WORDS}\n`);
    expect(status).toBe(1);
    expect(output).toContain('E501');
  });
});
