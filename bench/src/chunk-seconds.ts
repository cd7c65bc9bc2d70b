import pg from 'pg';

/** The seconds that each chunk of a memory took in perceive and remember together, in chunk order. */
export async function chunkSeconds(databaseUrl: string, memoryId: string): Promise<number[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ seconds: number }>(
      'select perceive_s + remember_s as seconds from chunk where memory_id = $1 order by index',
      [memoryId],
    );
    return rows.map(({ seconds }) => seconds);
  } finally {
    await client.end();
  }
}
