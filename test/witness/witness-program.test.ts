import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { signCheckpoint } from '../../src/core/ledger/checkpoint.ts';
import { leafHash } from '../../src/core/ledger/tree-hash.ts';
import { openWitnessed } from '../../src/core/ledger/witnessed.ts';
import { writeAddCheckpoint } from '../../src/witness/add-checkpoint.ts';
import { logFolder, namesIn } from '../../src/witness/witness-state.ts';
import { newSigner } from '../world/ledger-keys.ts';
import { logInMemory } from '../world/log-in-memory.ts';
import { sluis, type WitnessProcess, witnessProcess } from '../world/witness-process.ts';

const signer = newSigner();
const folder = mkdtempSync(join(tmpdir(), 'sluis-witness-'));
let count = 0;
const witnesses: WitnessProcess[] = [];

/** A log, another history of the same log, and a witness of its own for it. */
async function scene() {
  count += 1;
  const log = logInMemory(`log.example/${count}`, signer);
  const fork = logInMemory(`log.example/${count}`, signer, 'other ');
  const witness = witnessProcess(join(folder, String(count)), `w.example/${count}`, [log]);
  witnesses.push(witness);
  await witness.start();
  const add = (body: string) => post(witness.url(), body);
  const lastSize = () => {
    const shown = JSON.parse(sluis('witness', 'show', '--state', witness.state, '--json').stdout);
    return shown.logs[0]?.size ?? null;
  };
  const witnessed = (size: number, lines: string) =>
    openWitnessed(log.note(size) + lines, log.origin, [log.key], {
      witnesses: [{ name: witness.name, publicKey: witness.key.publicKey, check: witness.check }],
      quorum: 1,
    });
  return { log, fork, witness, add, lastSize, witnessed };
}

async function post(url: string, body: string | Uint8Array<ArrayBuffer>, path = '/add-checkpoint') {
  const response = await fetch(`${url}${path}`, { method: 'POST', body });
  return { status: response.status, type: response.headers.get('content-type'), body: await response.text() };
}

afterAll(async () => {
  await Promise.all(witnesses.map((each) => each.kill()));
  rmSync(folder, { recursive: true, force: true });
});

