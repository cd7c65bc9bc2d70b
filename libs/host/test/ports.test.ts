import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { claimPort, freePort } from '../src/index.js';

describe('the API’s port', () => {
  it('is refused in one sentence, with the remedy, when another program listens on it', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await expect(claimPort(port, '127.0.0.1')).rejects.toThrow(
      `Port ${port} is in use; choose another one, such as PORT=${port + 1} npm start.`,
    );
    other.close();
  });
  it('is taken when it is free', async () => {
    const port = await freePort();
    expect(await claimPort(port, '127.0.0.1')).toBe(port);
  });
  it('is any free one when 0 is asked for', async () => {
    const server = createServer().listen(await claimPort(0, '127.0.0.1'), '127.0.0.1');
    await once(server, 'listening');
    server.close();
  });
});

describe('a free port', () => {
  it('lies below those that systems give to outgoing connections', async () => {
    const ports = await Promise.all(Array.from({ length: 20 }, freePort));
    for (const port of ports) {
      expect(port).toBeGreaterThanOrEqual(20_000);
      expect(port).toBeLessThan(32_000);
    }
  });
});
