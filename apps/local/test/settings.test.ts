import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { claimPort, freePort, inRoot } from '@loci/host';
import { describe, expect, it } from 'vitest';
import { readSettings } from '../src/stack/settings.js';

describe('the embedded stack’s settings', () => {
  it('need nothing', () => {
    expect(readSettings({})).toEqual({
      dataDir: inRoot('.loci'),
      port: 8080,
      workers: 2,
      modelDir: inRoot('models'),
      environment: {},
    });
  });
  it('take what is given, and an empty variable for none', () => {
    const given = readSettings({
      LOCI_DATA_DIR: '/var/loci',
      PORT: '9000',
      LOCI_WORKERS: '3',
      DATABASE_URL: 'postgres://db/loci',
      QUEUE_URL: '',
    });
    expect(given).toMatchObject({
      dataDir: '/var/loci',
      port: 9000,
      workers: 3,
      databaseUrl: 'postgres://db/loci',
    });
    expect(given).not.toHaveProperty('queueUrl');
  });
  it('understand a relative path from where the user stood', () => {
    expect(readSettings({ LOCI_DATA_DIR: 'here', INIT_CWD: '/home/ada' }).dataDir).toBe('/home/ada/here');
  });
  it.each([
    ['PORT', 'eighty'],
    ['PORT', '70000'],
    ['LOCI_WORKERS', '-1'],
    ['LOCI_WORKERS', '1.5'],
  ])('name %s when it is %s', (name, value) => {
    expect(() => readSettings({ [name]: value })).toThrow(`${name}: ${value} is not a whole number`);
  });
});

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
});
