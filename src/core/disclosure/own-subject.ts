import type { Catalogue } from '../category/catalogue.ts';
import type { Unit } from '../partner/partner.ts';
import type { OwnSubject, ReadInboxPorts } from './inbox.ts';
import type { Reading } from './ports.ts';

/**
 * The person as their source may know them, whatever its connector asks by; null: there is nobody on record.
 * @law UAVG 46
 */
export async function ownSubject(
  ports: Pick<ReadInboxPorts, 'subjects' | 'references'>,
  { partnerKinds }: Pick<Catalogue, 'partnerKinds'>,
  source: Unit,
  { snapshot: { subject }, identifiers: { bsn, skn } }: Reading,
): Promise<OwnSubject | null> {
  if (subject === null) return null;
  const kind = partnerKinds.get(source.kind);
  const [pseudonym, caseReferences] = await Promise.all([
    ports.subjects.pseudonym(source.id, subject.id),
    ports.references.of(source.id, subject.id),
  ]);
  return {
    pseudonym,
    caseReferences,
    numbers: {
      ...(bsn !== undefined && kind?.mayProcessBsn === true ? { bsn } : {}),
      ...(skn !== undefined && kind?.mayProcessSkn === true ? { skn } : {}),
    },
  };
}
