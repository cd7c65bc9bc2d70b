import { freePort } from '@loci/host';
import { isInstalled } from './server-process.js';
import { askRedis, startRedisOn } from './redis.js';
import { startTcpProxy } from './tcp-proxy.js';
import { temporaryFolder, type Offer } from './test-server.js';

/** A Redis with a replica, behind an address that stays the same, as a managed Redis has. */
export interface RedisPair {
  url: string;
  /**
   * The replica becomes the primary and takes new connections. The old primary becomes its replica, and keeps
   * the connections that it has.
   */
  failOver(): Promise<void>;
  stop(): Promise<void>;
}

/** Two servers of the redis-server on PATH. */
export function redisPairOffer(): Offer<RedisPair> {
  return isInstalled('redis-server') ? { start } : { missing: 'there is no redis-server on PATH' };
}

async function start(): Promise<RedisPair> {
  const folders = [await temporaryFolder('redis'), await temporaryFolder('redis')];
  const ports = [await freePort(), await freePort()] as const;
  const stops: (() => Promise<void>)[] = [];
  for (const [i, folder] of folders.entries()) stops.push(await startRedisOn(ports[i] ?? 0, folder.path));
  let [primary, replica] = ports;
  const proxy = await startTcpProxy(primary);
  await askRedis(replica, `REPLICAOF 127.0.0.1 ${primary}`);
  return {
    url: `redis://127.0.0.1:${proxy.port}`,
    async failOver() {
      await untilInStep(replica);
      await askRedis(replica, 'REPLICAOF NO ONE');
      proxy.leadTo(replica);
      await askRedis(primary, `REPLICAOF 127.0.0.1 ${replica}`);
      [primary, replica] = [replica, primary];
    },
    async stop() {
      await proxy.close();
      for (const stop of stops) await stop();
      for (const folder of folders) await folder.remove();
    },
  };
}

/** Waits until a replica has all that its primary had when it was asked. */
async function untilInStep(replica: number): Promise<void> {
  while (!(await askRedis(replica, 'INFO replication')).includes('master_link_status:up'));
}
