import type pg from 'pg';

const PROGRESS = `
  select format('%s of %s chunks perceived, %s remembered, %s of %s questions answered',
    (select count(*) from chunk c where c.memory_id = m.id and c.status <> 'pending'),
    m.chunks,
    m.head,
    (select count(*) from question q where q.memory_id = m.id and q.status = 'answered'),
    (select count(*) from question q where q.memory_id = m.id)) as line
  from memory m where m.id = $1`;

/** What has been done of a memory and its questions, in words. */
export async function describeProgress(pool: pg.Pool, memoryId: string): Promise<string> {
  const { rows } = await pool.query<{ line: string }>(PROGRESS, [memoryId]);
  return rows[0]?.line ?? 'nothing';
}
