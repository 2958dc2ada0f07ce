import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { type FieldId, mint } from '../../src/core/brand.ts';
import { memoryReceipt } from '../world/memory-receipt.ts';
import { anyLife } from './live.ts';
import { inMemory, type Plant } from './memory-gateways.ts';
import { numRuns, patienceMs } from './number-of-runs.ts';

/** Always the same lives: whether a mistake is found is no matter of luck. */
const seed = 2_026;

const planted = vi.hoisted(() => ({ mistake: '' }));
vi.mock(import('../../src/core/disclosure/consult.ts'), async (original) => {
  const real = await original();
  const consultNow: typeof real.consultNow = (ports, question, consultation) =>
    planted.mistake === 'no second look' ? consultation : real.consultNow(ports, question, consultation);
  return { ...real, consultNow };
});
vi.mock(import('../../src/core/disclosure/approvals-needed.ts'), async (original) => {
  const real = await original();
  const isApproved: typeof real.isApproved = (asked, approvals) =>
    planted.mistake === 'one is enough'
      ? approvals.length > 0 || real.isApproved(asked, [])
      : real.isApproved(asked, approvals);
  return { ...real, isApproved };
});
vi.mock(import('../../src/core/disclosure/waiting.ts'), async (original) => {
  const real = await original();
  const isOverdue: typeof real.isOverdue = (request, now) =>
    planted.mistake !== 'no deadline' && real.isOverdue(request, now);
  return { ...real, isOverdue };
});
vi.mock(import('../../src/core/disclosure/agreed-by-then.ts'), async (original) => {
  const real = await original();
  const agreedByThen: typeof real.agreedByThen = (reading, then) =>
    planted.mistake === 'a later yes' ? reading : real.agreedByThen(reading, then);
  return { ...real, agreedByThen };
});

vi.mock(import('../../src/core/disclosure/about-nobody.ts'), async (original) => {
  const real = await original();
  const summaryAboutNobody: typeof real.summaryAboutNobody = (policies, registry, request) =>
    planted.mistake === 'as it was decided' ? request.decision : real.summaryAboutNobody(policies, registry, request);
  return { ...real, summaryAboutNobody };
});
vi.mock(import('../../src/core/disclosure/at-source.ts'), async (original) => {
  const real = await original();
  const permitThatStands: typeof real.permitThatStands = (ports, request, consultation) => {
    if (planted.mistake !== 'an answer that outlives what it rests on') {
      return real.permitThatStands(ports, request, consultation);
    }
    return consultation.decision.outcome === 'permit' ? consultation.decision : null;
  };
  return { ...real, permitThatStands };
});
vi.mock(import('../../src/core/consent/moment-of-a-no.ts'), async (original) => {
  const real = await original();
  const momentOfANo: typeof real.momentOfANo = (consents, now) =>
    planted.mistake === 'a no by the clock alone' ? now : real.momentOfANo(consents, now);
  return { ...real, momentOfANo };
});
vi.mock(import('../../src/core/disclosure/minimise.ts'), async (original) => {
  const real = await original();
  const minimise: typeof real.minimise = (catalogue, permit, answer) =>
    planted.mistake === 'the whole answer'
      ? { ok: true, value: mint({ data: answer as Readonly<Record<FieldId, string>> }) }
      : real.minimise(catalogue, permit, answer);
  return { ...real, minimise };
});

/** Mistakes in the program itself, each of which somebody could make. */
const mistakes: Readonly<Record<string, RegExp>> = {
  'no second look': /disclosed, although/,
  'one is enough': /disclosed, although 1 of 2 people agreed/,
  'no deadline': /although its time is over|always something to look at|for ever/,
  'a later yes': /although the person did not say yes/,
  'as it was decided': /shows/,
  'the whole answer': /disclosed more than was asked/,
  'an answer that outlives what it rests on': /disclosed, although/,
  'a no by the clock alone': /although the person did not say yes/,
};

