import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DecisionRecord, decisionLogRecord, decisionRecord } from '../../src/core/authzen/decision-log.ts';
import type { Instant, SubjectId } from '../../src/core/brand.ts';
import { ask } from '../../src/core/disclosure/ask.ts';
import { type DryRunQuestion, dryRun } from '../../src/core/disclosure/dry-run.ts';
import type { Journal } from '../../src/core/disclosure/ports.ts';
import { exportPseudonyms } from '../../src/crypto/export-pseudonyms.ts';
import { readPolicyFolder } from '../../src/policy-files/load.ts';
import { recordedDecisions } from '../../src/store/decision-log.ts';
import type { OpenJournal } from '../../src/store/journal/open-journal.ts';
import { storePolicySet } from '../../src/store/policy-sets.ts';
import { type FreshDatabase, freshDatabase } from '../world/database.ts';
import { journalOn, now, policySet as seededSet, seedWorld } from '../world/journal-world.ts';
import { newCipher } from '../world/ledger-keys.ts';
import { type MemoryWorld, memoryWorld } from '../world/memory-world.ts';
import { detain, planAnswer, planFields, planRequest, units } from '../world/personas.ts';
import { shippedSet } from '../world/shipped-set.ts';

const set = shippedSet();
const cipher = newCipher();
const person = { type: 'bsn', value: '900000041' } as const;
let database: FreshDatabase;
let journal: OpenJournal;
let world: MemoryWorld;

beforeAll(async () => {
  database = await freshDatabase();
  await seedWorld(database.pools.owner);
  await storePolicySet(database.pools.owner, readPolicyFolder(resolve(import.meta.dirname, '../../policies')), now());
  journal = await journalOn(database.pools, { cipher });
  world = memoryWorld(set, units);
  await detain(world.ports, () => world.call('pi'));
  world.answer = async () => planAnswer;
});
afterAll(async () => {
  await journal.close();
  await database.drop();
});

/** Entries of real decisions on a real ledger; what else a request would write is not looked at here. */
function onLedger(): Journal {
  const known = new Set<SubjectId>();
  return {
    async commit({ entries }) {
      for (const { subject } of entries) {
        if (subject === null || known.has(subject)) continue;
        known.add(subject);
        await database.pools.owner.query(
          'INSERT INTO subject (id, created_at) VALUES ($1, now()) ON CONFLICT DO NOTHING',
          [subject],
        );
        await database.pools.vaultOwner.query(
          'INSERT INTO vault.subject_key VALUES ($1, $2, now()) ON CONFLICT DO NOTHING',
          [subject, cipher.newKey()],
        );
      }
      const rests = { subject: null, registryVersion: 0, policySet: seededSet };
      return journal.commit({ rests, moves: false, entries, changes: [] });
    },
    receipt: async () => null,
  };
}

function question(overrides: Partial<DryRunQuestion> = {}): DryRunQuestion {
  return {
    purpose: 'plan-basic-conditions',
    source: 'pi',
    subject: person,
    fields: planFields,
    userRole: null,
    processingActivity: null,
    ...overrides,
  };
}

async function logOf(from: Instant, to: Instant): Promise<DecisionRecord[]> {
  const pseudonymOf = exportPseudonyms();
  const records: DecisionRecord[] = [];
  for await (const entry of recordedDecisions({ pool: database.pools.serve, vault: database.pools.vault }, cipher, {
    from,
    to,
  })) {
    records.push(decisionRecord.parse(JSON.parse(JSON.stringify(decisionLogRecord(entry, pseudonymOf)))));
  }
  return records;
}

/** The memory world's clock runs in its own time: a period of its own for each test. */
async function during(work: (ports: MemoryWorld['ports']) => Promise<void>): Promise<[Instant, Instant]> {
  const from = world.ports.clock.now();
  await work({ ...world.ports, journal: onLedger() });
  return [from, world.ports.clock.now()];
}

