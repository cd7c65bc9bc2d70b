export { Program, pidsIn, processesWith, until } from './program.js';
export { freshDatabase, startPostgres } from './servers/postgres.js';
export { redisOffer } from './servers/redis.js';
export { s3Offer } from './servers/s3.js';
export { type Offer, type TestServer, isMissing, temporaryFolder } from './servers/test-server.js';
