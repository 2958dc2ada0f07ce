import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { noteVerifierKey } from '../../src/core/ledger/checkpoint.ts';
import { openWitnessed } from '../../src/core/ledger/witnessed.ts';
import { checkpointDuties } from '../../src/store/journal/checkpoint-duties.ts';
import { followCheckpoints } from '../../src/wire/checkpoint-duties.ts';
import { witnessesOf } from '../../src/wire/witnesses.ts';
import { readWitnessFile, type WitnessSettings } from '../../src/witness-files.ts';
import { type LedgerWorld, ledgerWorld, origin, until } from '../world/ledger-world.ts';
import { type WitnessProcess, witnessProcess } from '../world/witness-process.ts';

let world: LedgerWorld;
let folder = '';
let witnesses: WitnessProcess[] = [];
let told: string[] = [];
let raised: { kind: string; mark: string }[] = [];
let size = 0;
let stopping: (() => Promise<void>)[] = [];

beforeAll(async () => {
  world = await ledgerWorld({ witnessedAtOnce: false });
  folder = mkdtempSync(join(tmpdir(), 'sluis-witnesses-'));
  const known = { origin, vkeys: [noteVerifierKey(world.checkpointKey)] };
  witnesses = ['1', '2', '3'].map((n) => witnessProcess(join(folder, n), `w.example/${n}`, [known]));
  await Promise.all(witnesses.map((each) => each.start()));
  world.start();
}, 60_000);
afterAll(async () => {
  await Promise.all(witnesses.map((each) => each.kill()));
  await world.end();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  [told, raised] = [[], []];
});
afterEach(async () => {
  for (const stop of stopping) await stop();
  stopping = [];
});

function settings(changes: Partial<WitnessSettings> = {}): WitnessSettings {
  const file = join(folder, 'witnesses.yaml');
  const list = witnesses.map(({ name, url, vkey }) => ({ name, url: url(), key: vkey }));
  writeFileSync(file, JSON.stringify({ witnesses: list, quorum: 2 }));
  return { ...readWitnessFile(file), everyMs: 40, ...changes };
}

/** A gateway's side of witnessing, as often as it has the turn. */
function gateway(changes: Partial<WitnessSettings> = {}) {
  const duties = checkpointDuties(world.database.pools.sequencer);
  const log = { alarm: (text: string) => void told.push(text), notice: (text: string) => void told.push(text) };
  const alerts = {
    raise: async ({ kind, mark }: { readonly kind: string; readonly mark: string }) => {
      if (!raised.some((each) => each.kind === kind && each.mark === mark)) raised.push({ kind, mark });
    },
  };
  const policy = settings(changes);
  const metrics = { witness: () => undefined, checkpointWaits: () => undefined };
  const logKeys = () => [world.checkpointKey];
  const following = witnessesOf({ duties, settings: policy, origin, logKeys, alerts, log, metrics, now: Date.now });
  const rounds = followCheckpoints({ duties, everyMs: policy.everyMs, witnesses: following, timestamps: null, log });
  stopping.push(rounds.stop);
  return { stop: rounds.stop };
}

async function grow(count = 3): Promise<number> {
  await world.write(count);
  size += count;
  await world.signed(size);
  return size;
}

async function row(of: number): Promise<{ note: string; witnessed: boolean }> {
  const { rows } = await world.database.pools.serve.query(
    'SELECT note, witnessed FROM ledger_checkpoint WHERE size = $1',
    [of],
  );
  return rows[0];
}

async function forked(): Promise<readonly string[]> {
  const { rows } = await world.database.pools.sequencer.query('SELECT forked FROM witness_turn');
  return rows[0]?.forked;
}

const isWitnessed = (of: number) => async () => (await row(of)).witnessed;
const cosigners = async (of: number) =>
  openWitnessed((await row(of)).note, origin, [world.checkpointKey], { ...settings(), quorum: 0 })?.cosigners.map(
    ({ name }) => name,
  );

describe('a checkpoint', () => {
  test('counts as witnessed once the quorum cosigned it, and its note carries their lines', async () => {
    const running = gateway();
    const of = await grow();
    await until(isWitnessed(of), 'a witnessed checkpoint');
    await until(async () => (await cosigners(of))?.length === 3, 'three cosigners');
    expect(
      openWitnessed((await row(of)).note, origin, [world.checkpointKey], { ...settings(), quorum: 3 }),
    ).not.toBeNull();
    await running.stop();
  });

  test('needs two of three: with one away it is witnessed, with two away it is not, and it goes on when they are back', async () => {
    const running = gateway({ alarmAfterMs: 3_000 });
    await witnesses[0]?.kill();
    const first = await grow();
    await until(isWitnessed(first), 'witnessed by two');
    expect(await cosigners(first)).toEqual(['w.example/2', 'w.example/3']);
    await witnesses[1]?.kill();
    const second = await grow();
    await until(() => raised.some(({ kind }) => kind === 'witnesses-away'), 'an alert');
    expect(await isWitnessed(second)()).toBe(false);
    expect(raised).toEqual([{ kind: 'witnesses-away', mark: String(first) }]);
    expect(told.filter((text) => text.startsWith('no checkpoint was witnessed'))).toHaveLength(1);
    await Promise.all([witnesses[0]?.start(), witnesses[1]?.start()]);
    await until(() => told.includes('checkpoints are witnessed again'), 'that they are back');
    expect(await isWitnessed(second)()).toBe(true);
    await running.stop();
  });

  test('is shown by one gateway at a time, and by another when that is gone', async () => {
    const running = gateway();
    const other = gateway();
    const of = await grow();
    await until(isWitnessed(of), 'a witnessed checkpoint');
    await running.stop();
    const next = await grow();
    await until(isWitnessed(next), 'one by the other gateway');
    await other.stop();
  });

  test('that counted as witnessed under no policy counts no more once there is one', async () => {
    const of = await grow();
    await world.database.pools.owner.query(
      'UPDATE ledger_checkpoint SET witnessed = true, witnessed_at = now() WHERE size = $1',
      [of],
    );
    for (const each of witnesses) await each.kill();
    const running = gateway();
    await until(async () => !(await isWitnessed(of)()), 'that it is not');
    for (const each of witnesses) await each.start();
    await until(isWitnessed(of), 'witnessed after all');
    await running.stop();
  });
});

