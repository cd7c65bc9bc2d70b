import stylistic from '@stylistic/eslint-plugin';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const PURE = ['contracts', 'pipeline', 'tensors', 'localization', 'memory', 'answering'];
const ADAPTERS = ['inference', 'video', 'storage', 'database', 'queue'];

/** Who may import whom (docs/design/architecture.md): each room, and the rooms it may look into. */
const ROOMS = {
  'libs/contracts': [],
  'libs/service': [],
  'libs/pipeline': ['contracts'],
  'libs/tensors': ['contracts'],
  'libs/localization': ['contracts', 'tensors'],
  'libs/memory': ['contracts', 'tensors'],
  'libs/answering': ['contracts', 'memory'],
  'libs/scoring': ['contracts', 'localization'],
  'libs/inference': PURE,
  'libs/video': PURE,
  'libs/storage': PURE,
  'libs/database': PURE,
  'libs/queue': [...PURE, 'service'],
  'apps/api': [...PURE, ...ADAPTERS, 'scoring', 'service'],
  'apps/worker': [...PURE, ...ADAPTERS, 'service'],
  'apps/localizer': ['contracts', 'tensors', 'localization', 'answering'],
  'libs/client': ['contracts'],
  'libs/host': ['contracts', 'video'],
  'libs/testing': ['host'],
  'libs/harness': ['contracts', 'pipeline', ...ADAPTERS, 'host', 'testing'],
  'apps/local': ['contracts', 'scoring', 'storage', 'database', 'service', 'client', 'host'],
  'apps/evaluate': [
    'contracts',
    'pipeline',
    'localization',
    'answering',
    'inference',
    'scoring',
    'video',
    'client',
    'host',
  ],
  'apps/web': ['contracts', 'client'],
  bench: [
    'contracts',
    'pipeline',
    'memory',
    'answering',
    ...ADAPTERS,
    'client',
    'host',
    'testing',
    'harness',
  ],
  tools: [],
};

/** Packages that are imported in one room only. */
const OWNED = {
  'onnxruntime-node': 'libs/inference',
  '@huggingface/tokenizers': 'libs/inference',
  '@prisma/*': 'libs/database',
  '@aws-sdk/*': 'libs/storage',
  bullmq: 'libs/queue',
  ioredis: 'libs/queue',
  '@nestjs/*': 'apps/',
  react: 'apps/web',
  'react-*': 'apps/web',
  '@react-three/*': 'apps/web',
  three: 'apps/web',
};

const LIBS = Object.keys(ROOMS)
  .filter((room) => room.startsWith('libs/'))
  .map((room) => room.slice('libs/'.length));

/** Files that belong to no room's program, so that they are checked without types. */
const UNTYPED = ['**/*.mjs', '**/*.config.ts'];

/**
 * Each room is checked against its own types alone, so that linting one does not read all the others.
 * @param program the room whose program has its files
 */
const roomTypes = (room, program = room) => ({
  files: [`${room}/**/*.{ts,tsx}`],
  ignores: UNTYPED,
  languageOptions: {
    parserOptions: { project: [`${program}/tsconfig.test.json`], tsconfigRootDir: import.meta.dirname },
  },
});

/** The import rules of one room. Tests may use what they drive; sources may not. */
function roomRules(room) {
  const forbiddenRooms = LIBS.filter((lib) => `libs/${lib}` !== room && !ROOMS[room].includes(lib));
  const forbiddenPackages = Object.entries(OWNED)
    .filter(([, owner]) => !room.startsWith(owner))
    .map(([name]) => name);
  return {
    files: [`${room}/src/**/*.{ts,tsx}`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: [
                ...forbiddenRooms.map((lib) => `@loci/${lib}`),
                ...forbiddenRooms.map((lib) => `**/libs/${lib}/**`),
              ],
              message: `${room} may not look into this room (docs/design/architecture.md).`,
            },
            {
              group: forbiddenPackages,
              message: 'This package has one owner among the rooms (eslint.config.mjs).',
            },
            { group: ['@loci/*/**'], message: 'Import a room by its door, not by its files.' },
          ].filter((pattern) => pattern.group.length > 0),
        },
      ],
    },
  };
}

/** Width and length. Prettier wraps code at the same width, but neither comments nor strings. */
const SHAPE = {
  '@stylistic/max-len': ['error', { code: 110, ignoreUrls: true, ignoreRegExpLiterals: true }],
  'max-lines': ['error', { max: 300 }],
};

export default defineConfig(
  {
    ignores: ['**/dist/**', '**/generated/**', '**/node_modules/**', 'training/**', '.tools/**', '.loci/**'],
  },
  { files: ['**/*.{ts,tsx,mjs}'], plugins: { '@stylistic': stylistic }, rules: SHAPE },
  { files: UNTYPED, extends: [tseslint.configs.strict] },
  {
    files: ['**/*.{ts,tsx}'],
    ignores: UNTYPED,
    extends: [tseslint.configs.strictTypeChecked],
    rules: {
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'Read the environment in the one config file of the app.',
        },
      ],
    },
  },
  {
    files: [
      'apps/*/src/config.ts',
      'apps/local/src/stack/settings.ts',
      'libs/host/**/*.ts',
      'libs/testing/**/*.ts',
      'libs/harness/**/*.ts',
      'apps/{local,evaluate}/**/*.ts',
      'bench/**/*.ts',
      'examples/**/*.ts',
      '**/test/**/*.ts',
    ],
    rules: { 'no-restricted-properties': 'off' },
  },
  { files: ['**/test/**/*.ts'], rules: { '@typescript-eslint/no-non-null-assertion': 'off' } },
  ...Object.keys(ROOMS).flatMap((room) => [roomTypes(room), roomRules(room)]),
  roomTypes('examples', 'tools'),
);
