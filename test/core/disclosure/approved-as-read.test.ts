import { v7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import type { FactId, FieldId, UnitId } from '../../../src/core/brand.ts';
import type { InboxView } from '../../../src/core/disclosure/inbox.ts';
import type { Fact } from '../../../src/core/fact/fact.ts';
import { fieldRestricted } from '../../../src/core/fact/restriction.ts';
import { type Desk, desk, fields, oneHuman, twoPersons } from '../../world/approval-desk.ts';

const field = 'housing.priorSituation' as FieldId;
const others = fields.filter((each) => each !== field);

/** The source restricts the field, until what is returned is called. */
function restrict({ world }: Desk): () => void {
  const pi = 'pi' as UnitId;
  const restriction: Fact = {
    ...{ id: v7() as FactId, subject: world.know('bsn', '900000041'), type: 'restriction', state: 'attested' },
    ...{ from: world.ports.clock.now(), until: null, attestedBy: pi, unit: pi, reference: null },
    attributes: fieldRestricted(field),
  };
  world.facts.set(restriction.id, restriction);
  return () => void world.facts.delete(restriction.id);
}

const shown = (view: InboxView) => view.fields.map(({ id }) => id);
const changed = { kind: 'wrong-state', request: { state: 'awaiting-approval' } };

describe('an approval covers what was read', () => {
  it('and no field that was restricted then and is not any more', async () => {
    const one = await desk(oneHuman);
    const lift = restrict(one);
    const view = await one.read();
    expect(shown(view)).toEqual(others);
    lift();
    expect(await one.say({ seen: view.step })).toMatchObject(changed);
    expect(one.request().approvals).toEqual([]);
    const again = await one.read();
    expect(shown(again)).toEqual(fields);
    expect(await one.say({ seen: again.step })).toMatchObject({ kind: 'recorded', request: { state: 'permitted' } });
  });

  it('for the second of two as for the first', async () => {
    const two = await desk(twoPersons);
    expect(await two.say({ seen: (await two.read()).step })).toMatchObject({ kind: 'recorded' });
    const lift = restrict(two);
    const view = await two.read();
    lift();
    expect(await two.say({ seen: view.step }, 1)).toMatchObject(changed);
    restrict(two);
    expect(await two.say({ seen: view.step }, 1)).toMatchObject({ kind: 'recorded', request: { state: 'permitted' } });
    expect(two.request().decision.permitted).toEqual(others);
  });

  it('and nothing less, nor under other obligations: then it is read again', async () => {
    const one = await desk(oneHuman);
    const { step } = await one.read();
    const lift = restrict(one);
    expect(await one.say({ seen: step })).toMatchObject(changed);
    lift();
    one.asks(twoPersons);
    expect(await one.say({ seen: step })).toMatchObject(changed);
    const again = await one.read();
    expect(again.request.decision.obligations).toMatchObject(twoPersons);
    expect(await one.say({ seen: again.step })).toMatchObject({
      kind: 'recorded',
      request: { state: 'awaiting-approval' },
    });
  });

  it('also where one of its fields is struck out while another comes back', async () => {
    const one = await desk(oneHuman);
    const lift = restrict(one);
    const { step } = await one.read();
    lift();
    expect(await one.say({ seen: step, strike: ['numbers.bsn' as FieldId] })).toMatchObject(changed);
  });
});
