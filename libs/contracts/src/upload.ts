import { z } from 'zod';

/** The version of tus (https://tus.io/protocols/resumable-upload) that is spoken, of which core and creation. */
export const TUS_VERSION = '1.0.0';
/** The content type of a part. */
export const PART_CONTENT_TYPE = 'application/offset+octet-stream';

/** A count of bytes in a header. */
export const byteCountSchema = z.string().regex(/^\d{1,15}$/, 'must be a count of bytes');
