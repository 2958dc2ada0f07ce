import type { Decider } from '../core/disclosure/operations.ts';
import { messagePage } from './layout.ts';
import type { Page } from './page-context.ts';
import type { Officer, Person, Session, Staff } from './ports.ts';
import { isOfficer, isStaff, isSubject } from './session.ts';

/** A session of one kind of person: what a handler behind a door is given. */
export type SessionOf<P extends Person> = Session & { readonly person: P };
export type Subject = Extract<Person, { kind: 'subject' }>;

/** Who decides in this session: the subject, or somebody for them. */
export function deciderOf({ representative }: Subject): Decider {
  return representative === undefined ? 'subject' : 'representative';
}

type Answer = Response | Promise<Response>;

/** INVARIANT: every handler under `/me` is made by this function, so none runs without a subject's session. */
export function forSubject(handler: (c: Page, session: SessionOf<Subject>) => Answer): (c: Page) => Answer {
  return (c) => {
    const session = c.get('session');
    if (session === null) return c.redirect('/login?notice=ended', 303);
    return isSubject(session) ? handler(c, session) : wrongDoor(c, session.person);
  };
}

/** INVARIANT: every handler under `/officer` is made by this function. */
export function forOfficer(handler: (c: Page, session: SessionOf<Officer>) => Answer): (c: Page) => Answer {
  return (c) => {
    const session = c.get('session');
    if (session === null) return c.redirect('/login?notice=ended', 303);
    return isOfficer(session) ? handler(c, session) : wrongDoor(c, session.person);
  };
}

/** INVARIANT: every handler under `/staff` is made by this function. */
export function forStaff(handler: (c: Page, session: SessionOf<Staff>) => Answer): (c: Page) => Answer {
  return (c) => {
    const session = c.get('session');
    if (session === null) return c.redirect('/login?notice=ended', 303);
    return isStaff(session) ? handler(c, session) : wrongDoor(c, session.person);
  };
}

/** First page after login. */
export function startOf(person: Person): string {
  return starts[person.kind];
}

const starts: Readonly<Record<Person['kind'], string>> = {
  officer: '/officer/disclosures',
  staff: '/staff/inbox',
  subject: '/me',
};

function wrongDoor(c: Page, person: Person): Answer {
  const { wrongDoorTitle, wrongDoor: text, back } = c.get('words').problem;
  return messagePage(c, { title: wrongDoorTitle, text, status: 403, back: { path: startOf(person), text: back } });
}
