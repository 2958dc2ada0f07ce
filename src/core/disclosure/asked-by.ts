import { httpOf } from '../partner/connector.ts';
import type { SubjectIdentifiers } from '../subject/reference.ts';
import type { Consultation } from './consult.ts';
import type { CaseReferences, PolicySets } from './ports.ts';

/**
 * By what a source may be asked about the person: the official numbers that its own kind may process, however it wants
 * people named, and where its connector asks by it, its own case reference. Of two references nobody knows which is
 * meant, so there is none. @law UAVG 46
 */
export async function askedBy(
  ports: { readonly policies: PolicySets; readonly references: CaseReferences },
  { source, reading }: Pick<Consultation, 'source' | 'reading'>,
): Promise<SubjectIdentifiers> {
  const { bsn, skn } = reading.identifiers;
  const kind = ports.policies.boundTo(source)?.catalogue.partnerKinds.get(source.kind);
  const numbers = {
    ...(bsn !== undefined && kind?.mayProcessBsn === true ? { bsn } : {}),
    ...(skn !== undefined && kind?.mayProcessSkn === true ? { skn } : {}),
  };
  const { subject } = reading.snapshot;
  if (httpOf(source.connector)?.subject.scheme !== 'caseReference' || subject === null) return numbers;
  const [caseReference, another] = await ports.references.of(source.id, subject.id);
  return caseReference === undefined || another !== undefined ? numbers : { ...numbers, caseReference };
}
