import { readFileSync } from 'node:fs';
import { ConfigError } from '../config.ts';
import { instant, type UnitId } from '../core/brand.ts';
import { isBsn } from '../core/subject/reference.ts';
import { openKeys } from '../crypto/keys.ts';
import { issueLoginCode, registerOfficer } from '../store/pages/logins.ts';
import { openRecordedKeys } from '../store/recorded-keys.ts';
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
