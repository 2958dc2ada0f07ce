import type { SubjectId } from '../core/brand.ts';

/** What an identifier's ciphertext is bound to, so that a row copied to another person does not decrypt. */
export function identifierContext(scheme: 'bsn' | 'skn', subject: SubjectId): string {
  return `subject-identifier:${scheme}:${subject}`;
}
