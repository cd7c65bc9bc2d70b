import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, inRoot } from '@loci/host';
import { containerOffer } from './containers.js';
import { isInstalled, startProgram } from './server-process.js';
import {
  givenServer,
  prefersContainers,
  temporaryFolder,
  type Offer,
  type TestServer,
} from './test-server.js';

/** Where .ci/run puts S3Proxy (tools/install-s3proxy); a server that speaks S3 over a folder. */
const JAR = inRoot('.tools/s3proxy.jar');
const BUCKET = 'loci-test';
const ACCESS_KEY = 'loci';
const SECRET_KEY = 'loci-test-secret';
/** Settings of S3Proxy; in a container their names become environment variables. */
const CREDENTIALS = {
  's3proxy.authorization': 'aws-v2-or-v4',
  's3proxy.identity': ACCESS_KEY,
  's3proxy.credential': SECRET_KEY,
};

/**
 * An S3-compatible server with an empty bucket: the one of TEST_S3_URL (written as OBJECT_STORE_URL is), else
 * S3Proxy unless containers are preferred, else a container.
 */
export async function s3Offer(): Promise<Offer> {
  const given = process.env['TEST_S3_URL'];
  if (given !== undefined && given !== '')
    return { start: () => Promise.resolve(givenServer(given, 'TEST_S3_URL')) };
  const jar = process.env['S3PROXY_JAR'] ?? JAR;
  if (!prefersContainers() && existsSync(jar) && isInstalled('java'))
    return { start: () => startS3Proxy(jar) };
  const environment = Object.fromEntries(
    Object.entries(CREDENTIALS).map(([name, value]) => [name.toUpperCase().replaceAll('.', '_'), value]),
  );
  return containerOffer(
    // S3Proxy serves each folder as a bucket
    {
      image: 'andrewgaul/s3proxy',
      port: 80,
      environment,
      prepare: ['mkdir', '-p', `/data/${BUCKET}`],
      url: (host, port) => storeUrl(`http://${host}:${port}`),
    },
    'S3Proxy is not installed (tools/install-s3proxy) and there is no TEST_S3_URL',
  );
}

async function startS3Proxy(jar: string): Promise<TestServer> {
  const folder = await temporaryFolder('s3');
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const configuration = await configure(folder.path, endpoint);
  const isUp = (): Promise<boolean> =>
    fetch(endpoint).then(
      () => true,
      () => false,
    );
  const start = (): Promise<() => Promise<void>> =>
    startProgram('java', ['-Xmx256m', '-jar', jar, '--properties', configuration], folder.path, isUp);
  let stop = await start();
  return {
    url: storeUrl(endpoint),
    folder: join(folder.path, 'objects', BUCKET),
    async restart() {
      await stop();
      stop = await start();
    },
    async stop() {
      await stop();
      await folder.remove();
    },
  };
}

/** Makes the bucket and the configuration file in a folder. Returns the file's path. */
async function configure(folder: string, endpoint: string): Promise<string> {
  // S3Proxy serves each folder as a bucket
  await mkdir(join(folder, 'objects', BUCKET), { recursive: true });
  const settings = {
    ...CREDENTIALS,
    's3proxy.endpoint': endpoint,
    'jclouds.provider': 'filesystem-nio2',
    'jclouds.filesystem.basedir': join(folder, 'objects'),
    'jclouds.identity': 'local',
    'jclouds.credential': 'local',
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
  const file = join(folder, 's3proxy.conf');
  await writeFile(file, lines.join(''));
  return file;
}

/** The bucket as OBJECT_STORE_URL names one. */
function storeUrl(endpoint: string): string {
  const query = `endpoint=${encodeURIComponent(endpoint)}&region=us-east-1&path_style=true`;
  return `s3://${ACCESS_KEY}:${SECRET_KEY}@${BUCKET}?${query}`;
}
