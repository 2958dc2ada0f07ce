import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CorrectionId, FieldId, PurposeId, RequestId, UnitId } from '../../src/core/brand.ts';
import type { CorrectionKind } from '../../src/core/correction/correction.ts';
import { type CorrectionPorts, makeCorrection } from '../../src/core/correction/make-correction.ts';
import { tellSinceGiven } from '../../src/core/correction/tell-since-given.ts';
import { approve } from '../../src/core/disclosure/approve.ts';
import { collect } from '../../src/core/disclosure/collect.ts';
import { offer } from '../../src/core/disclosure/offer.ts';
import { attestFact } from '../../src/core/fact/attest-fact.ts';
import type { SubjectReference } from '../../src/core/subject/reference.ts';
import { encryptionPair } from '../world/encryption-keys.ts';
import { journalOn } from '../world/journal-world.ts';
import { at, type WorldPorts } from '../world/memory-world.ts';
import { agent, probationOfficer } from '../world/offer-world.ts';
import { units } from '../world/personas.ts';
import { type PostgresWorld, postgresWorld } from '../world/postgres-ports.ts';
import { shippedSet } from '../world/shipped-set.ts';
import { someUser } from '../world/some-user.ts';
import { testSecrets } from './test-secrets.ts';

const assessment = 'riskAssessment.assessment' as FieldId;
const colleague = someUser('a8', 'policeOfficer', 'T. Postma');

let world: PostgresWorld;
let other: WorldPorts;
let person: SubjectReference;
beforeAll(async () => {
  const encryptionKeys = [{ jwk: encryptionPair().jwk, proof: null }];
  const known = units.map((unit) => (unit.id === 'reclassering' ? { ...unit, encryptionKeys } : unit));
  world = await postgresWorld(shippedSet(), known);
  other = await world.anotherGateway();
});
afterAll(() => world.close());
beforeEach(async () => {
  person = world.newPerson();
  await attested({ type: 'supervision' });
  for (const [unit, role] of [
    ['reclassering', 'supervising-probation'],
    ['politie', 'responsible-police'],
  ])
    await attested({ type: 'involvement', unit, attributes: { role } });
  await attested({ type: 'risk-established', attributes: { risk: 'serious-violence' } });
});

async function attested(fact: object, ports = world.ports): Promise<void> {
  const outcome = await attestFact(ports, world.call('pi'), {
    ...{ subject: person, from: at('2026-01-02T08:00:00.000Z'), until: null, reference: null, caseReference: null },
    ...{ type: '', unit: null, attributes: {}, ...fact },
  });
  if (outcome.kind !== 'attested') throw new Error(JSON.stringify(outcome));
}

/** What two people must agree on. */
async function offered(ports = other): Promise<RequestId> {
  const outcome = await offer(ports, world.call('politie'), {
    ...{ purpose: 'serious-violence-risk' as PurposeId, recipient: 'reclassering' as UnitId, subject: person },
    ...{ data: { [assessment]: 'bedreigt zijn ex-partner' }, addressee: null, justification: 'tijdens het toezicht' },
    ...{ caseReference: 'PO-2026-77', by: agent },
  });
  if (outcome.kind !== 'offered') throw new Error(JSON.stringify(outcome));
  return outcome.request.id;
}

async function made(kind: CorrectionKind, ports: CorrectionPorts = world.ports, by = 'politie'): Promise<CorrectionId> {
  const outcome = await makeCorrection(ports, world.call(by), {
    ...{ subject: person, kind, fields: [assessment], ground: 'gehoord door een collega', corrects: null },
    ...{ rightsRequest: null, by: agent },
  });
  if (outcome.kind !== 'made') throw new Error(outcome.kind);
  return outcome.id;
}

const agreed = (id: RequestId) =>
  approve(world.ports, world.call('politie'), id, { decision: 'approved', ground: null, approver: colleague });
const taken = (id: RequestId) => collect(world.ports, world.call('reclassering'), id, probationOfficer);
const correctionOf = (id: CorrectionId) => world.ports.corrections.find(id);

describe('an offer that waits for its second person', () => {
  it('is on its way: who accepts it after the correction is told of that then, and not before', async () => {
    const id = await offered();
    const correction = await made('restriction-lifted');
    expect(await correctionOf(correction)).toMatchObject({ notices: [], underWay: [id] });
    expect(await tellSinceGiven(world.ports)).toBe(0);
    expect(await correctionOf(correction)).toMatchObject({ notices: [], underWay: [id] });
    expect(await agreed(id)).toMatchObject({ request: { state: 'answered' } });
    expect(await tellSinceGiven(world.ports)).toBe(0);
    expect(await taken(id)).toMatchObject({ kind: 'handed-over' });
    expect(await tellSinceGiven(world.ports)).toBe(1);
    expect(await correctionOf(correction)).toMatchObject({
      notices: [{ recipient: 'reclassering', requests: [id], fields: [assessment] }],
      underWay: [],
    });
  });

  it('ends also where it was made while its source corrected: after what was offered was read', async () => {
    let id: RequestId | null = null;
    const unheard: CorrectionPorts['corrections']['unheard'] = async (...of) => {
      const found = await world.ports.corrections.unheard(...of);
      id ??= await offered();
      return found;
    };
    const correction = await made('rectified', {
      ...world.ports,
      corrections: { ...world.ports.corrections, unheard },
    });
    if (id === null) throw new Error('nothing was offered');
    expect(await agreed(id)).toMatchObject({ kind: 'wrong-state', request: { state: 'withdrawn' } });
    expect(await tellSinceGiven(world.ports)).toBe(0);
    expect(await correctionOf(correction)).toMatchObject({ notices: [], underWay: [] });
  });
});

describe('an offer that is not committed yet', () => {
  /** A gateway whose commits wait for `until`. */
  function committingAfter(until: () => Promise<void>) {
    const connect = async () => {
      const client = await world.pools.serve.connect();
      const query = client.query.bind(client) as (config: { text: string }) => Promise<unknown>;
      return Object.assign(client, {
        query: async (config: { text: string }) => {
          if (config.text === 'COMMIT') await until();
          return query(config);
        },
      });
    };
    const { pools, cipher } = world;
    const serve = new Proxy(pools.serve, {
      get: (pool, name) => (name === 'connect' ? connect : (Reflect.get(pool, name) as pg.Pool['query']).bind(pool)),
    });
    return journalOn({ serve, vault: pools.vault }, { cipher, secrets: testSecrets() });
  }

  it.each(['restriction-lifted', 'rectified'] as const)(
    'is waited for by its source that corrects at another gateway, and by nobody else: %s',
    async (kind) => {
      const [waits, mayCommit] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      let isHeld = false;
      const journal = await committingAfter(async () => {
        if (!isHeld) return;
        waits.resolve();
        await mayCommit.promise;
      });
      try {
        const slowly = { ...world.ports, journal };
        // What an instance says of itself comes before what it writes for others.
        await attested({ type: 'supervision' }, slowly);
        isHeld = true;
        const offering = offered(slowly);
        await waits.promise;
        await made(kind, world.ports, 'pi');
        const about = person;
        person = world.newPerson();
        await made(kind);
        person = about;
        const correcting = made(kind);
        await Promise.race([correcting, sleep(50)]);
        mayCommit.resolve();
        const [id, correction] = await Promise.all([offering, correcting]);
        expect((await correctionOf(correction))?.underWay).toEqual([id]);
      } finally {
        mayCommit.resolve();
        await journal.close();
      }
    },
  );
});
