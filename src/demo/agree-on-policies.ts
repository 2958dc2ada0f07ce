import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { calculateJwkThumbprint } from 'jose';
import type pg from 'pg';
import { type Digest, instant, type UnitId } from '../core/brand.ts';
import { signingKey } from '../core/partner/signing-key.ts';
import { acceptPolicySet } from '../core/policy-set/accept.ts';
import { carryOutDue } from '../core/policy-set/carry-out.ts';
import { proposeChange } from '../core/policy-set/propose-change.ts';
import { type AcceptanceStatement, type PolicyStatement, statementText } from '../core/policy-set/statement.ts';
import { checkDetachedJws, publicHalf, signDetachedJws } from '../crypto/detached-jws.ts';
import { entropy, randomBytes } from '../crypto/entropy.ts';
import { openKeys } from '../crypto/keys.ts';
import { compilePolicyFolder, readPolicyFolder } from '../policy-files/load.ts';
import { openMarkFiles } from '../store/journal/mark-files.ts';
import { type OpenJournal, openJournal } from '../store/journal/open-journal.ts';
import { publicKeys } from '../store/keys.ts';
import type { DatabaseUrls } from '../store/logins.ts';
import { addPolicyApprover } from '../store/policy-approvers.ts';
import { policySetRecords } from '../store/policy-set-records.ts';
import { storePolicySet } from '../store/policy-sets.ts';
import { openPool } from '../store/pool.ts';
import { openRegistry } from '../store/registry.ts';
import type { PolicySigners, Signer } from './policy-signers.ts';

const clock = {
  now: () => instant(new Date()),
  ago: (ms: number) => instant(new Date(Date.now() - ms)),
  pause: (ms: number) => sleep(ms),
};

/**
 * As outside the demo: two approvers sign the folder, it comes into force, and every unit signs that it
 * accepts it. The ledger holds it all before the first gateway starts.
 */
export async function agreeOnPolicies(
  database: DatabaseUrls,
  dataDir: string,
  folder: string,
  { approvers, units }: PolicySigners,
): Promise<void> {
  const owner = openPool(database.owner, { max: 1 });
  const serve = openPool(database.serve, { max: 4 });
  const vault = openPool(database.vault, { max: 1 });
  try {
    for (const approver of approvers) await register(owner, approver);
    const create = (await publicKeys(serve)).length === 0;
    const keys = await openKeys({ directory: join(dataDir, 'keys'), create });
    const { ledger: signer, subjects: cipher, identifiers: secrets } = keys;
    const marks = await openMarkFiles(join(dataDir, 'marks'));
    const journal = await openJournal({
      servePool: serve,
      vaultPool: vault,
      signer,
      cipher,
      secrets,
      orderMark: keys.marks.order,
      random: randomBytes,
      entropy,
      clock,
      heartbeat: { everySeconds: 60, begins: 'with-first-entry' },
      marks,
    });
    try {
      const set = await activate(serve, journal, folder, approvers);
      await accept(serve, journal, set, [...units.values()]);
    } finally {
      await journal.close();
      await marks.close();
    }
  } finally {
    await owner.end();
    await serve.end();
    await vault.end();
  }
}

async function register(owner: pg.Pool, { name, publicJwk }: Signer): Promise<void> {
  const thumbprint = await calculateJwkThumbprint(publicHalf(publicJwk), 'sha256');
  await addPolicyApprover(owner, { name, key: signingKey.parse(publicJwk), thumbprint }, clock.now());
}

async function activate(
  pool: pg.Pool,
  journal: OpenJournal,
  folder: string,
  approvers: readonly Signer[],
): Promise<Digest> {
  const records = policySetRecords(pool);
  const files = readPolicyFolder(folder);
  const { active } = await records.read();
  // A demo that was started on a database of an earlier one.
  if (active === files.digest) return files.digest;
  const statement: PolicyStatement = { action: 'activate', set: files.digest, from: null, previous: active };
  const approvals = await Promise.all(
    approvers.map(async ({ name, privateJwk }) => ({
      approver: name,
      statement,
      signature: await signDetachedJws(statementText(statement), privateJwk, new Date()),
    })),
  );
  await storePolicySet(pool, files, clock.now());
  const ports = { clock, entropy, journal, records };
  const proposed = await proposeChange(ports, statement, approvals, checkDetachedJws);
  const loaded = compilePolicyFolder(files);
  if (!proposed.ok || !loaded.ok) throw new Error('the policies of the demo could not be activated');
  await carryOutDue(ports, async (digest) => digest === files.digest);
  return files.digest;
}

async function accept(pool: pg.Pool, journal: OpenJournal, set: Digest, units: readonly Signer[]): Promise<void> {
  const registry = await openRegistry(pool);
  try {
    const ports = { clock, entropy, journal, registry, records: policySetRecords(pool), signatures: checkDetachedJws };
    for (const { name, privateJwk } of units) {
      const statement: AcceptanceStatement = { action: 'accept', set, unit: name as UnitId };
      const signature = await signDetachedJws(statementText(statement), privateJwk, new Date());
      const trace = entropy.trace();
      const outcome = await acceptPolicySet(ports, { unit: statement.unit, set, signature, trace });
      if (!('acceptedAt' in outcome)) throw new Error(`${name} could not accept the policies: ${outcome.kind}`);
    }
  } finally {
    registry.close();
  }
}
