import pg from 'pg';

/**
 * The data folder of the server that answers at `url`, as that server names it. On a port that was taken it
 * is not our server's.
 * @returns null when nobody lets us in
 */
export async function dataFolderBehind(url: string): Promise<string | null> {
  const client = new pg.Client({ connectionString: url });
  // a connection that breaks later is seen by the query
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ folder: string }>(
      `select current_setting('data_directory') as folder`,
    );
    return rows[0]?.folder ?? null;
  } catch {
    // not up yet, or another's: the caller watches the process and reads its log
    return null;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Makes a database when it is missing. */
export async function createDatabase(adminUrl: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const found = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (found.rowCount === 0) await client.query(`create database ${pg.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}
