export { ClientError, LociClient, type NewJob, RefusedError } from './client.js';
