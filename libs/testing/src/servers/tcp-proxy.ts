import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A proxy on this machine, with which a test breaks the way to a server. */
export interface TcpProxy {
  readonly port: number;
  /** Where connections lead that are opened from now on. Open ones stay. */
  leadTo(port: number): void;
  /** Keeps all bytes back until `flow`, as if the server were frozen. */
  stall(): void;
  flow(): void;
  /** Ends all connections and takes no more. */
  close(): Promise<void>;
}

/** Opens a proxy to a port of this machine. */
export async function startTcpProxy(target: number): Promise<TcpProxy> {
  let [port, stalled] = [target, false];
  /** The two ends of each open connection. */
  const pairs = new Set<readonly [Socket, Socket]>();
  const server = createServer((client) => {
    const pair = [client, connect(port, '127.0.0.1')] as const;
    pairs.add(pair);
    for (const end of pair) {
      end.on('error', () => end.destroy());
      end.once('close', () => {
        pairs.delete(pair);
        for (const other of pair) other.destroy();
      });
    }
    if (!stalled) join(pair);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    leadTo: (next) => (port = next),
    stall() {
      stalled = true;
      pairs.forEach(part);
    },
    flow() {
      stalled = false;
      pairs.forEach(join);
    },
    async close() {
      server.close();
      for (const [client] of pairs) client.destroy();
      await once(server, 'close');
    },
  };
}

function join([client, server]: readonly [Socket, Socket]): void {
  client.pipe(server);
  server.pipe(client);
}

function part(pair: readonly [Socket, Socket]): void {
  for (const end of pair) end.unpipe().pause();
}