describe('a witness', () => {
  test('that was put back to an old state is found out, and goes on from there', async () => {
    const before = gateway();
    const [first] = witnesses;
    if (first === undefined) throw new Error('there are three');
    await until(async () => (await cosigners(size))?.length === 3, 'three cosigners');
    const backup = join(folder, 'backup');
    await first.kill();
    cpSync(first.state, backup, { recursive: true });
    await first.start();
    const of = await grow();
    await until(async () => (await cosigners(of))?.length === 3, 'three cosigners');
    await before.stop();
    await first.kill();
    rmSync(first.state, { recursive: true });
    cpSync(backup, first.state, { recursive: true });
    await first.start();
    const after = gateway();
    const next = await grow();
    await until(async () => (await cosigners(next))?.length === 3, 'three cosigners again');
    expect(told.join('\n')).toContain('w.example/1 had cosigned');
    expect(raised).toEqual([]);
    await after.stop();
  });

  test('that does not know this ledger is told of, and is not counted', async () => {
    const stranger = witnessProcess(join(folder, 'stranger'), 'w.example/9', [
      { origin: 'other.example', vkeys: [noteVerifierKey({ ...world.checkpointKey, name: 'other.example' })] },
    ]);
    await stranger.start();
    const witness = {
      name: stranger.name,
      url: stranger.url(),
      publicKey: stranger.key.publicKey,
      check: stranger.check,
    };
    const running = gateway({ witnesses: [witness], quorum: 1 });
    const of = await grow();
    await until(() => told.some((text) => text.includes('does not know this ledger')), 'a notice');
    expect(await isWitnessed(of)()).toBe(false);
    await running.stop();
    await stranger.kill();
  });
});

/** Last: the ledger is another one after it. */
describe('a ledger that was rewritten', () => {
  test('is witnessed by nobody, though two of three would, and officers are told at once', async () => {
    const honest = gateway();
    const of = await grow();
    await until(async () => (await cosigners(of))?.length === 3, 'three cosigners');
    await honest.stop();
    // The third witness alone has seen more of the history that was: what follows is another one to it.
    const [, , third] = witnesses;
    cpSync(third?.state ?? '', join(folder, 'third-before'), { recursive: true });
    const seen = await grow();
    const alone = gateway({ witnesses: settings().witnesses.slice(2), quorum: 1 });
    await until(isWitnessed(seen), 'witnessed by the third');
    await alone.stop();
    await forget(of);
    size = of;
    const running = gateway();
    await until(() => raised.some(({ kind }) => kind === 'ledger-forked'), 'the alert');
    expect(told.join('\n')).toContain('LEDGER FORKED: the witness w.example/3');
    await until(async () => (await cosigners(of))?.length === 2, 'two cosigners');
    expect(await isWitnessed(of)()).toBe(false);
    // Nor once the one that has seen it is silent.
    await third?.kill();
    await new Promise((later) => setTimeout(later, 1_500));
    expect(await isWitnessed(of)()).toBe(false);
    await running.stop();
    expect(await forked()).toEqual(['w.example/3']);
  });

  test('is witnessed by nobody for the gateway that takes the turn either, while the one that saw it is silent', async () => {
    const next = gateway();
    await until(() => told.some((text) => text.startsWith('LEDGER FORKED: the witness w.example/3')), 'that it knows');
    await new Promise((later) => setTimeout(later, 1_500));
    expect((await cosigners(size))?.length).toBe(2);
    expect(await isWitnessed(size)()).toBe(false);
    expect(told.filter((text) => text.startsWith('LEDGER FORKED'))).toHaveLength(1);
    await next.stop();
  });

  test('counts again once that witness cosigns, for every gateway', async () => {
    const [, , third] = witnesses;
    rmSync(third?.state ?? '', { recursive: true, force: true });
    cpSync(join(folder, 'third-before'), third?.state ?? '', { recursive: true });
    await third?.start();
    const running = gateway();
    await until(isWitnessed(size), 'witnessed once the third goes along');
    expect(await forked()).toEqual([]);
    await running.stop();
  });

  test('does not wait for a witness that the policy names no more', async () => {
    await world.database.pools.owner.query(`UPDATE witness_turn SET forked = '{w.example/8}'`);
    await world.database.pools.owner.query('UPDATE ledger_checkpoint SET witnessed = false, witnessed_at = NULL');
    const running = gateway();
    await until(isWitnessed(size), 'witnessed');
    await running.stop();
  });
});

/** Puts the ledger back to a size, as a restored backup would, with its checkpoint not witnessed yet. */
async function forget(to: number): Promise<void> {
  const { owner } = world.database.pools;
  await owner.query('DELETE FROM ledger_checkpoint WHERE size > $1', [to]);
  await owner.query('DELETE FROM ledger_tree WHERE index >= $1', [to]);
  await owner.query(
    `UPDATE ledger_checkpoint SET witnessed = false, witnessed_at = NULL,
       note = regexp_replace(note, '(— w[.]example/[0-9] [^\n]*\n)+$', '') WHERE size = $1`,
    [to],
  );
}