describe('a witness', () => {
  test('cosigns what continues what it cosigned before', async () => {
    const { log, add, witnessed, lastSize } = await scene();
    const first = await add(log.body(0, 5));
    expect(first.status).toBe(200);
    const now = Date.now() / 1_000;
    expect(witnessed(5, first.body)?.cosigners[0]?.time).toBeGreaterThan(now - 60);
    for (const [old, size] of [
      [5, 9],
      [9, 10],
      [10, 58],
    ] as const) {
      const next = await add(log.body(old, size));
      expect(next.status).toBe(200);
      expect(witnessed(size, next.body)).not.toBeNull();
    }
    const again = await add(log.body(58, 58));
    expect([again.status, witnessed(58, again.body) === null]).toEqual([200, false]);
    expect(lastSize()).toBe(58);
  });

  test('says which size it has to whoever does not know', async () => {
    const { log, add, lastSize } = await scene();
    await add(log.body(0, 7));
    for (const old of [0, 3, 8]) {
      const answer = await add(writeAddCheckpoint({ old, proof: log.proof(old, 9), note: log.note(9) }));
      expect(answer).toEqual({ status: 409, type: 'text/x.tlog.size', body: '7\n' });
    }
    expect(lastSize()).toBe(7);
    const empty = await scene();
    expect(await empty.add(empty.log.body(3, 9))).toEqual({ status: 409, type: 'text/x.tlog.size', body: '0\n' });
  });

  test('refuses a fork, keeps both notes, and says it loudly', async () => {
    const { log, fork, add, witness, lastSize } = await scene();
    await add(log.body(0, 7));
    expect((await add(writeAddCheckpoint({ old: 7, proof: [], note: fork.note(7) }))).status).toBe(409);
    expect((await add(fork.body(7, 9))).status).toBe(422);
    expect((await add(writeAddCheckpoint({ old: 7, proof: log.proof(7, 9), note: fork.note(9) }))).status).toBe(422);
    expect(lastSize()).toBe(7);
    expect(witness.said()).toContain(`ALARM: ${log.origin} HAS FORKED`);
    const shown = sluis('witness', 'show', '--state', witness.state, '--json');
    expect(shown.status).toBe(1);
    const { logs } = JSON.parse(shown.stdout);
    expect(logs[0].evidence).toHaveLength(2);
    const evidence = readFileSync(
      logs[0].evidence.find((file: string) => file.includes('forked-')),
      'utf8',
    );
    expect(evidence).toContain(log.note(7));
    expect(evidence).toContain(fork.note(7));
  });

  test('is not made blind by who posts public checkpoints with wrong proofs', async () => {
    const { log, fork, add, witness, lastSize } = await scene();
    await add(log.body(0, 7));
    const names = () => namesIn(join(logFolder(witness.state, log.origin), 'evidence'));
    const wrong = (n: number) => [leafHash(`wrong ${n}`)];
    // The tree that was cosigned is no fork of itself, whatever is sent with it.
    expect((await add(writeAddCheckpoint({ old: 7, proof: wrong(0), note: log.note(7) }))).status).toBe(422);
    expect(await names()).toEqual([]);
    expect(witness.said()).not.toContain('ALARM');
    for (let n = 0; n < 105; n += 1) {
      const line = `— stranger.example ${Buffer.alloc(68, n).toString('base64')}\n`;
      await add(writeAddCheckpoint({ old: 7, proof: wrong(n), note: log.note(8) + line }));
    }
    expect(await names()).toHaveLength(1);
    await add(fork.body(7, 9));
    await add(writeAddCheckpoint({ old: 7, proof: [], note: fork.note(7) }));
    expect((await names()).filter((name) => name.startsWith('forked-'))).toHaveLength(1);
    expect(await names()).toHaveLength(3);
    expect(lastSize()).toBe(7);
  });

  test('keeps a hundred of a kind: the newest without proof, and every fork', async () => {
    const { log, fork, add, witness } = await scene();
    await add(log.body(0, 7));
    const at = join(logFolder(witness.state, log.origin), 'evidence');
    mkdirSync(at, { recursive: true });
    for (const why of ['not-proved', 'forked']) {
      for (let n = 0; n < 100; n += 1) {
        const file = join(at, `${why}-${String(n).padStart(32, '0')}.txt`);
        writeFileSync(file, 'earlier\n');
        utimesSync(file, 1_000 + n, 1_000 + n);
      }
    }
    await add(fork.body(7, 9));
    await add(writeAddCheckpoint({ old: 7, proof: [], note: fork.note(7) }));
    const names = readdirSync(at);
    const proofless = names.filter((name) => name.startsWith('not-proved-'));
    expect(proofless).toHaveLength(100);
    expect(proofless).not.toContain(`not-proved-${'0'.repeat(32)}.txt`);
    expect(proofless).toContain(`not-proved-${'1'.padStart(32, '0')}.txt`);
    const kept = proofless.find((name) => !/^not-proved-0{29}/.test(name)) ?? '';
    expect(readFileSync(join(at, kept), 'utf8')).toContain(fork.note(9));
    expect(names.filter((name) => /^forked-0{29}/.test(name))).toHaveLength(100);
    expect(witness.said()).toContain('HAS FORKED');
  });

  test('cosigns nothing of logs and keys that it does not know', async () => {
    const { log, add } = await scene();
    count += 1;
    expect((await add(logInMemory(`log.example/${count}`, signer).body(0, 5))).status).toBe(404);
    const stranger = newSigner();
    const note = signCheckpoint(log.checkpoint(5), { ...log.key, publicKey: stranger.publicKey }, stranger.sign);
    expect((await add(writeAddCheckpoint({ old: 0, proof: [], note }))).status).toBe(403);
    const tampered = log.note(5).replace('\n5\n', '\n6\n');
    expect((await add(writeAddCheckpoint({ old: 0, proof: [], note: tampered }))).status).toBe(403);
  });

  test('answers whatever is no request with 400, and whatever is elsewhere with 404', async () => {
    const { log, witness, add } = await scene();
    const good = log.body(0, 5);
    for (const bad of [
      '',
      'old 0\n',
      good.replace('old 0', 'old 00'),
      good.replace('old 0', 'old -1'),
      good.replace('old 0', 'OLD 0'),
      good.replace('old 0\n', 'old 0\r\n'),
      good.replace('\n\n', '\nAAAA\n\n'),
      good.replace('\n\n', `\n${'A'.repeat(43)}=\n`.repeat(64)),
      good.replace('\n\n', `${`\n${leafHash('x').toString('base64')}`.repeat(64)}\n\n`),
      good.slice(0, -1),
      `${good}\n`,
      good.replace('old 0', 'old 6'),
    ])
      expect((await add(bad)).status, JSON.stringify(bad.slice(0, 40))).toBe(400);
    const bytes = new Uint8Array(Buffer.concat([Buffer.from(good.slice(0, -1)), Buffer.of(0xff, 0x0a)]));
    expect((await post(witness.url(), bytes)).status).toBe(400);
    expect((await post(witness.url(), good, '/elsewhere')).status).toBe(404);
    expect((await fetch(`${witness.url()}/add-checkpoint`)).status).toBe(405);
    expect((await add(good)).status).toBe(200);
  });

  test('reads no more than a checkpoint can be, and waits for nobody for ever', async () => {
    const { log, witness, add } = await scene();
    const outcome = await add('x'.repeat(1_000_000)).then(
      ({ status }) => status,
      () => 'closed',
    );
    expect([413, 'closed']).toContain(outcome);
    const { port } = new URL(witness.url());
    const idle = connect(Number(port), '127.0.0.1');
    idle.write('POST /add-checkpoint HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nold');
    expect((await add(log.body(0, 5))).status).toBe(200);
    idle.destroy();
  });

  test('cosigns one of many that ask at once, and never goes back', async () => {
    const { log, fork, add, lastSize, witness } = await scene();
    await add(log.body(0, 10));
    const sizes = Array.from({ length: 30 }, (_, n) => 11 + n);
    const asked = [...sizes.map((size) => log.body(10, size)), ...sizes.map((size) => fork.body(10, size))];
    const answers = await Promise.all(asked.map(add));
    const good = answers.filter(({ status }) => status === 200);
    expect(good).toHaveLength(1);
    const last = lastSize();
    expect(answers.findIndex(({ status }) => status === 200)).toBe(last - 11);
    // Two processes of one witness share its folder, and still only one of them comes next.
    const twin = witnessProcess(join(folder, `${count}-twin`), 'w.example/twin', [log]);
    rmSync(twin.state, { recursive: true });
    symlinkSync(witness.state, twin.state);
    await twin.start();
    witnesses.push(twin);
    const urls = [witness.url(), twin.url()];
    const both = await Promise.all(
      Array.from({ length: 40 }, (_, n) => post(urls[n % 2] ?? '', log.body(last, Math.min(60, last + 1 + (n % 15))))),
    );
    const cosigned = new Set(both.map(({ status }, n) => (status === 200 ? Math.min(60, last + 1 + (n % 15)) : 0)));
    cosigned.delete(0);
    expect(cosigned).toEqual(new Set([lastSize()]));
  });

  test('remembers over kill -9 whatever it cosigned', async () => {
    const { log, witness, witnessed } = await scene();
    let acknowledged = 0;
    for (let round = 0; round < 6; round += 1) {
      // From its first word on: a machine may be slower to the first than all of this takes.
      const begun = Promise.withResolvers<void>();
      const killed = begun.promise
        .then(() => new Promise((done) => setTimeout(done, 20 + round * 15)))
        .then(() => witness.kill());
      for (let size = acknowledged + 1; size <= 60; size += 1) {
        const answer = await post(witness.url(), log.body(acknowledged, size)).catch(() => null);
        begun.resolve();
        if (answer === null) break;
        if (answer.status === 409) {
          acknowledged = Number(answer.body);
          continue;
        }
        expect(answer.status).toBe(200);
        expect(witnessed(size, answer.body)).not.toBeNull();
        acknowledged = size;
      }
      await killed;
      await witness.start();
      const asked = await post(witness.url(), log.body(60, 60));
      const known = asked.status === 200 ? 60 : Number(asked.body);
      expect(known === acknowledged || known === acknowledged + 1 || acknowledged === 60).toBe(true);
      acknowledged = Math.max(known, acknowledged) || 0;
      if (acknowledged >= 60) break;
    }
    expect(acknowledged).toBeGreaterThan(0);
  });

  test('cosigns nothing for a log whose last note it cannot read', async () => {
    const { log, witness, add } = await scene();
    await add(log.body(0, 5));
    const at = logFolder(witness.state, log.origin);
    const [name = ''] = readdirSync(at).filter((each) => each.endsWith('.note'));
    writeFileSync(join(at, name), 'damaged\n');
    expect((await add(log.body(5, 6))).status).toBe(500);
    expect((await add(log.body(0, 6))).status).toBe(500);
    expect(witness.said()).toContain('cannot be read; nothing is cosigned');
    expect(sluis('witness', 'show', '--state', witness.state).status).toBe(1);
  });

  test('that is put back to an old state does not know it, and its log does', async () => {
    const { log, witness, add } = await scene();
    await add(log.body(0, 5));
    const backup = join(folder, `backup-${count}`);
    cpSync(witness.state, backup, { recursive: true });
    await add(log.body(5, 9));
    await witness.kill();
    rmSync(witness.state, { recursive: true });
    cpSync(backup, witness.state, { recursive: true });
    await witness.start();
    // The log asks from 9 and is told 5: that is how it finds out; see the tests of the gateway's side.
    expect(await add(log.body(9, 12))).toMatchObject({ status: 409, body: '5\n' });
  });
});
