import { createHash } from 'node:crypto';

/** The SHA-256 of the text, in 64 hex digits. */
export function hexDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
