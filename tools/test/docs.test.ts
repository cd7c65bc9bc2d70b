import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { inRoot } from '@loci/host';
import { describe, expect, it } from 'vitest';

/** Folders that are not of the repository: packages, what was built, what ran. */
const FOREIGN = new Set(['node_modules', 'dist', 'generated', 'runs']);
const files = filesIn('');
const folders = new Set(files.flatMap(ancestors));
const pages = files.filter((file) => file.endsWith('.md'));
const read = (file: string): string => readFileSync(inRoot(file), 'utf8');
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

function filesIn(folder: string): string[] {
  return readdirSync(inRoot(folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) return [path];
    const isForeign =
      FOREIGN.has(entry.name) || (entry.name.startsWith('.') && !/^\.(ci|github)$/.test(entry.name));
    return isForeign ? [] : filesIn(path);
  });
}

function ancestors(file: string): string[] {
  const folder = dirname(file);
  return folder === '.' ? [] : [folder, ...ancestors(folder)];
}

/** A page without its blocks of code, which hold no links. */
const prose = (page: string): string => read(page).replaceAll(/^ *```.*?^ *```$/gms, '');

/** The anchors of a page's headings, as GitHub makes them. */
function anchors(page: string): Set<string> {
  const found = new Set<string>();
  for (const [, heading = ''] of prose(page).matchAll(/^#+ +(.+)$/gm)) {
    const words = heading.toLowerCase().replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1');
    const anchor = words.replaceAll(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(/\s/g, '-');
    const repeats = [...found].filter((name) => name === anchor || name.startsWith(`${anchor}-`)).length;
    found.add(found.has(anchor) ? `${anchor}-${repeats}` : anchor);
  }
  return found;
}

/** Where the links and pictures of a page lead, but for other sites. */
const links = (page: string): string[] =>
  [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target));

/** What is wrong with a link; null when it leads somewhere. */
function fault(page: string, link: string): string | null {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : relative(inRoot(), resolve(inRoot(dirname(page)), path));
  if (!files.includes(target) && !folders.has(target)) return `${page}: ${link} does not exist`;
  if (anchor === undefined || !target.endsWith('.md') || anchors(target).has(anchor)) return null;
  return `${page}: ${link} names no heading of ${target}`;
}

/** Paths of the repository that a page names: `apps/…`, `libs/…`, or a file at its root. */
function paths(page: string): string[] {
  const roots = [...folders].filter((folder) => !folder.includes('/'));
  return [...prose(page).matchAll(/`([^`\s]+)`/g)]
    .map(([, text = '']) => text.replace(/\/$/, ''))
    .filter((text) => /^[\w./-]+$/.test(text) && roots.some((root) => text.startsWith(`${root}/`)));
}

/** Models and what programs wrote describe themselves; a path there is their own business. */
const written = (page: string): boolean => page.startsWith('models/') || page.endsWith('/report.md');

describe('the pages of the repository', () => {
  it('link to files and headings that exist', () => {
    const faults = pages.flatMap((page) => links(page).map((link) => fault(page, link)));
    expect(faults.filter((each) => each !== null)).toEqual([]);
  });

  it('name paths of the repository that exist', () => {
    const named = pages
      .filter((page) => !written(page) && page !== 'CHANGELOG.md')
      .flatMap((page) => [...new Set(paths(page))].map((path) => `${page}: ${path}`));
    // pages about the training code name its packages as Python does
    const isThere = (path: string): boolean =>
      [path, join('training', path)].some((name) => files.includes(name) || folders.has(name));
    expect(named.filter((each) => !isThere(each.split(': ')[1] ?? ''))).toEqual([]);
  });

  it('name npm scripts that exist', () => {
    const named = pages.flatMap((page) =>
      [...read(page).matchAll(/npm run ([\w:-]+)/g)].map(([, script = '']) => `${page}: ${script}`),
    );
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((each) => scripts[each.split(': ')[1] ?? ''] === undefined)).toEqual([]);
  });

  it('name Python modules of the training code that exist', () => {
    const named = pages.flatMap((page) =>
      [...read(page).matchAll(/python -m ([a-z_]+(?:\.[a-z_]+)+)/g)].map(
        ([, name = '']) => `${page}: ${name}`,
      ),
    );
    const isModule = (name: string): boolean =>
      ['.py', '/__main__.py'].some((end) => files.includes(`training/${name.replaceAll('.', '/')}${end}`));
    expect(named.filter((each) => !isModule(each.split(': ')[1] ?? ''))).toEqual([]);
  });

  it('are reached from README.md or AGENTS.md, a page at a time', () => {
    const reached = new Set(['README.md', 'AGENTS.md']);
    for (const page of reached)
      for (const link of links(page)) {
        const target = relative(inRoot(), resolve(inRoot(dirname(page)), link.split('#')[0] ?? ''));
        if (pages.includes(target)) reached.add(target);
        else if (files.includes(join(target, 'README.md'))) reached.add(join(target, 'README.md'));
      }
    const guides = pages.filter((page) => page.startsWith('docs/'));
    expect(guides.filter((page) => !reached.has(page))).toEqual([]);
  });

  it('keep to lines of 110 columns, but for what programs wrote', () => {
    const long = pages
      .filter((page) => !written(page) && page.startsWith('docs/') && !page.startsWith('docs/research/'))
      .concat(['README.md', 'AGENTS.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md'])
      .flatMap((page) =>
        read(page)
          .split('\n')
          .flatMap((line, i) => (line.length > 110 ? [`${page}:${i + 1}`] : [])),
      );
    expect(long).toEqual([]);
  });
});

describe('README.md', () => {
  it('has at most 130 lines', () => {
    expect(read('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(130);
  });
});

describe('docs/guide/configuration.md', () => {
  it('names every variable that API and worker read', () => {
    const page = read('docs/guide/configuration.md');
    const variables = ['apps/api/src/config.ts', 'apps/worker/src/config.ts'].flatMap((file) =>
      [...read(file).matchAll(/\b([A-Z][A-Z]+(?:_[A-Z]+)+|HOST|PORT)\b/g)].map(([, name = '']) => name),
    );
    expect(variables.length).toBeGreaterThan(20);
    expect(variables.filter((name) => !page.includes(`\`${name}\``) && !page.includes(`\`${name}=`))).toEqual(
      [],
    );
  });
});

describe('docs/design', () => {
  const rooms = [...folders].filter((folder) => /^(apps|libs)\/[^/]+$/.test(folder));

  it.each(['docs/design/architecture.md', 'docs/design/glossary.md'])('%s names every room', (page) => {
    const text = read(page);
    const tops = [...folders].filter((folder) => !folder.includes('/') && !folder.startsWith('.'));
    const all = [...rooms, ...tops.filter((top) => !['apps', 'libs'].includes(top))];
    expect(all.filter((room) => !text.includes(`\`${room}\``))).toEqual([]);
  });

  it('glossary.md names types and functions that exist', () => {
    const sources = files.filter((file) => /^(apps|libs|prisma|training)\/.*\.(ts|py|prisma)$/.test(file));
    const words = new Set(sources.flatMap((file) => read(file).match(/\w+/g) ?? []));
    const named = [...read('docs/design/glossary.md').matchAll(/\| `(\w+)` +\|$/gm)].map(
      ([, name = '']) => name,
    );
    expect(named.length).toBeGreaterThan(40);
    expect(named.filter((name) => !words.has(name))).toEqual([]);
  });
});
