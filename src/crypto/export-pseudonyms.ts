import { createHmac, createSecretKey, randomBytes } from 'node:crypto';

/**
 * Pseudonyms for one export: the same person gets the same one within it, and another one in the next. The
 * key is forgotten with the export, so that nobody can find the person again, we no more than others.
 */
export function exportPseudonyms(): (id: string) => string {
  const key = createSecretKey(randomBytes(32));
  return (id) => createHmac('sha256', key).update(id, 'utf8').digest('base64url');
}
