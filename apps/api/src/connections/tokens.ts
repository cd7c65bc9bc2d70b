/** Injection tokens of the configuration and of each connection. */
export const CONNECTIONS = Symbol('connections');
export const CONFIG = Symbol('config');
export const DATABASE = Symbol('database');
export const QUEUES = Symbol('queues');
export const STORE = Symbol('object store');
export const BUNDLES = Symbol('bundles');
export const FFMPEG_VERSION = Symbol('ffmpeg version');
