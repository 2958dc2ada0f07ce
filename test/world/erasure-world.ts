import type pg from 'pg';
import { expect } from 'vitest';
import { type Instant, instant, type SubjectId } from '../../src/core/brand.ts';
import { instantAfter } from '../../src/core/calendar.ts';
import { ask } from '../../src/core/disclosure/ask.ts';
import { eraseSubject } from '../../src/core/erasure/erase-subject.ts';
import { placeLegalHold } from '../../src/core/erasure/legal-hold.ts';
import type { ErasurePorts } from '../../src/core/erasure/ports.ts';
import type { CheckpointStore, LedgerSigner } from '../../src/core/ledger/ports.ts';
import type { LedgerReport } from '../../src/core/ledger/verify/verify-ledger.ts';
import type { SubjectReference } from '../../src/core/subject/reference.ts';
import { entriesBeforeKnown } from '../../src/store/erasure/before-known.ts';
import { carryOutErasures, type ErasureStep } from '../../src/store/erasure/carry-out.ts';
import { createErasureRecords } from '../../src/store/erasure/erasure-records.ts';
import { keyRing } from '../../src/store/journal/key-ring.ts';
import { startSequencer } from '../../src/store/journal/sequencer.ts';
import { verifyStoredLedger } from '../../src/store/journal/verify-ledger.ts';
import { publicKeys } from '../../src/store/keys.ts';
import { newSigner } from './ledger-keys.ts';
import { origin, until } from './ledger-world.ts';
import { asked, type PeopleWorld, peopleWorld } from './people-world.ts';
import { planAnswer, planRequest } from './personas.ts';

type Eraser = ReturnType<typeof eraseSubject>;

/** People on a real database, with who may forget them; time is what a test says it is. */
export interface ErasureWorld extends PeopleWorld {
  /** As long as nothing else is said: now. */
  time: () => Instant;
  readonly erasing: ErasurePorts;
  readonly eraserUrls: { readonly ledger: string; readonly vault: string };
  /** So long after now, as an ISO 8601 period of one unit. */
  later(period: string): void;
  /** A person about whom something was disclosed. */
  disclosed(): Promise<SubjectReference & { readonly type: 'bsn' }>;
  erase(who: SubjectReference, dryRun?: boolean): Eraser;
  hold(who: SubjectReference): Promise<string>;
  carryOut(afterStep?: (step: ErasureStep) => Promise<void>): Promise<number>;
  keyOf(id: SubjectId): Promise<number>;
  /** Every entry of now under a checkpoint. */
  covered(): Promise<void>;
  verify(): Promise<LedgerReport>;
}

export function urlOf({ options }: pg.Pool): string {
  const url = (options as { readonly connectionString?: string }).connectionString;
  if (url === undefined) throw new Error('a pool of a test is opened by an address');
  return url;
}

function memoryCheckpoint(): CheckpointStore {
  let note: string | null = null;
  return {
    read: async () => note,
    async swap(expected, next) {
      if (expected !== note) return false;
      note = next;
      return true;
    },
  };
}

async function coverAll(
  { pools, rows }: PeopleWorld,
  { signer, store }: { readonly signer: LedgerSigner; readonly store: CheckpointStore },
): Promise<void> {
  const alarms: unknown[] = [];
  const onAlarm = (alarm: unknown) => void alarms.push(alarm);
  const ticking = { intervalMs: 10, leaseMs: 300 };
  const running = startSequencer({ pool: pools.sequencer, signer, origin, store, ...ticking, onAlarm });
  const [all] = await rows('SELECT count(*) AS size FROM ledger_entry');
  const covered = async () => (await rows('SELECT max(size) AS size FROM ledger_checkpoint'))[0]?.size === all?.size;
  await until(covered, 'a checkpoint of everything');
  await running.stop();
  expect(alarms).toEqual([]);
}

const present = () => instant(new Date());

export async function erasureWorld(): Promise<ErasureWorld> {
  const people = await peopleWorld();
  const { pools } = people;
  const signer = newSigner();
  const store = memoryCheckpoint();
  const world: ErasureWorld = Object.assign(people, {
    time: present,
    eraserUrls: { ledger: urlOf(pools.eraser), vault: urlOf(pools.vaultEraser) },
    erasing: {
      ...people.subjectPorts,
      clock: { ...people.subjectPorts.clock, now: () => world.time() },
      records: createErasureRecords(pools.serve),
      beforeKnown: entriesBeforeKnown({
        pool: pools.serve,
        cipher: people.cipher,
        records: people.subjectPorts.records,
      }),
    },
    later(period: string) {
      world.time = () => instantAfter(present(), period);
    },
    async disclosed() {
      const who = await people.person('detained');
      const { 'numbers.bsn': _, ...answer } = planAnswer;
      people.answer = async () => answer;
      const outcome = await ask(people.ports, people.call('gemeente'), planRequest({ subject: who }));
      if (outcome.kind !== 'delivered') throw new Error(outcome.kind);
      return who;
    },
    erase: (who: SubjectReference, dryRun = false) => eraseSubject(world.erasing, people.named(who), asked, dryRun),
    async hold(who: SubjectReference) {
      const placed = await placeLegalHold(world.erasing, people.named(who), asked);
      if (!placed.ok) throw new Error(placed.refusal.kind);
      return placed.value;
    },
    carryOut: (afterStep?: (step: ErasureStep) => Promise<void>) =>
      carryOutErasures({ ledger: pools.eraser, vault: pools.vaultEraser }, () => world.time(), afterStep),
    covered: () => coverAll(people, { signer, store }),
    async verify() {
      const keys = keyRing((await publicKeys(pools.serve)).map(({ jwk }) => jwk));
      const checkpointKey = { name: origin, publicKey: signer.publicKey, check: signer.check };
      return verifyStoredLedger({ pool: pools.serve, keys, origin, checkpointKey, store });
    },
    keyOf: async (id: SubjectId) =>
      (await pools.vaultOwner.query('SELECT 1 FROM vault.subject_key WHERE subject_id = $1', [id])).rows.length,
  });
  return world;
}
