import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readNote } from '../../src/core/ledger/note.ts';
import { timestampAnchors, verifyTimestamp } from '../../src/crypto/timestamp.ts';
import { checkpointDuties } from '../../src/store/journal/checkpoint-duties.ts';
import { timestampsOf } from '../../src/wire/timestamps.ts';
import { type LedgerWorld, ledgerWorld } from '../world/ledger-world.ts';
import { type TimestampAuthority, timestampAuthority } from '../world/timestamp-authority.ts';

let world: LedgerWorld;
let tsa: TimestampAuthority;
beforeAll(async () => {
  [world, tsa] = await Promise.all([ledgerWorld(), timestampAuthority()]);
  world.start();
}, 60_000);
afterAll(async () => {
  await world.end();
  await tsa.close();
});

function dating(options: { readonly url?: string; readonly everySeconds?: number } = {}) {
  const told: string[] = [];
  let now = Date.now();
  const anchors = timestampAnchors(readFileSync(tsa.ca));
  const duty = timestampsOf({
    duties: checkpointDuties(world.database.pools.sequencer),
    authority: { url: options.url ?? tsa.url, anchors, timeoutMs: 5_000, random: randomBytes },
    everySeconds: options.everySeconds ?? 3_600,
    log: { alarm: (text) => void told.push(`alarm: ${text}`), notice: (text) => void told.push(text) },
    now: () => now,
  });
  const date = () => duty.date(new AbortController().signal);
  return { date, told, anchors, later: (ms: number) => (now += ms) };
}

async function tokens(): Promise<{ size: number; note: string; timestamp_token: Buffer; timestamped_at: string }[]> {
  const { rows } = await world.database.pools.serve.query(
    'SELECT size::integer, note, timestamp_token, timestamped_at FROM ledger_checkpoint WHERE timestamp_token IS NOT NULL ORDER BY size',
  );
  return rows;
}

describe('checkpoints', () => {
  test('are dated when that is due, once each, over the text that was signed', async () => {
    const { date, anchors, told } = dating();
    await date();
    expect(await tokens()).toEqual([]);
    await world.write(3);
    await world.signed(3);
    await date();
    await date();
    const [kept, ...others] = await tokens();
    expect([kept?.size, others]).toEqual([3, []]);
    const text = readNote(kept?.note ?? '')?.text ?? '';
    const token = kept?.timestamp_token ?? Buffer.alloc(0);
    const verified = verifyTimestamp(token, createHash('sha256').update(text).digest(), anchors);
    expect(verified.ok && verified.value.time.toISOString()).toBe(new Date(kept?.timestamped_at ?? '').toISOString());
    writeFileSync(join(tsa.folder, 'token'), token);
    writeFileSync(join(tsa.folder, 'text'), text);
    const ask = ['ts', '-verify', '-data', 'text', '-in', 'token', '-token_in', '-CAfile', tsa.ca];
    expect(execFileSync('openssl', ask, { cwd: tsa.folder, stdio: 'pipe' }).toString()).toContain('OK');
    await world.write(2);
    await world.signed(5);
    await date();
    expect(await tokens()).toHaveLength(1);
    const often = dating({ everySeconds: 0 });
    await often.date();
    expect((await tokens()).map(({ size }) => size)).toEqual([3, 5]);
    expect(told).toEqual([]);
  });

  test('go undated while the authority is away, which is told, louder after a while, and told when it is over', async () => {
    await world.write(1);
    await world.signed(6);
    const away = dating({ url: 'http://127.0.0.1:1', everySeconds: 0 });
    for (let turn = 0; turn < 5; turn += 1) {
      await away.date();
      await away.date();
      away.later(31_000);
    }
    expect(away.told).toEqual([
      'a checkpoint could not be dated: unreachable',
      'alarm: a checkpoint could not be dated: unreachable',
    ]);
    expect((await tokens()).map(({ size }) => size)).toEqual([3, 5]);
  });
});