/** Promises of the ports that are not kept. */
const broken: Readonly<Record<string, readonly [Plant, RegExp]>> = {
  'a journal that does not look at the epoch': [
    (ports, { memory }) => ({
      ...ports,
      journal: {
        ...ports.journal,
        commit: (work) => {
          const { subject } = work.rests;
          const epoch = subject === null ? undefined : memory.epochs.get(subject.id);
          const rests =
            subject === null || epoch === undefined ? work.rests : { ...work.rests, subject: { ...subject, epoch } };
          return ports.journal.commit({ ...work, rests });
        },
      },
    }),
    /(permitted|approved|disclosed), although/,
  ],
  'a journal that does not look at partners and policies': [
    (ports, gateways) => ({
      ...ports,
      journal: { ...ports.journal, commit: (work) => gateways.memory.ports.journal.commit(work) },
    }),
    /although (pi|gemeente|corporatie) is suspended|although no policies|of [12] people/,
  ],
  'a journal that overwrites the state of a request': [
    (ports, { memory }) => ({
      ...ports,
      journal: {
        ...ports.journal,
        commit: (work) => {
          for (const change of work.changes) {
            const request = change.type === 'request-moved' ? memory.requests.get(change.id) : undefined;
            if (change.type === 'request-moved' && request)
              memory.requests.set(change.id, { ...request, state: change.from });
          }
          return ports.journal.commit(work);
        },
      },
    }),
    /but it was|and should be/,
  ],
  'a journal that says durable and loses what it was given': [
    (ports) => ({
      ...ports,
      journal: {
        ...ports.journal,
        commit: async (work) => {
          const opens = work.changes.some(({ type }) => type === 'request-opened');
          return ports.journal.commit(opens ? { ...work, changes: [] } : work);
        },
      },
    }),
    /is undefined, and should be/,
  ],
  'a journal that says durable and keeps nothing': [
    (ports) => ({
      ...ports,
      journal: {
        ...ports.journal,
        commit: async (work) => {
          const isEnd = work.entries.some(({ kind }) => kind === 'request-expired');
          return isEnd ? { outcome: 'durable', receipts: work.entries.map(memoryReceipt) } : ports.journal.commit(work);
        },
      },
    }),
    /said to be durable and is not on record/,
  ],
  'a journal that answers stale for what it kept': [
    (ports) => ({
      ...ports,
      journal: {
        ...ports.journal,
        commit: async (work) => {
          const committed = await ports.journal.commit(work);
          return work.entries.some(({ kind }) => kind === 'request-stopped') ? { outcome: 'stale' } : committed;
        },
      },
    }),
    /stale, and it is on record/,
  ],
  'a journal that keeps half of asking for an answer that people give': [
    (ports) => ({
      ...ports,
      journal: {
        ...ports.journal,
        commit: (work) => ports.journal.commit({ ...work, entries: work.entries.slice(0, 1) }),
      },
    }),
    /1 of 2 entries of one work/,
  ],
  'a journal that does not look whether another answer that it did not see came before': [
    (ports) => ({
      ...ports,
      journal: {
        ...ports.journal,
        commit: (work) => {
          const changes = work.changes.map((change) => {
            if (change.type !== 'request-moved') return change;
            const { seen: _, ...unseeing } = change;
            return unseeing;
          });
          return ports.journal.commit({ ...work, changes });
        },
      },
    }),
    /answered twice|gave less than was answered/,
  ],
  'keys of which nothing is remembered': [
    (ports) => ({
      ...ports,
      snapshots: { read: async (query) => ports.snapshots.read({ ...query, idempotency: null }) },
      journal: {
        ...ports.journal,
        commit: (work) =>
          ports.journal.commit({ ...work, changes: work.changes.filter(({ type }) => type !== 'idempotency-claimed') }),
      },
    }),
    /one question was asked twice/,
  ],
  'a mark that is another each time': [
    (ports, gateways) => ({ ...ports, marks: { person: () => `${gateways.clock.now(0)}` } }),
    /of [12] people agreed/,
  ],
  'nobody who looks': [
    (ports) => ({ ...ports, waiting: { ...ports.waiting, claim: async () => [] } }),
    /still is|for ever/,
  ],
  'a look that puts to rest what was woken meanwhile': [
    (ports, { memory }) => ({
      ...ports,
      waiting: {
        ...ports.waiting,
        rest: (woken, next) => ports.waiting.rest({ ...woken, lease: memory.wakes.get(woken.id) ?? woken.lease }, next),
      },
    }),
    /still is/,
  ],
};

/** A mistake about answers of people shows where people answer, one about the clock where clocks jump. */
function livesWith(mistake: string, plant?: Plant) {
  const sources = mistake.includes('answer that') ? 'people' : 'connectors';
  return anyLife({ world: inMemory(plant), sources, clocksJump: mistake.includes('by the clock'), met: [] });
}

describe('is found within the usual number of lives', () => {
  it.each(Object.entries(mistakes))(
    '%s',
    async (mistake, found) => {
      planted.mistake = mistake;
      const details = await fc.check(livesWith(mistake), {
        numRuns,
        seed,
        endOnFailure: true,
      });
      planted.mistake = '';
      expect(details.failed).toBe(true);
      expect(String(details.errorInstance)).toMatch(found);
    },
    patienceMs,
  );

  it.each(Object.entries(broken))(
    '%s',
    async (which, [plant, found]) => {
      const details = await fc.check(livesWith(which, plant), {
        numRuns,
        seed,
        endOnFailure: true,
      });
      expect(details.failed).toBe(true);
      expect(String(details.errorInstance)).toMatch(found);
    },
    patienceMs,
  );
});
