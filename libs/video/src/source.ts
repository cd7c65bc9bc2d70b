import { resolve } from 'node:path';

/** Containers that pictures are decoded from, as ffmpeg names them. */
const DECODED = ['mov', 'mp4', 'matroska', 'webm'];
/** Containers that are taken: those, and what is remuxed into one of them. */
export const TAKEN = [...DECODED, 'mpegts'];

/**
 * ffmpeg's input arguments for an untrusted clip. Only the supported containers and the source's own protocol
 * are allowed, so that a playlist, a concat script or an external reference opens nothing else.
 * @param source a file path, or the URL of a relay
 */
export function inputArguments(source: string, containers: readonly string[] = DECODED): string[] {
  const remote = isRemote(source);
  return [
    ...['-format_whitelist', containers.join(',')],
    ...['-protocol_whitelist', remote ? 'http,tcp' : 'file'],
    // a relay is on loopback, and ffmpeg would ask the proxy that http_proxy names for it
    ...(remote ? ['-http_proxy', ''] : []),
    // the prefix keeps a path that looks like an option or a protocol (`-x.mp4`, `concat:a|b`) a path
    ...['-i', remote ? source : `file:${resolve(source)}`],
  ];
}

export function isRemote(source: string): boolean {
  return /^https?:\/\//i.test(source);
}

/** The source without the query of a presigned URL, for messages. */
export function sourceName(source: string): string {
  return isRemote(source) ? source.replace(/[?#].*$/, '') : source;
}
