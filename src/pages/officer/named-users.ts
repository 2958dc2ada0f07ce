import type { KeptUsers } from '../../core/partner/kept-users.ts';
import type { Officer, PagesDeps } from '../ports.ts';
import type { EntryUser, Explanation } from './explain.ts';

/** A person at a partner, as far as this officer may see who it is. */
export interface ShownUser {
  readonly role: string;
  /** null: not this officer's to see, or not kept any more. */
  readonly person: { readonly id: string; readonly name: string } | null;
}

export interface ShownUsers {
  readonly user: ShownUser | null;
  readonly approver: ShownUser | null;
  readonly reporter: ShownUser | null;
}

/**
 * Who asked, who approved, who destroyed. INVARIANT: who they are is looked up only for an officer with the right to see it,
 * and for the officer of a unit only where they are that unit's own.
 */
export async function namedUsers(
  deps: Pick<PagesDeps, 'users'>,
  officer: Officer,
  { user, approver, reporter }: Pick<Explanation, 'user' | 'approver' | 'reporter'>,
): Promise<ShownUsers> {
  const people = [user, approver, reporter].map((one) => shown(deps.users, officer, one));
  const [asked, agreed, destroyed] = await Promise.all(people);
  return { user: asked ?? null, approver: agreed ?? null, reporter: destroyed ?? null };
}

/** What of it a look at this entry shows, for the record of that look. */
export function seen(users: ShownUsers): readonly string[] {
  return Object.entries(users).flatMap(([name, one]) => (one?.person ? [name] : []));
}

async function shown(users: KeptUsers, officer: Officer, one: EntryUser | null): Promise<ShownUser | null> {
  if (one === null) return null;
  const { role, trace, token } = one;
  const kept = officer.seesUsers ? await users.find(trace, token) : null;
  const mine = kept !== null && (officer.unit === null || kept.unit === officer.unit);
  return { role, person: mine ? { id: kept.id, name: kept.name } : null };
}
