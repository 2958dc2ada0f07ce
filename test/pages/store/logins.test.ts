import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SubjectId } from '../../../src/core/brand.ts';
import { hashSecret, newLoginCode, readLoginCode } from '../../../src/store/pages/login-code.ts';
import { issueLoginCode, registerOfficer, registerStaff, StoredLogins } from '../../../src/store/pages/logins.ts';
import { type FreshDatabase, freshDatabase } from '../../world/database.ts';
import { seedSubject, seedWorld, source } from '../../world/journal-world.ts';
import { newCipher } from '../../world/ledger-keys.ts';
import { at } from '../../world/memory-world.ts';

const now = at('2026-11-21T10:00:00.000Z');
const end = at('2026-11-21T10:30:00.000Z');
const later = at('2026-12-01T00:00:00.000Z');
let database: FreshDatabase;
let logins: StoredLogins;
let subject: SubjectId;

beforeAll(async () => {
  database = await freshDatabase();
  await seedWorld(database.pools.owner);
  subject = await seedSubject(database.pools, newCipher());
  // Everything here is done with the login that serves.
  logins = new StoredLogins(database.pools.serve);
});

afterAll(() => database.drop());

describe('somebody who decides for a unit', () => {
  const person = { unit: source, number: 'w-7', role: 'director', name: 'S. Bakker' };

  test('comes in by a code, with the number and the role that the unit gave them', async () => {
    const code = await issueLoginCode(
      database.pools.serve,
      { staff: await registerStaff(database.pools.serve, person) },
      later,
    );
    const login = await logins.open(code, now, end);
    expect(login?.session.person).toEqual({ kind: 'staff', ...person });
    expect(await logins.read(login?.secret ?? '', end)).toBeNull();
  });

  test('shares a code and a session with nobody else', async () => {
    const { owner, serve } = database.pools;
    const staff = await registerStaff(serve, person);
    const officer = await registerOfficer(serve, { name: 'M. Jansen', unit: null });
    for (const table of ['login_code', 'session']) {
      const both = `UPDATE ${table} SET staff_id = $1, officer_id = $2`;
      await issueLoginCode(serve, { staff }, later);
      await expect(owner.query(both, [staff, officer])).rejects.toThrow('holder');
    }
  });
});

describe('a code', () => {
  test('has 80 random bits in groups, and is read back however it was typed', () => {
    const codes = Array.from({ length: 500 }, newLoginCode);
    expect(new Set(codes).size).toBe(500);
    for (const code of codes) {
      expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/);
      const typed = ` ${code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')}`;
      expect(readLoginCode(typed)).toBe(code.replaceAll('-', ''));
    }
  });

  test('that is no code is not looked up', () => {
    const alphabet = /^[0-9A-HJKMNP-TV-Z]{16}$/;
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), (typed) => {
        const code = readLoginCode(typed);
        return code === null || alphabet.test(code);
      }),
    );
    for (const typed of ['', 'ABCD', 'U'.repeat(16), 'ABCD-EFGH-JKMN-PQR', `${newLoginCode()}A`]) {
      expect(readLoginCode(typed)).toBeNull();
    }
  });

  test('lets its subject in, again and again until it expires, and stands nowhere in clear', async () => {
    const code = await issueLoginCode(database.pools.serve, { subject }, later);
    const first = await logins.open(code.toLowerCase(), now, end);
    const second = await logins.open(code, now, end);
    expect(first?.session.person).toEqual({ kind: 'subject', id: subject });
    expect(second?.secret).not.toBe(first?.secret);
    expect(await logins.open(code, later, end)).toBeNull();
    const kept = await database.pools.owner.query('SELECT row_to_json(c)::text AS c FROM login_code c');
    const text = JSON.stringify(kept.rows);
    expect(text).not.toContain(code);
    expect(text).not.toContain(code.replaceAll('-', ''));
    expect(text).toContain(hashSecret(code.replaceAll('-', '')).toString('hex'));
  });

  test('that a gateway whose clock is ahead took gives no session that outlasts it', async () => {
    const code = await issueLoginCode(database.pools.serve, { subject }, later);
    const [begins, ends] = [at('2026-11-22T10:00:00.000Z'), at('2026-11-22T10:30:00.000Z')];
    const opened = await logins.open(code, begins, ends);
    expect(opened).not.toBeNull();
    expect(await logins.read(opened?.secret ?? '', now)).toBeNull();
    expect(await logins.read(opened?.secret ?? '', at('2026-11-22T09:59:30.000Z'))).not.toBeNull();
  });

  test('lets a representative in as such, and nobody else with the code of the subject itself', async () => {
    const code = await issueLoginCode(database.pools.serve, { subject, representative: 'J. de Boer' }, later);
    const opened = await logins.open(code, now, end);
    const person = { kind: 'subject', id: subject, representative: 'J. de Boer' };
    expect(opened?.session.person).toEqual(person);
    expect((await logins.read(opened?.secret ?? '', now))?.person).toEqual(person);
  });

  test('lets an officer in with name and unit; of the gateway without unit, and without the right to see users unless it was said', async () => {
    const ofUnit = await registerOfficer(database.pools.serve, { name: 'M. Jansen', unit: source, seesUsers: true });
    const ofGateway = await registerOfficer(database.pools.serve, { name: 'P. Smit', unit: null });
    for (const [id, name, unit, seesUsers] of [
      [ofUnit, 'M. Jansen', source, true],
      [ofGateway, 'P. Smit', null, false],
    ] as const) {
      const code = await issueLoginCode(database.pools.serve, { officer: id }, later);
      expect((await logins.open(code, now, end))?.session.person).toEqual({
        kind: 'officer',
        id,
        name,
        unit,
        seesUsers,
      });
    }
  });

  test('that was never issued lets nobody in and leaves no session', async () => {
    const before = await database.pools.owner.query('SELECT count(*) AS n FROM session');
    expect(await logins.open(newLoginCode(), now, end)).toBeNull();
    expect(await logins.open("' OR true --", now, end)).toBeNull();
    const after = await database.pools.owner.query('SELECT count(*) AS n FROM session');
    expect(after.rows).toEqual(before.rows);
  });
});

describe('a session', () => {
  test('is known by its hash alone, until it ends or is closed', async () => {
    const code = await issueLoginCode(database.pools.serve, { subject }, later);
    const login = await logins.open(code, now, end);
    if (login === null) throw new Error('no session');
    const { secret, session } = login;
    expect(await logins.read(secret, now)).toEqual(session);
    expect(session.expiresAt).toBe(end);
    expect(await logins.read(secret, end)).toBeNull();
    expect(await logins.read(`${secret}A`, now)).toBeNull();
    const kept = await database.pools.owner.query('SELECT row_to_json(s)::text AS s FROM session s');
    expect(JSON.stringify(kept.rows)).not.toContain(secret);
    await logins.close(secret);
    expect(await logins.read(secret, now)).toBeNull();
  });
});
