import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { ConfigError, readDatabaseConfig } from '../config.ts';
import { recordKeyChange } from '../core/key/record-key-change.ts';
import { keyFileOf, newKey, readRing, replaceRing } from '../crypto/key-files.ts';
import type { KeyUse } from '../crypto/key-uses.ts';
import type { KeySettings } from '../crypto/keys.ts';
import { type HeldKey, type KeyHolder, keyHolders } from '../store/key-versions.ts';
import { policySetRecords } from '../store/policy-set-records.ts';
import { recordKeys } from '../store/recorded-keys.ts';
import { keyInToken, tokenOf } from './keys-generate.ts';
import { livingMs } from './keys-list.ts';
import { currentKey, rewriteRows } from './keys-rewrite.ts';
import { exitCodes, printJson } from './terminal.ts';
import { withDatabase } from './with-database.ts';
import { type LedgerSession, withLedger } from './with-ledger.ts';

/** A gateway looks at its keys twice a second; one that has not followed by then has a reason. */
const patienceMs = 30_000;

export interface RotateOptions {
  readonly inToken: boolean;
  readonly json: boolean;
}

/**
 * `sluis keys rotate USE`: first every running gateway reads with the new key, then all write with it, then
 * what is stored is written anew. Broken off, it goes on where it was. Exit code 1 when a gateway does not follow.
 */
export async function keysRotate(use: KeyUse, options: RotateOptions): Promise<void> {
  const { keys: settings } = readDatabaseConfig(process.env);
  const outcome = await withLedger(async (session) => {
    const file = replaceable(settings, use);
    const from = currentKey(session.keys, use);
    announce(settings, use, file, options.inToken);
    await takeUp(session);
    const next = session.keys.versions().find((version) => version.use === use && version.state === 'next');
    if (next === undefined) throw new Error(`the new key for ${use} is not there`);
    const waitFor = (does: (key: HeldKey) => boolean) =>
      awaitHolders(session.pool, (holder) =>
        holder.keys.some((key) => key.use === use && key.id === next.id && does(key)),
      );
    const unready = await waitFor(() => true);
    if (unready.length > 0)
      return { use, from, to: next.id, step: 'announced' as const, waiting: unready, rewritten: 0 };

    const ring = readRing(settings, use);
    if (ring.next === null) throw new ConfigError([`${file}: was changed by somebody else meanwhile`]);
    replaceRing(file, { ...ring, current: ring.next, next: null, old: [ring.current, ...ring.old] });
    await takeUp(session);
    await recordActivation(session, use, next.id, from);
    const behind = await waitFor(({ state }) => state === 'current');
    if (behind.length > 0) return { use, from, to: next.id, step: 'current' as const, waiting: behind, rewritten: 0 };
    const { rewritten } = await withDatabase('owner', (ledger, _dataDir, _settings, vault) =>
      rewriteRows({ ledger, vault }, use, session.keys),
    );
    return { use, from, to: next.id, step: 'done' as const, waiting: [], rewritten };
  });
  if (options.json) printJson(outcome);
  else process.stdout.write(`${tell(outcome)}\n`);
  if (outcome.step !== 'done') process.exitCode = exitCodes.wrong;
}

function tell({
  use,
  from,
  to,
  step,
  waiting,
  rewritten,
}: {
  readonly use: KeyUse;
  readonly from: string;
  readonly to: string;
  readonly step: 'announced' | 'current' | 'done';
  readonly waiting: readonly string[];
  readonly rewritten: number;
}): string {
  if (step === 'done')
    return `${use}: ${to} in the place of ${from}, which is in overlap; ${rewritten} rows written anew`;
  const gateways = `not taken up by ${waiting.join(', ')}: look at what they log`;
  if (step === 'announced') return `${use}: ${to} is announced and not in use, ${gateways}; then rotate again`;
  return `${use}: ${to} is in use, ${gateways}; then sluis keys rewrite ${use}`;
}

/** The file that can be given another key. Throws `ConfigError`. */
export function replaceable(settings: KeySettings, use: KeyUse): string {
  if (use === 'unknown') throw new ConfigError(['unknown: this use has one key for ever, see docs/keys.md']);
  const file = keyFileOf(settings, use);
  if (file !== null) return file;
  const setting = `SLUIS_KEY_${use.toUpperCase()}_FILE`;
  throw new ConfigError([
    `${setting} names a key itself; name a file that names it, which can be changed while gateways run`,
  ]);
}

/** Writes a new key beside the current one, unless one was announced before. */
function announce(settings: KeySettings, use: KeyUse, file: string, inToken: boolean): void {
  const ring = readRing(settings, use);
  if (ring.next !== null) return;
  if (ring.old.length > 0)
    throw new ConfigError([`${use}: an older key is in overlap; first sluis keys retire ${use}`]);
  const next = inToken ? keyInToken(tokenOf(settings.token), use) : newKey(use);
  replaceRing(file, { ...ring, next });
}

/** This command is a gateway too: it reads what the files hold now. */
export async function takeUp({ pool, keys, clock }: LedgerSession): Promise<void> {
  keys.adopt(keys.read());
  await recordKeys(pool, keys, clock.now());
}

async function recordActivation(session: LedgerSession, use: KeyUse, id: string, previous: string): Promise<void> {
  const change = { type: 'key-activated' as const, use, id, previous };
  while ((await recordKeyChange(keyChangePorts(session), change)) === 'busy') await sleep(50);
}

export function keyChangePorts({
  pool,
  journal,
  clock,
  entropy,
}: LedgerSession): Parameters<typeof recordKeyChange>[0] {
  const basis = async () => {
    const { registryVersion, active } = await policySetRecords(pool).read();
    return { registryVersion, policySet: active };
  };
  return { journal, clock, entropy, basis };
}

/** Waits until every running gateway does; resolves with those that do not. */
export async function awaitHolders(pool: pg.Pool, does: (holder: KeyHolder) => boolean): Promise<readonly string[]> {
  const endMs = performance.now() + patienceMs;
  for (;;) {
    const others = (await keyHolders(pool, livingMs)).filter((holder) => !does(holder));
    if (others.length === 0 || performance.now() > endMs) return others.map(({ instance }) => instance);
    await sleep(100);
  }
}
