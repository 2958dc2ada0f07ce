import { beforeEach, describe, expect, it } from 'vitest';
import type { Alert } from '../../../src/core/alert/alert.ts';
import type { RequestId } from '../../../src/core/brand.ts';
import { ask } from '../../../src/core/disclosure/ask.ts';
import { reportExcess } from '../../../src/core/disclosure/report-excess.ts';
import { type MemoryWorld, memoryWorld } from '../../world/memory-world.ts';
import { detain, planAnswer, planRequest, stranger, units } from '../../world/personas.ts';
import { shippedSet } from '../../world/shipped-set.ts';
import { someUser } from '../../world/some-user.ts';

type Raised = Omit<Alert, 'id' | 'at'> & { readonly mark: string };

let world: MemoryWorld;
let raised: Map<string, Raised>;
beforeEach(async () => {
  world = memoryWorld(shippedSet(), units);
  await detain(world.ports, () => world.call('pi'));
  world.answer = async () => planAnswer;
  raised = new Map();
});

const by = someUser('u1', 'nazorgcoordinator', 'A. de Vries');

function report(id: RequestId, { unit = 'gemeente', key = 'sleutel', fields = ['medical.notes'], digest = '' } = {}) {
  const alerts = {
    raise: async (alert: Raised) => void raised.set(`${alert.kind} ${alert.unit} ${alert.mark}`, alert),
  };
  return reportExcess({ ...world.ports, alerts }, world.call(unit, key, digest || key), id, { fields, by });
}

async function asked(subject = planRequest().subject): Promise<RequestId> {
  const outcome = await ask(world.ports, world.call('gemeente'), planRequest({ subject }));
  if (!('request' in outcome)) throw new Error(outcome.kind);
  return outcome.request.id;
}

describe('what a recipient got too much', () => {
  it('is on record by name, told to its source, and a breach to the officers of both and of the gateway', async () => {
    const id = await asked();
    const outcome = await report(id, {
      fields: ['medical.notes', 'medical.diagnosis', 'medical.jansen', 'iets.anders'],
    });
    expect(outcome).toMatchObject({ kind: 'recorded', request: { id, state: 'delivered' } });
    expect(world.entries.at(-1)).toMatchObject({
      kind: 'excess-reported',
      body: { request: id, fields: ['medical.notes', 'medical.diagnosis', 'unnamed'] },
    });
    expect(JSON.stringify(world.entries.at(-1)?.body)).not.toContain('jansen');
    const type = 'nl.sluis.request.excess-reported';
    expect(world.events.at(-1)).toMatchObject({ unit: 'pi', type, dataref: `/v1/requests/${id}` });
    expect([...raised.values()].map(({ kind, unit }) => [kind, unit])).toEqual([
      ['excess-reported', 'gemeente'],
      ['excess-reported', 'pi'],
      ['excess-reported', null],
    ]);
    expect(JSON.stringify([...raised.values()])).not.toContain(id);
  });

  it('is nothing that was permitted: a report of that alone is refused, and beside something else it is left out', async () => {
    const id = await asked();
    const entries = world.entries.length;
    const refused = await report(id, { fields: ['identity.surname', 'identity.surname'] });
    expect(refused).toMatchObject({ kind: 'invalid', member: 'fields', code: 'permitted' });
    expect([world.entries.length, raised.size]).toEqual([entries, 0]);
    expect(await report(id, { fields: ['identity.surname', 'rest.unnamed'] })).toMatchObject({ kind: 'recorded' });
    expect(world.entries.at(-1)?.body).toMatchObject({ fields: ['unnamed'] });
    expect(raised.size).toBe(3);
  });

  it('is on record once for a key, and alerts once for a request, also where the alert failed the first time', async () => {
    const id = await asked();
    await report(id);
    const entries = world.entries.length;
    raised.clear();
    expect(await report(id)).toMatchObject({ kind: 'replayed' });
    expect(await report(id, { key: 'andere' })).toMatchObject({ kind: 'recorded' });
    expect([world.entries.length - entries, raised.size]).toEqual([1, 3]);
    expect(await report(id, { digest: 'iets anders' })).toEqual({ kind: 'key-reused' });
  });

  it('is its recipient’s to report, of what was given, and tells nobody else that there is such a request', async () => {
    const id = await asked();
    for (const unit of ['pi', 'buurgemeente']) expect(await report(id, { unit })).toEqual({ kind: 'not-found' });
    const refused = await asked(stranger);
    expect(await report(refused)).toMatchObject({ kind: 'wrong-state' });
    expect(await report('01890a5d-ac96-774b-bcce-b302099a8057' as RequestId)).toEqual({ kind: 'not-found' });
    expect(raised.size).toBe(0);
  });
});
