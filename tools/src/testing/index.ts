export { freshDatabase, startPostgres } from './postgres.js';
export { redisOffer } from './redis.js';
export { s3Offer } from './s3.js';
export { freePort } from '../stack/ports.js';
export { isMissing, temporaryFolder, type Offer, type TestServer } from './server.js';
