import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { instant, type SubjectId, type UnitId } from '../core/brand.ts';
import { openKeys } from '../crypto/keys.ts';
import { issueLoginCode, type LoginHolder, registerOfficer, registerStaff } from '../store/pages/logins.ts';
import { openPool } from '../store/pool.ts';
import { createSubjects } from '../store/subjects.ts';
import type { World } from './world.ts';

/** A detainee by number, somebody who decides for a unit, or a privacy officer; `unit: null` is one of the gateway. */
export type CodeHolder =
  | { readonly bsn: string }
  | { readonly staff: { readonly id: string; readonly role: string; readonly name: string }; readonly unit: string }
  | { readonly officer: string; readonly unit: string | null; readonly seesUsers?: boolean };

const validMs = 8 * 3_600_000;

/** A code with which somebody comes in at a running world's pages. */
export async function loginCode(world: World, whom: CodeHolder): Promise<string> {
  const keys = await openKeys({ directory: join(world.dataDir, 'keys'), create: false });
  const pool = openPool(world.database.serve, { max: 1 });
  const vault = openPool(world.database.vault, { max: 1 });
  try {
    const subjects = createSubjects({
      pool,
      vault,
      secrets: keys.identifiers,
      cipher: keys.subjects,
      clock: { now: () => instant(new Date()) },
      entropy: { id: randomUUID },
    });
    const holder = await holderOf(pool, whom, (value) => subjects.ensure({ type: 'bsn', value }));
    return await issueLoginCode(pool, holder, instant(new Date(Date.now() + validMs)));
  } finally {
    await pool.end();
    await vault.end();
  }
}

async function holderOf(
  pool: Parameters<typeof registerStaff>[0],
  whom: CodeHolder,
  subjectOf: (bsn: string) => Promise<SubjectId>,
): Promise<LoginHolder> {
  if ('bsn' in whom) return { subject: await subjectOf(whom.bsn) };
  if ('officer' in whom) return { officer: await registerOfficer(pool, officerOf(whom)) };
  const { id: number, role, name } = whom.staff;
  return { staff: await registerStaff(pool, { unit: whom.unit as UnitId, number, role, name }) };
}

function officerOf({ officer: name, unit, seesUsers = false }: Extract<CodeHolder, { officer: string }>) {
  return { name, unit: unit as UnitId | null, seesUsers };
}
