import { setTimeout as sleep } from 'node:timers/promises';
import { readDatabaseConfig, readLedgerSettings } from '../config.ts';
import { recordKeyChange } from '../core/key/record-key-change.ts';
import { openCheckpoint } from '../core/ledger/checkpoint.ts';
import { readRing, replaceRing } from '../crypto/key-files.ts';
import { isSigningUse, type KeyUse } from '../crypto/key-uses.ts';
import { publicPem } from '../crypto/signing-key.ts';
import { noteVerifiers } from '../store/journal/key-ring.ts';
import { openCheckpointStore } from '../store/journal/open-checkpoint-store.ts';
import { keyHolders, keyVersions } from '../store/key-versions.ts';
import { livingMs } from './keys-list.ts';
import { currentKey, rowsOf } from './keys-rewrite.ts';
import { keyChangePorts, replaceable, takeUp } from './keys-rotate.ts';
import { exitCodes, printJson } from './terminal.ts';
import { withDatabase } from './with-database.ts';
import { type LedgerSession, withLedger } from './with-ledger.ts';

/** What was under way when the new key came into use has long been written or given up. */
const settleMs = 6_000;

/** `sluis keys retire USE`: exit code 1, and why, while anything rests on the older keys. */
export async function keysRetire(use: KeyUse, { json }: { readonly json: boolean }): Promise<void> {
  const { keys: settings, dataDir } = readDatabaseConfig(process.env);
  const outcome = await withLedger(async (session) => {
    const file = replaceable(settings, use);
    const refusal = await whyNot(session, use, dataDir);
    if (refusal !== null) return { use, retired: [] as string[], refusal };
    const ring = readRing(settings, use);
    const material = session.keys.read();
    const retired = isSigningUse(use)
      ? material[use].old.map((key) => ({ form: 'public' as const, text: publicPem(key) }))
      : [];
    replaceRing(file, { ...ring, old: [], retired: [...ring.retired, ...retired] });
    await takeUp(session);
    return { use, retired: await recordRetired(session, use), refusal: null };
  });
  const { retired, refusal } = outcome;
  if (json) printJson({ ok: refusal === null, ...outcome });
  else process.stdout.write(refusal === null ? `${use}: retired ${retired.join(', ')}\n` : `${use}: ${refusal}\n`);
  if (refusal !== null) process.exitCode = exitCodes.wrong;
}

/** null: nothing rests on an older key of this use. */
async function whyNot(session: LedgerSession, use: KeyUse, dataDir: string): Promise<string | null> {
  const { pool, keys } = session;
  const versions = keys.versions().filter((version) => version.use === use);
  if (versions.some(({ state }) => state === 'next')) return 'a key is coming; first rotate to its end';
  const known = (await keyVersions(pool)).filter((version) => version.use === use && version.retiredAt === null);
  if (known.length < 2) return 'there is no older key';
  const current = currentKey(keys, use);
  const behind = (await keyHolders(pool, livingMs)).filter(
    (holder) => !holder.keys.some((key) => key.use === use && key.id === current && key.state === 'current'),
  );
  if (behind.length > 0)
    return `not every gateway works with the new key: ${behind.map((each) => each.instance).join(', ')}`;
  const since = known.find(({ id }) => id === current)?.activatedAt ?? session.clock.now();
  await sleep(Math.max(0, Date.parse(since) + settleMs - Date.now()));
  const rows = await withDatabase('owner', async (ledger, _dataDir, _settings, vault) => {
    return (await rowsOf({ ledger, vault }, use, keys)?.remaining()) ?? 0;
  });
  if (rows > 0) return `${rows} rows are under an older key; first sluis keys rewrite ${use}`;
  if (use === 'checkpoint' && !(await isLastNoteOurs(session, dataDir))) {
    return 'the last checkpoint is not signed with the new key yet';
  }
  return null;
}

/** Whoever holds only the new key must be able to go on from the last note. */
async function isLastNoteOurs({ keys, pool }: LedgerSession, dataDir: string): Promise<boolean> {
  const settings = readLedgerSettings(process.env);
  const { origin } = settings;
  const { store, close } = await openCheckpointStore(settings, { dataDir, ledger: pool });
  const note = await store.read().finally(close);
  return note === null || openCheckpoint(note, origin, ...noteVerifiers(origin, [keys.checkpoint.publicKey])) !== null;
}

/** Also those of a retirement that was broken off between the file and the record. */
async function recordRetired(session: LedgerSession, use: KeyUse): Promise<string[]> {
  const here = new Set(session.keys.versions().map(({ id }) => id));
  const gone = (await keyVersions(session.pool)).filter(
    (version) => version.use === use && version.retiredAt === null && !here.has(version.id),
  );
  const previous = currentKey(session.keys, use);
  for (const { id } of gone) {
    const change = { type: 'key-retired' as const, use, id, previous };
    while ((await recordKeyChange(keyChangePorts(session), change)) === 'busy') await sleep(50);
  }
  return gone.map(({ id }) => id);
}
