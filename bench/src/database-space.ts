import pg from 'pg';

/** What a database takes on the disk, in bytes. */
export interface DatabaseSpace {
  total: number;
  /**
   * Of it, what a VACUUM FULL of the service's tables gives back: rows that are gone, and room that they
   * left. The server's own catalogs are not counted: that VACUUM FULL itself leaves dead rows in them.
   */
  dead: number;
}

const TOTAL = 'select pg_database_size(current_database())::float8 as bytes';
const TABLES = `
  select c.oid, format('%I.%I', n.nspname, c.relname) as name, c.reltoastrelid as toast
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema')`;
/** Of each table, of what is kept beside it, and of their indexes, without maps of free space. */
const PARTS = `
  with tables as (${TABLES}),
  heaps as (select oid from tables union all select toast from tables where toast <> 0)
  select oid::text, pg_relation_size(oid)::float8 as bytes from heaps
  union all
  select indexrelid::text, pg_relation_size(indexrelid)::float8 from pg_index join heaps on indrelid = oid`;

/** Measures a database, and compacts it to learn how much of it was dead. Nobody may use it meanwhile. */
export async function databaseSpace(databaseUrl: string): Promise<DatabaseSpace> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const parts = async (): Promise<Map<string, number>> => {
    const { rows } = await client.query<{ oid: string; bytes: number }>(PARTS);
    return new Map(rows.map(({ oid, bytes }) => [oid, bytes]));
  };
  try {
    const total = (await client.query<{ bytes: number }>(TOTAL)).rows[0]?.bytes ?? 0;
    const before = await parts();
    const { rows: tables } = await client.query<{ name: string }>(TABLES);
    if (tables.length > 0) await client.query(`vacuum full ${tables.map(({ name }) => name).join(', ')}`);
    const after = await parts();
    // what is packed anew may also take a little more
    const freed = Array.from(before, ([oid, bytes]) => Math.max(0, bytes - (after.get(oid) ?? 0)));
    return { total, dead: freed.reduce((sum, bytes) => sum + bytes, 0) };
  } finally {
    await client.end();
  }
}
