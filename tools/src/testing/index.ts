export { freshDatabase, startPostgres } from './postgres.js';
export { redisOffer } from './redis.js';
export { s3Offer } from './s3.js';
export { freePort, isMissing, temporaryFolder, type Offer, type TestServer } from './server.js';
