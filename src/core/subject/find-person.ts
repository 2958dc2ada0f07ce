import type { UnitId } from '../brand.ts';
import type { Holdings, PersonNamed, SubjectChangePorts } from './change-ports.ts';

/** A number is the same whoever names it. */
export const nobody = '' as UnitId;

/** Everything that hangs on whoever is named; null: nobody is. */
export async function findPerson(ports: SubjectChangePorts, named: PersonNamed): Promise<Holdings | null> {
  const { snapshot } = await ports.snapshots.read({
    subject: named,
    source: nobody,
    recipient: nobody,
    idempotency: null,
  });
  return snapshot.subject === null ? null : ports.records.holdings(snapshot.subject.id);
}
