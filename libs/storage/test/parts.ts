import { ListMultipartUploadsCommand, ListPartsCommand, S3Client } from '@aws-sdk/client-s3';
import { parseS3Url } from '../src/s3-url.js';

/**
 * How many parts of unfinished uploads a bucket holds. A part that is still on its way when its upload is
 * discarded may be kept: only what the bucket holds already is sure to go.
 * @param url as OBJECT_STORE_URL names the bucket
 */
export async function countParts(url: string): Promise<number> {
  const { bucket: Bucket, pathStyle, region, endpoint, credentials } = parseS3Url(url);
  const client = new S3Client({
    region,
    forcePathStyle: pathStyle,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
  });
  try {
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket }));
    const lists = await Promise.all(
      Uploads.map(({ Key, UploadId }) => client.send(new ListPartsCommand({ Bucket, Key, UploadId }))),
    );
    return lists.flatMap(({ Parts = [] }) => Parts).length;
  } finally {
    client.destroy();
  }
}
