import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Call } from '../core/disclosure/operations.ts';

/** 1 to 128 visible ASCII characters: no spaces, so a repeated header (joined with a comma and space) is none. */
export function isIdempotencyKey(key: string | undefined): key is string {
  return key !== undefined && /^[\x21-\x7e]{1,128}$/.test(key);
}

/**
 * The key with the digest of what it was used for: SHA-256 over method, path and the body's canonical
 * JSON (RFC 8785), so that spelling the same question otherwise is the same question.
 */
export function idempotencyOf(key: string, path: string, body: unknown): Call['idempotency'] {
  const text = canonicalize(body ?? {});
  if (text === undefined) throw new TypeError('a body that came from JSON has canonical JSON');
  return { key, digest: `sha256:${createHash('sha256').update(`POST\n${path}\n${text}`, 'utf8').digest('hex')}` };
}
