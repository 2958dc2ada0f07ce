import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import type { Instant, SubjectId, UnitId } from '../../core/brand.ts';
import { query } from '../pool.ts';
import { hashSecret, newLoginCode, openUnder, readLoginCode, sealUnder } from './login-code.ts';

/** Whom a code lets in: exactly one of the three. */
export type LoginHolder =
  | { readonly officer: string; readonly subject?: never; readonly staff?: never }
  | { readonly staff: string; readonly subject?: never; readonly officer?: never }
  | {
      readonly subject: SubjectId;
      readonly representative?: string;
      readonly officer?: never;
      readonly staff?: never;
    };

/** Same shape as the pages' `Person`: the store may not import the pages. */
type Person =
  | {
      readonly kind: 'officer';
      readonly id: string;
      readonly name: string;
      readonly unit: UnitId | null;
      readonly seesUsers: boolean;
    }
  | {
      readonly kind: 'staff';
      readonly unit: UnitId;
      readonly number: string;
      readonly role: string;
      readonly name: string;
    }
  | { readonly kind: 'subject'; readonly id: SubjectId; readonly representative?: string };

interface Session {
  readonly person: Person;
  readonly formToken: string;
  readonly expiresAt: Instant;
}

const insertOfficer = {
  name: 'pages-officer-insert',
  text: 'INSERT INTO officer (id, name, unit_id, sees_users) VALUES ($1, $2, $3, $4)',
};

const insertStaff = {
  name: 'pages-staff-insert',
  text: 'INSERT INTO staff (id, unit_id, number, role, name) VALUES ($1, $2, $3, $4, $5)',
};

const insertCode = {
  name: 'pages-login-code-insert',
  text: `INSERT INTO login_code (hash, officer_id, subject_id, staff_id, expires_at, representative)
    VALUES ($1, $2, $3, $4, $5, $6)`,
};

const representativeOf = {
  name: 'pages-login-code-representative',
  text: 'SELECT representative FROM login_code WHERE hash = $1 AND expires_at > $2',
};

/** One statement: a session comes into being only from a code that is valid at that very moment. */
const openSession = {
  name: 'pages-session-open',
  text: `INSERT INTO session (hash, officer_id, subject_id, staff_id, form_token, created_at, expires_at, representative)
    SELECT $2, officer_id, subject_id, staff_id, $3, $4, $5, $6 FROM login_code WHERE hash = $1 AND expires_at > $4
    RETURNING hash`,
};

/** One that begins in times to come was opened by a gateway whose clock is wrong, and would not end for as long. */
const readSession = {
  name: 'pages-session-read',
  text: `SELECT s.officer_id, o.name AS officer_name, o.unit_id, o.sees_users, s.subject_id, s.representative, s.form_token,
      s.expires_at, to_jsonb(f) AS staff
    FROM session s LEFT JOIN officer o ON o.id = s.officer_id LEFT JOIN staff f ON f.id = s.staff_id
    WHERE s.hash = $1 AND s.expires_at > $2 AND s.created_at <= $2::timestamptz + interval '1 minute'`,
};

const closeSession = { name: 'pages-session-close', text: 'DELETE FROM session WHERE hash = $1' };

const sessionRow = z.strictObject({
  officer_id: z.string().nullable(),
  officer_name: z.string().nullable(),
  unit_id: z.string().nullable(),
  sees_users: z.boolean().nullable(),
  subject_id: z.string().nullable(),
  representative: z.string().nullable(),
  form_token: z.string().min(16),
  expires_at: z.string(),
  staff: z
    .strictObject({ id: z.uuid(), unit_id: z.string(), number: z.string(), role: z.string(), name: z.string() })
    .nullable(),
});

/** Registers a privacy officer; `unit: null` is an officer of the gateway itself. Who sees users is said, or nobody. Resolves to the officer's id. */
export async function registerOfficer(
  pool: pg.Pool,
  officer: { readonly name: string; readonly unit: UnitId | null; readonly seesUsers?: boolean },
): Promise<string> {
  const id = uuidv7();
  await query(pool, insertOfficer, [id, officer.name, officer.unit, officer.seesUsers ?? false]);
  return id;
}

/** Registers somebody who decides for a unit at the pages; `number`: by which the unit knows them. Resolves to the account's id. */
export async function registerStaff(
  pool: pg.Pool,
  person: { readonly unit: UnitId; readonly number: string; readonly role: string; readonly name: string },
): Promise<string> {
  const id = uuidv7();
  await query(pool, insertStaff, [id, person.unit, person.number, person.role, person.name]);
  return id;
}

/**
 * A new code for one person, shown once: the database holds only its hash. It may be used until
 * `expires`, so that somebody whose half hour is over can come back.
 */
export async function issueLoginCode(pool: pg.Pool, holder: LoginHolder, expires: Instant): Promise<string> {
  const code = newLoginCode();
  const secret = code.replaceAll('-', '');
  const name = holder.subject === undefined ? undefined : holder.representative;
  const representative = name === undefined ? null : sealUnder(secret, name);
  const whom = [holder.officer ?? null, holder.subject ?? null, holder.staff ?? null];
  await query(pool, insertCode, [hashSecret(secret), ...whom, expires, representative]);
  return code;
}

/** The pages' `Logins`. Each method throws `Fault('database-unavailable')`. */
export class StoredLogins {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async open(
    typed: string,
    now: Instant,
    expiresAt: Instant,
  ): Promise<{ readonly secret: string; readonly session: Session } | null> {
    const code = readLoginCode(typed);
    if (code === null) return null;
    const secret = randomBytes(32).toString('base64url');
    const formToken = randomBytes(16).toString('base64url');
    const rows = await query(this.#pool, openSession, [
      hashSecret(code),
      hashSecret(secret),
      formToken,
      now,
      expiresAt,
      await this.#representative(code, secret, now),
    ]);
    if (rows.length !== 1) return null;
    const session = await this.read(secret, now);
    return session && { secret, session };
  }

  /** Who decides for the subject of this code, as it stands beside the session. */
  async #representative(code: string, secret: string, now: Instant): Promise<string | null> {
    const [row] = await query<{ representative: string | null }>(this.#pool, representativeOf, [hashSecret(code), now]);
    if (row === undefined || row.representative === null) return null;
    return sealUnder(secret, openUnder(code, row.representative));
  }

  async read(secret: string, now: Instant): Promise<Session | null> {
    const [row] = await query(this.#pool, readSession, [hashSecret(secret), now]);
    if (row === undefined) return null;
    const session = sessionRow.parse(row);
    const person = personOf(session, secret);
    return person && { person, formToken: session.form_token, expiresAt: session.expires_at as Instant };
  }

  async close(secret: string): Promise<void> {
    await query(this.#pool, closeSession, [hashSecret(secret)]);
  }
}

function personOf(row: z.infer<typeof sessionRow>, secret: string): Person | null {
  if (row.subject_id !== null && row.officer_id === null && row.staff === null) {
    const id = row.subject_id as SubjectId;
    return row.representative === null
      ? { kind: 'subject', id }
      : { kind: 'subject', id, representative: openUnder(secret, row.representative) };
  }
  if (row.staff !== null && row.officer_id === null && row.subject_id === null) {
    const { unit_id, number, role, name } = row.staff;
    return { kind: 'staff', unit: unit_id as UnitId, number, role, name };
  }
  if (row.officer_id === null || row.officer_name === null || row.subject_id !== null) return null;
  return {
    kind: 'officer',
    id: row.officer_id,
    name: row.officer_name,
    unit: row.unit_id as UnitId | null,
    seesUsers: row.sees_users === true,
  };
}