describe('the Authorization Decision Log', () => {
  it('has a record of every decision in the period, with all it was made under, in its own schema', async () => {
    const activity = 'urn:example:processing:12';
    const requests: string[] = [];
    const [from, to] = await during(async (ports) => {
      const outcome = await ask(ports, world.call('gemeente'), planRequest());
      if (outcome.kind === 'delivered') requests.push(outcome.request.id);
      await dryRun(ports, world.call('gemeente'), question({ processingActivity: activity }));
      await dryRun(ports, world.call('buurgemeente'), question());
    });
    const [permit, yes, no, ...more] = await logOf(from, to);
    expect(more).toEqual([]);
    expect([permit, yes, no].map((one) => [one?.response.decision, one?.response.context.dry_run])).toEqual([
      [true, false],
      [true, true],
      [false, true],
    ]);
    expect(no?.response.context.reason).toBe('not-available');
    expect(yes?.request).toMatchObject({
      subject: { type: 'unit', id: 'gemeente' },
      action: { name: 'plan-basic-conditions', properties: { processing_activity_id: activity } },
      resource: { type: 'person', properties: { source: 'pi', fields: planFields } },
    });
    expect([permit?.transaction_id]).toEqual(requests);
    expect(yes?.transaction_id).toBe(yes?.response.context.entry);
    expect(permit?.information?.conditions.map((one) => one.value)).toContain('true');
    expect(permit?.policies.set).toBe(set.digest);
    const files = permit?.policies.files ?? [];
    const names = readPolicyFolder(resolve(import.meta.dirname, '../../policies')).files.map(({ file }) => file);
    expect(files.map(({ name }) => name)).toEqual(names);
    expect(new Set([permit, yes, no].map((one) => one?.span_id)).size).toBe(3);
  });

  it('holds nothing personal: no number, no name, no reason in words, no id of the person', async () => {
    const [from, to] = await during(async (ports) => {
      await ask(ports, world.call('gemeente'), planRequest());
      await dryRun(ports, world.call('gemeente'), question());
    });
    const text = JSON.stringify(await logOf(from, to));
    const subject = world.know('bsn', person.value);
    for (const secret of [person.value, subject, 'A. de Vries', 'Plan opstellen', 'ZW-2026-001', 'Ebbink']) {
      expect(text).not.toContain(secret);
    }
  });

  it('shows that two decisions are about one person within one export, and not from one export to the next', async () => {
    const [from, to] = await during(async (ports) => {
      await dryRun(ports, world.call('gemeente'), question());
      await dryRun(ports, world.call('gemeente'), question());
    });
    const ids = async () => (await logOf(from, to)).map(({ request }) => request.resource.id);
    const [first, second] = [await ids(), await ids()];
    expect(new Set(first).size).toBe(1);
    expect(first[0]).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(second).not.toEqual(first);
  });

  it('says of an erased person that the values are gone, and keeps the record', async () => {
    const other = { type: 'bsn', value: '900000090' } as const;
    await detain(world.ports, () => world.call('pi'), other);
    const [from, to] = await during(async (ports) => {
      await dryRun(ports, world.call('gemeente'), question({ subject: other }));
    });
    expect((await logOf(from, to))[0]?.information).not.toBeNull();
    await database.pools.vaultOwner.query('DELETE FROM vault.subject_key WHERE subject_id = $1', [
      world.know('bsn', other.value),
    ]);
    const [record] = await logOf(from, to);
    expect([record?.response.decision, record?.information, record?.request.resource.id]).toEqual([true, null, null]);
  });

  it('ends just before its end, goes on from page to page, and leaves none out and none twice', async () => {
    const [from, to] = await during(async (ports) => {
      for (let count = 0; count < 1_030; count += 103) {
        await Promise.all(Array.from({ length: 103 }, () => dryRun(ports, world.call('gemeente'), question())));
      }
    });
    const all = await logOf(from, to);
    expect(all).toHaveLength(1_030);
    expect(new Set(all.map(({ response }) => response.context.entry)).size).toBe(1_030);
    const middle = all[515]?.timestamp as Instant;
    const halves = [...(await logOf(from, middle)), ...(await logOf(middle, to))];
    expect(halves.map(({ transaction_id }) => transaction_id)).toEqual(all.map(({ transaction_id }) => transaction_id));
  }, 60_000);

  it('fails on an entry that it cannot read, and does not pass it over', async () => {
    const [from, to] = await during(async (ports) => {
      await dryRun(ports, world.call('gemeente'), question());
    });
    const name = `a${randomUUID().slice(0, 8)}`;
    await database.pools.owner.query(`UPDATE ledger_entry SET leaf = $3 WHERE time >= $1 AND time < $2`, [
      from,
      to,
      `{"${name}":1}`,
    ]);
    await expect(logOf(from, to)).rejects.toThrow('no readable leaf');
  });
});
