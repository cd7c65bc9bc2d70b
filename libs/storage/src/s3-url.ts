/** A bucket's address, and how it is reached. */
export interface S3Location {
  bucket: string;
  /** An S3-compatible server; AWS when it is not given. */
  endpoint: string | undefined;
  region: string;
  /** endpoint/bucket/key instead of bucket.endpoint/key. */
  pathStyle: boolean;
  /** The AWS SDK's default chain (environment, profile, instance role…) when not given. */
  credentials: { accessKeyId: string; secretAccessKey: string } | undefined;
}

const OPTIONS = new Set(['endpoint', 'region', 'path_style']);

/**
 * Reads `s3://[key:secret@]bucket[?endpoint=…&region=…&path_style=true]`.
 * @throws TypeError that names what is wrong, without the credentials
 */
export function parseS3Url(url: string): S3Location {
  const { hostname, username, password, pathname, searchParams } = new URL(url);
  const unknown = [...searchParams.keys()].find((name) => !OPTIONS.has(name));
  if (unknown !== undefined)
    throw new TypeError(`an s3: URL has no option ${unknown} (endpoint, region, path_style)`);
  if (hostname === '' || (pathname !== '' && pathname !== '/'))
    throw new TypeError('an s3: URL names a bucket and no path: s3://bucket?endpoint=…');
  if ((username === '') !== (password === ''))
    throw new TypeError('an s3: URL gives both key and secret, or neither');
  const endpoint = searchParams.get('endpoint') ?? undefined;
  if (endpoint !== undefined && !/^https?:$/.test(URL.canParse(endpoint) ? new URL(endpoint).protocol : ''))
    throw new TypeError('the endpoint of an s3: URL is not an http(s) URL');
  return {
    bucket: hostname,
    endpoint,
    region: searchParams.get('region') ?? 'us-east-1',
    pathStyle: searchParams.get('path_style') === 'true',
    credentials:
      username === ''
        ? undefined
        : { accessKeyId: decodeURIComponent(username), secretAccessKey: decodeURIComponent(password) },
  };
}
