import { parseOin } from '../../core/partner/oin.ts';
import type { Oin } from '../../core/partner/partner.ts';
import { ok, type Result, refuse } from '../../core/result.ts';
import { tags } from './der.ts';
import type { DistinguishedName } from './distinguished-name.ts';

/** `test-oin`: a test number where only real organisations come in; the caller judges that. */
export type OinRefusal = 'no-oin' | 'several-oins' | 'malformed-oin' | 'test-oin';

const serialNumber = '2.5.4.5';

/**
 * The OIN of `subject.serialNumber`: exactly one, in its exact form, and as PrintableString, which is the
 * only kind of string that the attribute has; any other is a way to look like a number that it is not.
 */
export function subjectOin(subject: DistinguishedName): Result<Oin, OinRefusal> {
  const [found, ...others] = subject.attributes.filter(({ oid }) => oid === serialNumber);
  if (found === undefined) return refuse('no-oin');
  if (others.length > 0) return refuse('several-oins');
  const oin = found.tag === tags.printableString ? parseOin(found.value.toString('latin1')) : null;
  return oin === null ? refuse('malformed-oin') : ok(oin);
}
