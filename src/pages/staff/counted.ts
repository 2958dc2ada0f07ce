import { forStaff } from '../door.ts';
import type { PagesDeps } from '../ports.ts';
import { waitPage } from './gone-page.ts';

/** A page that shows what waits: read as often as a system of the unit may ask for it. */
export function counted(deps: PagesDeps, handler: Parameters<typeof forStaff>[0]): ReturnType<typeof forStaff> {
  return forStaff(async (c, session) => {
    const over = await deps.staff.count(session.person);
    return over === null ? handler(c, session) : waitPage(c, deps, session, over);
  });
}
