/** Messages about faults in reaching the source. The clip may be fine; another try may help. */
const TRANSPORT = [
  /No such file or directory/,
  /Permission denied/,
  /Connection (refused|reset|timed out)/i,
  /Network is unreachable|No route to host/,
  /Failed to resolve hostname/,
  /HTTP error \d+|Server returned \d\w\w/,
  /Stream ends prematurely at \d+, should be/,
];

/** The line that reports an unreachable source, if there is one. */
export function transportFault(lines: string[]): string | undefined {
  const line = lines.find((candidate) => TRANSPORT.some((pattern) => pattern.test(candidate)));
  return line === undefined ? undefined : plain(line);
}

/** The line of ffmpeg's that explains best why it gave up. */
export function reasonIn(lines: string[]): string {
  const telling = lines.findLast((line) =>
    /error|invalid|not found|not on whitelist|could not|cannot|unknown|unsupported/i.test(line),
  );
  return plain(telling ?? lines.at(-1) ?? 'ffmpeg gave no reason');
}

/** The message without the component's name before it, and without the file's address. */
function plain(line: string): string {
  return line
    .replace(/^(\[[^\]]*\] *)+/, '')
    .replace(/(file:|https?:\/\/)\S+/g, 'the source')
    .trim();
}
