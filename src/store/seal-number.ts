import type { SubjectId } from '../core/brand.ts';
import type { IdentifierSecrets } from '../core/subject/ports.ts';
import type { NumberScheme, SealedNumber } from '../core/subject/subject-change.ts';
import { identifierContext } from './identifier-context.ts';

/** A number as it is kept beside this person and no other. */
export function sealNumber(
  secrets: Pick<IdentifierSecrets, 'lookups' | 'lookupKey' | 'encrypt'>,
  scheme: NumberScheme,
  value: string,
  subject: SubjectId,
): SealedNumber {
  const ciphertext = secrets.encrypt(value, identifierContext(scheme, subject));
  return { scheme, lookups: secrets.lookups(scheme, value), lookupKey: secrets.lookupKey, ciphertext };
}
