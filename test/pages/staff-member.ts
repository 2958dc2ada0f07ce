import type { RequestId, UnitId } from '../../src/core/brand.ts';
import type { Staff } from '../../src/pages/ports.ts';
import type { PagesWorld } from './pages-world.ts';

/** Somebody who decides for the municipality of the story. */
export const staffMember: Staff = {
  kind: 'staff',
  unit: 'gemeente-zwolle' as UnitId,
  number: 'w-7',
  role: 'wooncoach',
  name: 'S. Bakker',
};

/** The request of the story that waits for them. */
export async function whatWaits({ deps }: PagesWorld): Promise<RequestId> {
  const [last] = await deps.staff.list(staffMember, { task: 'approval', after: null, limit: 5 });
  if (last === undefined) throw new Error('nothing waits');
  return last.id;
}
