/** Messages about faults in reading the source. The clip may be fine; another try may help. */
const TRANSPORT = [
  /No such file or directory/,
  /Permission denied/,
  /Connection (refused|reset|timed out)/i,
  /Network is unreachable|No route to host/,
  /Failed to resolve hostname/,
  /HTTP error \d+|Server returned \d\w\w/,
  /Stream ends prematurely at \d+, should be/,
  /Input\/output error|\bIO error: |Broken pipe/,
];

/**
 * Messages about an end of the source before the end of what the container promises; the last ones are about
 * an end within the header.
 */
const CUT_SHORT =
  /partial file|File ended prematurely|Error opening input( files)?: (Input\/output error|End of file)/;

/** What a line says of a file that could not be written; undefined for any other line. */
export const diskFault = (line: string): string | undefined =>
  /No space left on device|Disk quota exceeded|File too large/.test(line) ? plain(line) : undefined;

/** What a line says of a source that could not be read; undefined for any other line. */
export const transportFault = (line: string): string | undefined =>
  !CUT_SHORT.test(line) && TRANSPORT.some((pattern) => pattern.test(line)) ? plain(line) : undefined;

/** What a line says of a source that ended too early; undefined for any other line. */
export const cutShort = (line: string): string | undefined =>
  CUT_SHORT.test(line) ? plain(line) : undefined;

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
