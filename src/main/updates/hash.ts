/** SHA-512 as update servers announce it: 64 bytes in base64. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/** Whether a text can be such a hash at all. */
export function isHash(text: unknown): text is string {
  return typeof text === 'string' && /^[A-Za-z0-9+/]{86}==$/.test(text);
}

/** The hash of a file; rejects where it cannot be read. */
export async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha512');
  await pipeline(createReadStream(file, { highWaterMark: 1_048_576 }), hash);
  return hash.digest('base64');
}
