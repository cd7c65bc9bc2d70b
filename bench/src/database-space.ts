import pg from 'pg';

/** What a database takes on the disk, in bytes. */
export interface DatabaseSpace {
  total: number;
  /** Of it, what a VACUUM FULL gives back: rows that are gone, and room that they left. */
  dead: number;
}

const SIZE = 'select pg_database_size(current_database())::float8 as bytes';

/** Measures a database, and compacts it to learn how much of it was dead. Nobody may use it meanwhile. */
export async function databaseSpace(databaseUrl: string): Promise<DatabaseSpace> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const size = async (): Promise<number> => (await client.query<{ bytes: number }>(SIZE)).rows[0]?.bytes ?? 0;
  try {
    const total = await size();
    await client.query('vacuum full');
    return { total, dead: total - (await size()) };
  } finally {
    await client.end();
  }
}
