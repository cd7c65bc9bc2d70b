import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { featuresKey, memoryPrefixes, openStore } from '../src/index.js';
import { checkedKey } from '../src/keys.js';
import { parseS3Url } from '../src/s3-url.js';

describe('the URL of an object store', () => {
  it('names a bucket, a server, a region and credentials', () => {
    expect(
      parseS3Url(
        's3://a%2Bkey:se%2Fcret@clips?endpoint=http%3A%2F%2Fminio%3A9000&region=eu-west-1&path_style=true',
      ),
    ).toEqual({
      bucket: 'clips',
      endpoint: 'http://minio:9000',
      region: 'eu-west-1',
      pathStyle: true,
      credentials: { accessKeyId: 'a+key', secretAccessKey: 'se/cret' },
    });
    expect(parseS3Url('s3://clips')).toEqual({
      bucket: 'clips',
      endpoint: undefined,
      region: 'us-east-1',
      pathStyle: false,
      credentials: undefined,
    });
  });

  it.each([
    ['https://bucket', 'starts with file: or s3:'],
    ['nonsense', 'not a URL'],
    ['s3://clips/folder', 'no path'],
    ['s3://key@clips', 'both key and secret'],
    ['s3://clips?endpoint=ftp://x', 'not an http(s) URL'],
    ['s3://clips?pathstyle=true', 'no option pathstyle'],
  ])('is refused with a word when it is %s', async (url, word) => {
    await expect(openStore(url)).rejects.toThrow(word);
  });
});

describe('a key', () => {
  it('of the pipeline is always one that stores take', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^mem_[0-9a-z]{26}$/), fc.nat(), (memory, chunk) => {
        const key = featuresKey(memory, chunk);
        expect(checkedKey(key)).toBe(key);
        expect(memoryPrefixes(memory).some((prefix) => key.startsWith(prefix))).toBe(true);
      }),
    );
  });

  it('never leads out of its store', () => {
    fc.assert(
      fc.property(
        fc
          .array(fc.constantFrom('a', '.', '..', '/', '\\', '%2e', '~', ' ', '\0'))
          .map((parts) => parts.join('')),
        (key) => {
          let taken: string;
          try {
            taken = checkedKey(key);
          } catch {
            return;
          }
          expect(new URL(taken, 'file:///store/').pathname).toBe(`/store/${taken}`);
        },
      ),
    );
  });
});
