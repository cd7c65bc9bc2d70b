/** Faults of the way to the source, not of the clip: worth another try. */
const TRANSPORT = [
  /No such file or directory/,
  /Permission denied/,
  /Connection (refused|reset|timed out)/i,
  /Network is unreachable|No route to host/,
  /Failed to resolve hostname/,
  /HTTP error \d+|Server returned \d\w\w/,
  /Stream ends prematurely at \d+, should be/,
];

/** The line that says that the source could not be reached, if there is one. */
export function transportFault(lines: string[]): string | undefined {
  const line = lines.find((candidate) => TRANSPORT.some((pattern) => pattern.test(candidate)));
  return line === undefined ? undefined : plain(line);
}

/** The line of ffmpeg's that says best why it gave up. */
export function reasonIn(lines: string[]): string {
  const telling = lines.findLast((line) =>
    /error|invalid|not found|not on whitelist|could not|cannot|unknown|unsupported/i.test(line),
  );
  return plain(telling ?? lines.at(-1) ?? 'ffmpeg gave no reason');
}

/** Without the part's name and address before a message, and without the place of the file. */
function plain(line: string): string {
  return line
    .replace(/^(\[[^\]]*\] *)+/, '')
    .replace(/(file:|https?:\/\/)\S+/g, 'the source')
    .trim();
}
