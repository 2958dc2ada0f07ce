import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Instant, TraceId } from '../../src/core/brand.ts';
import { Fault } from '../../src/core/fault.ts';
import { type AuditPorts, auditBundles } from '../../src/wire/audit-bundles.ts';
import { policySet, recipient } from '../world/journal-world.ts';
import { type LedgerWorld, ledgerWorld } from '../world/ledger-world.ts';

const trace = '0af7651916cd43dd8448eb211c80319c' as TraceId;
let world: LedgerWorld;
let now: string;
let asked: number;
beforeEach(async () => {
  world = await ledgerWorld();
  now = '2026-03-01T09:00:00.000Z';
  asked = 0;
});
afterEach(() => world.end());

function bundles(changes: Partial<AuditPorts> = {}) {
  const [journal] = world.journals;
  if (journal === undefined) throw new Error('a world has journals');
  return auditBundles({
    tree: {
      bundle: async ({ index }) => {
        asked += 1;
        return index === 0 ? ['{}'] : null;
      },
    },
    audits: (kind) => kind === 'auditing',
    basis: async () => ({ registryVersion: 0, policySet }),
    journal,
    clock: { now: () => now as Instant },
    entropy: { id: () => crypto.randomUUID() },
    ...changes,
  });
}

const unit = (kind: string) => ({ id: recipient, kind });
const first = { index: 0, width: 1 };

async function onRecord(): Promise<readonly unknown[]> {
  const { rows } = await world.database.pools.owner.query(
    `SELECT recipient, leaf::json -> 'body' AS body FROM ledger_entry WHERE kind = 'bundles-read' ORDER BY time`,
  );
  return rows;
}

describe('entries for an auditor', () => {
  test('are given, and that they were read is on record, once an hour', async () => {
    const { read } = bundles();
    expect(await read(unit('auditing'), first, trace)).toEqual(Buffer.from('00027b7d', 'hex'));
    now = '2026-03-01T09:59:59.999Z';
    await read(unit('auditing'), first, trace);
    expect(await onRecord()).toEqual([{ recipient, body: { bundle: 0, size: 1, everySeconds: 3600 } }]);
    now = '2026-03-01T10:00:00.000Z';
    await read(unit('auditing'), first, trace);
    expect(await onRecord()).toHaveLength(2);
  });

  test('are nothing to a unit of another kind, or of one that nobody knows, and are not even looked for', async () => {
    const { read } = bundles();
    for (const kind of ['other', 'unheard-of']) expect(await read(unit(kind), first, trace)).toBeNull();
    expect([asked, await onRecord()]).toEqual([0, []]);
  });

  test('that are not there leave no trace', async () => {
    expect(await bundles().read(unit('auditing'), { index: 1, width: 1 }, trace)).toBeNull();
    expect(await onRecord()).toEqual([]);
  });

  test('are not given when it cannot be put on record', async () => {
    const failing = { commit: () => Promise.reject(new Fault('ledger-unavailable', 'away')) };
    await expect(bundles({ journal: failing }).read(unit('auditing'), first, trace)).rejects.toThrow(Fault);
    const moving = { commit: async () => ({ outcome: 'stale' as const }) };
    const { read } = bundles({ journal: moving });
    await expect(read(unit('auditing'), first, trace)).rejects.toThrow('keeps moving');
    await expect(read(unit('auditing'), first, trace)).rejects.toThrow('keeps moving');
  });
});
