import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@loci/host';
import { containerOffer } from './containers.js';
import { isInstalled, startProgram } from './server-process.js';
import { givenServer, temporaryFolder, type Offer, type TestServer } from './test-server.js';

/** Where .ci/run puts S3Proxy (tools/install-s3proxy); a server that speaks S3 over a folder. */
const JAR = fileURLToPath(new URL('../../../.tools/s3proxy.jar', import.meta.url));
const BUCKET = 'loci-test';
const ACCESS_KEY = 'loci';
const SECRET_KEY = 'loci-test-secret';

/** An S3-compatible server with an empty bucket for a test: TEST_S3_URL (as OBJECT_STORE_URL), else S3Proxy, else a container. */
export async function s3Offer(): Promise<Offer> {
  const given = process.env['TEST_S3_URL'];
  if (given !== undefined && given !== '')
    return { start: () => Promise.resolve(givenServer(given, 'TEST_S3_URL')) };
  const jar = process.env['S3PROXY_JAR'] ?? JAR;
  if (existsSync(jar) && isInstalled('java')) return { start: () => startS3Proxy(jar) };
  const settings = {
    's3proxy.authorization': 'aws-v2-or-v4',
    's3proxy.identity': ACCESS_KEY,
    's3proxy.credential': SECRET_KEY,
  };
  const environment = Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [name.toUpperCase().replaceAll('.', '_'), value]),
  );
  return containerOffer(
    // in the folder that it serves, a bucket is a folder
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
  const configuration = join(folder.path, 's3proxy.conf');
  // in the folder that it serves, a bucket is a folder
  await mkdir(join(folder.path, 'objects', BUCKET), { recursive: true });
  const settings = {
    's3proxy.endpoint': endpoint,
    's3proxy.authorization': 'aws-v2-or-v4',
    's3proxy.identity': ACCESS_KEY,
    's3proxy.credential': SECRET_KEY,
    'jclouds.provider': 'filesystem-nio2',
    'jclouds.filesystem.basedir': join(folder.path, 'objects'),
    'jclouds.identity': 'local',
    'jclouds.credential': 'local',
  };
  await writeFile(
    configuration,
    Object.entries(settings)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  );
  const isUp = (): Promise<boolean> =>
    fetch(endpoint).then(
      () => true,
      () => false,
    );
  const start = (): Promise<() => Promise<void>> =>
    startProgram('java', ['-Xmx256m', '-jar', jar, '--properties', configuration], folder.path, isUp);
  let end = await start();
  return {
    url: storeUrl(endpoint),
    async restart() {
      await end();
      end = await start();
    },
    async stop() {
      await end();
      await folder.remove();
    },
  };
}

const storeUrl = (endpoint: string): string =>
  `s3://${ACCESS_KEY}:${SECRET_KEY}@${BUCKET}?endpoint=${encodeURIComponent(endpoint)}&region=us-east-1&path_style=true`;
