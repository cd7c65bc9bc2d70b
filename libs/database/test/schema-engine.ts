import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import type { SchemaEngine } from '@prisma/schema-engine-wasm';
import pg from 'pg';

interface Engine {
  SchemaEngine: typeof SchemaEngine;
  __wbg_set_wasm(exports: object): void;
}

/** What of the WebAssembly API is used here; TypeScript has it in its browser library only. */
declare const WebAssembly: {
  instantiate(
    code: Uint8Array,
    imports: Record<string, object>,
  ): Promise<{ instance: { exports: Record<string, () => void> } }>;
};

/** Prisma's schema engine as WebAssembly: the binary one would have to be downloaded. */
async function loadEngine(): Promise<Engine> {
  const glue = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const engine = (await import(glue)) as Engine;
  const code = await readFile(glue.replace(/\.js$/, '.wasm'));
  const { instance } = await WebAssembly.instantiate(code, { './schema_engine_bg.js': engine });
  engine.__wbg_set_wasm(instance.exports);
  instance.exports['__wbindgen_start']?.();
  return engine;
}

/** The SQL that makes what prisma/schema.prisma says. `url` is any Postgres. */
export async function schemaSql(url: string): Promise<string> {
  const { SchemaEngine: Engine } = await loadEngine();
  const content = await readFile(new URL('../../../prisma/schema.prisma', import.meta.url), 'utf8');
  const engine = await Engine.new(
    { datamodels: undefined },
    () => undefined,
    bindMigrationAwareSqlAdapterFactory(new PrismaPg({ connectionString: url })),
  );
  const { stdout } = await engine.diff({
    from: { tag: 'empty' },
    to: { tag: 'schemaDatamodel', files: [{ path: 'schema.prisma', content }] },
    script: true,
    exitCode: null,
    filters: { externalTables: [], externalEnums: [] },
  });
  return stdout ?? '';
}

/** Every column, index and constraint of a database's public tables, one per line, sorted. */
export async function catalogue(url: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ line: string }>(`
      SELECT format(
        '%s.%s %s null %s default %s',
        table_name, column_name, concat(udt_name, datetime_precision), is_nullable, column_default
      ) AS line
      FROM information_schema.columns WHERE table_schema = 'public'
      UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
      UNION ALL SELECT format('%s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace`);
    return rows
      .map(({ line }) => line)
      .filter((line) => !line.includes('_prisma_migrations'))
      .sort();
  } finally {
    await client.end();
  }
}
