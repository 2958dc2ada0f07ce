import { readFileSync } from 'node:fs';
import type pg from 'pg';
import { ConfigError } from '../config.ts';
import { instant, type UnitId } from '../core/brand.ts';
import { isBsn } from '../core/subject/reference.ts';
import { openKeys } from '../crypto/keys.ts';
import { isNameable } from '../crypto/user-token.ts';
import { issueLoginCode, registerOfficer, registerStaff } from '../store/pages/logins.ts';
import { openRecordedKeys } from '../store/recorded-keys.ts';
import { readRegistry } from '../store/registry.ts';
import { createSnapshots } from '../store/snapshots.ts';
import { withDatabase } from './with-database.ts';

const validMs = 24 * 3_600_000;

/** `sluis login-code officer`: registers an officer and prints a code for the pages, valid for a day. */
export async function officerCode(name: string, unit: string | undefined, seesUsers: boolean): Promise<void> {
  const code = await withDatabase('serve', async (pool) => {
    const officer = await registerOfficer(pool, { name, unit: (unit ?? null) as UnitId | null, seesUsers });
    return issueLoginCode(pool, { officer }, instant(new Date(Date.now() + validMs)));
  });
  process.stdout.write(`${code}\n`);
}

/** `sluis login-code staff`: registers somebody who decides for a unit, and prints a code for the pages, valid for a day. */
export async function staffCode(person: {
  readonly unit: string;
  readonly number: string;
  readonly role: string;
  readonly name: string;
}): Promise<void> {
  const unit = person.unit as UnitId;
  if (!isNameable({ id: person.number, role: person.role, name: person.name })) {
    throw new ConfigError([
      'number and role take 64 characters and name 120, none of them invisible or at the edges a space',
    ]);
  }
  const code = await withDatabase('serve', async (pool) => {
    const problem = await whyNoStaff(pool, unit);
    if (problem !== null) throw new ConfigError([problem]);
    const staff = await registerStaff(pool, { ...person, unit });
    return issueLoginCode(pool, { staff }, instant(new Date(Date.now() + validMs)));
  });
  process.stdout.write(`${code}\n`);
}

/** Why there is nothing at the pages for people of this unit; null: there is. */
async function whyNoStaff(pool: pg.Pool, id: UnitId): Promise<string | null> {
  const unit = (await readRegistry(pool)).registry.units.get(id);
  if (unit === undefined) return `${id}: is not a registered unit; "partner list" names them`;
  if (unit.state !== 'active') return `${id}: is ${unit.state}, and there is nothing for its people`;
  return unit.staff ? null : 'the partners file must say of this unit that its people decide here: staff: true';
}

/** `sluis login-code subject`: the BSN comes on standard input, because arguments show in process lists. */
export async function subjectCode(): Promise<void> {
  const bsn = readFileSync(0, 'utf8').trim();
  if (!isBsn(bsn)) throw new ConfigError(['standard input must hold one citizen service number (BSN)']);
  const code = await withDatabase('serve', async (pool, _dataDir, settings) => {
    const keys = await openRecordedKeys(pool, (may) => openKeys({ ...settings, ...may }), instant(new Date()));
    const { snapshot } = await createSnapshots(pool, keys.identifiers).read({
      subject: { by: 'reference', reference: { type: 'bsn', value: bsn }, unit: '' as UnitId },
      source: '' as UnitId,
      recipient: '' as UnitId,
      idempotency: null,
    });
    if (snapshot.subject === null) throw new ConfigError(['the gateway knows no such person']);
    return issueLoginCode(pool, { subject: snapshot.subject.id }, instant(new Date(Date.now() + validMs)));
  });
  process.stdout.write(`${code}\n`);
}
