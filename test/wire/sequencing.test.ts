import { expect, test } from 'vitest';
import type { Alert } from '../../src/core/alert/alert.ts';
import { Fault } from '../../src/core/fault.ts';
import { startSequencing } from '../../src/wire/sequencing.ts';
import { newSigner } from '../world/ledger-keys.ts';
import { ledgerWorld, origin, until } from '../world/ledger-world.ts';

test('officers are told once that the ledger is refused, also when they could not be told at first', async () => {
  const world = await ledgerWorld();
  try {
    const options = { pool: world.database.pools.sequencer, signer: newSigner(), origin, intervalMs: 10, leaseMs: 50 };
    const alarms: string[] = [];
    await world.store.swap(null, 'no note of ours\n');
    const running = startSequencing({ ...options, store: world.store }, { alarm: (text) => alarms.push(text) });
    await until(() => alarms.length > 0, 'an alarm');
    const raised: Omit<Alert, 'id' | 'at'>[] = [];
    running.alertTo({ raise: () => Promise.reject(new Fault('database-unavailable', 'away')) });
    running.alertTo({ raise: async (alert) => void raised.push(alert) });
    await until(() => raised.length > 0, 'an alert');
    await new Promise((resolve) => setTimeout(resolve, 300));
    await running.stop();
    expect(alarms).toEqual([expect.stringMatching(/^the ledger is refused: .*not ours or is damaged$/)]);
    const detail = { problem: 'store-unreadable', signed: 0 };
    expect(raised).toEqual([{ kind: 'ledger-refused', unit: null, mark: 'store-unreadable 0', detail }]);
  } finally {
    await world.end();
  }
});
