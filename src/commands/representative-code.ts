import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { ConfigError } from '../config.ts';
import { instant, type UnitId } from '../core/brand.ts';
import { admitRepresentative } from '../core/consent/admit-representative.ts';
import { isBsn } from '../core/subject/reference.ts';
import { issueLoginCode } from '../store/pages/logins.ts';
import { policySetRecords } from '../store/policy-set-records.ts';
import { openRegistry } from '../store/registry.ts';
import { createSnapshots } from '../store/snapshots.ts';
import { withLedger } from './with-ledger.ts';

const validMs = 24 * 3_600_000;
const text = z.string().trim().min(3).max(200);

/**
 * `sluis login-code representative`: prints a code whose sessions decide for the person whose BSN comes
 * on standard input. Who it is and on which ground goes on record first: without the entry there is no code.
 */
export async function representativeCode(options: { readonly name: string; readonly ground: string }): Promise<void> {
  const named = z.strictObject({ name: text, ground: text }).safeParse(options);
  if (!named.success) throw new ConfigError(['--name and --ground must say who it is and why, in 3 to 200 characters']);
  const bsn = readFileSync(0, 'utf8').trim();
  if (!isBsn(bsn)) throw new ConfigError(['standard input must hold one citizen service number (BSN)']);
  const code = await withLedger(async ({ pool, keys, journal, clock, entropy }) => {
    const { snapshot } = await createSnapshots(pool, keys.identifiers).read({
      subject: { by: 'reference', reference: { type: 'bsn', value: bsn }, unit: '' as UnitId },
      source: '' as UnitId,
      recipient: '' as UnitId,
      idempotency: null,
    });
    if (snapshot.subject === null) throw new ConfigError(['the gateway knows no such person']);
    const subject = snapshot.subject.id;
    const registry = await openRegistry(pool);
    try {
      const records = policySetRecords(pool);
      const policySet = async () => (await records.read()).active;
      await admitRepresentative({ journal, clock, entropy, registry, policySet }, { subject, ...named.data });
    } finally {
      registry.close();
    }
    const expires = instant(new Date(Date.now() + validMs));
    return issueLoginCode(pool, { subject, representative: named.data.name }, expires);
  });
  process.stdout.write(`${code}\n`);
}
