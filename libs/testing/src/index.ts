/**
 * What tests need to run against the real thing: Postgres, Redis and S3 servers of their own, which end with
 * the test, a browser, and the built programs of this repository as processes.
 */
export { browserOffer, findBrowser } from './browser.js';
export { BuiltProgram } from './built-program.js';
export { childrenOf, findHeirs, findProcesses, readPidFiles } from './processes.js';
export { lighthouseOffer, type Scores } from './lighthouse.js';
export { hasPythonModule, PYTHON } from './python.js';
export { waitFor } from './wait-for.js';
export { freshDatabase, holdTransaction, occupyConnections, startPostgres } from './servers/postgres.js';
export { redisOffer } from './servers/redis.js';
export { redisPairOffer, type RedisPair } from './servers/redis-pair.js';
export { s3Offer } from './servers/s3.js';
export { startTcpProxy, type TcpProxy } from './servers/tcp-proxy.js';
export { type Offer, type TestServer, isMissing, temporaryFolder } from './servers/test-server.js';
