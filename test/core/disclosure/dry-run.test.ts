import { beforeEach, describe, expect, it } from 'vitest';
import { ask } from '../../../src/core/disclosure/ask.ts';
import { type DryRunQuestion, dryRun } from '../../../src/core/disclosure/dry-run.ts';
import type { SubjectReference } from '../../../src/core/subject/reference.ts';
import { type MemoryWorld, memoryWorld } from '../../world/memory-world.ts';
import {
  askConsent,
  detain,
  giveConsent,
  housingRequest,
  planAnswer,
  planFields,
  planRequest,
  stranger,
  units,
} from '../../world/personas.ts';
import { shippedSet } from '../../world/shipped-set.ts';

const set = shippedSet();
const person: SubjectReference = { type: 'bsn', value: '900000041' };

let world: MemoryWorld;
beforeEach(async () => {
  world = memoryWorld(set, units);
  await detain(world.ports, () => world.call('pi'));
  world.answer = async () => planAnswer;
});

function question(overrides: Partial<DryRunQuestion> = {}): DryRunQuestion {
  const purpose = 'plan-basic-conditions';
  return {
    purpose,
    source: 'pi',
    subject: person,
    fields: planFields,
    userRole: null,
    processingActivity: null,
    ...overrides,
  };
}

async function decided(unit: string, overrides: Partial<DryRunQuestion> = {}) {
  const outcome = await dryRun(world.ports, world.call(unit), question(overrides));
  if (outcome.kind !== 'decided') throw new Error(outcome.kind);
  return outcome;
}

describe('a dry run', () => {
  it('decides as a request decides, and asks no source, opens no request and tells nobody', async () => {
    let asked = 0;
    world.answer = async () => {
      asked += 1;
      return planAnswer;
    };
    const [requests, events] = [world.requests.size, world.events.length];
    const { decision } = await decided('gemeente');
    expect([asked, world.requests.size, world.events.length]).toEqual([0, requests, events]);
    const request = await ask(world.ports, world.call('gemeente'), planRequest());
    if (request.kind !== 'delivered') throw new Error(request.kind);
    expect(decision.outcome === 'permit' && decision.permitted).toEqual(request.request.decision.permitted);
    expect(asked).toBe(1);
  });

  it('puts one entry of its own kind on record, with what was asked and the conditions as openings', async () => {
    const before = world.entries.length;
    const { entry } = await decided('gemeente', { processingActivity: 'urn:example:activity' });
    expect(world.entries).toHaveLength(before + 1);
    expect(world.entries.at(-1)).toMatchObject({
      id: entry,
      kind: 'evaluation',
      purpose: 'plan-basic-conditions',
      source: 'pi',
      recipient: 'gemeente',
      body: { v: 2, outcome: 'permit', fields: planFields, permitted: planFields },
      personal: { reference: '{"type":"bsn","value":"900000041"}', processingActivity: 'urn:example:activity' },
    });
    expect(world.entries.at(-1)?.personal.conditions).toContain('involved(');
    expect(JSON.stringify(world.entries.at(-1)?.body)).not.toContain('900000041');
  });

  it('is the same for a person of somebody else as for nobody, but for the entry', async () => {
    const before = world.entries.length;
    const one = await decided('buurgemeente');
    const between = world.entries.length;
    const other = await decided('buurgemeente', { subject: stranger });
    expect([between - before, world.entries.length - between]).toEqual([1, 1]);
    expect(one.decision).toMatchObject({ outcome: 'refusal', class: 'not-available' });
    expect(one.decision.refused).toEqual(other.decision.refused);
    const shapes = world.entries.slice(before).map(({ kind, body, personal }) => [kind, body, Object.keys(personal)]);
    expect(shapes[0]).toEqual(shapes[1]);
  });

  it('follows consent as a request does', async () => {
    const { purpose, source, subject, fields } = housingRequest();
    const id = await askConsent(world.ports, world.call('gemeente'));
    const asked = { purpose, source, subject, fields };
    expect((await decided('corporatie', asked)).decision).toMatchObject({ class: 'not-available' });
    await giveConsent(world.ports, id);
    expect((await decided('corporatie', asked)).decision.outcome).toBe('permit');
  });

  it('is decided under the set that the source accepted, and gives nothing where it accepted none', async () => {
    const source = units.find(({ id }) => id === 'pi');
    if (source === undefined) throw new Error('no source');
    world.bound.set(source.id, null);
    expect((await decided('gemeente')).decision).toMatchObject({ outcome: 'refusal', class: 'not-permitted' });
  });

  it('does not read a number of a unit that may hold none', async () => {
    const before = world.entries.length;
    const outcome = await dryRun(world.ports, world.call('corporatie'), question());
    expect([outcome, world.entries.length]).toEqual([{ kind: 'number-not-allowed' }, before]);
  });

  it.each([
    ['purpose', { purpose: 'nieuwsgierigheid' }],
    ['source', { source: 'elders' }],
    ['fields.1', { fields: ['identity.surname', 'identity.shoeSize'] }],
  ])('names %s where no catalogue knows it, and writes nothing', async (member, overrides) => {
    const before = world.entries.length;
    expect(await dryRun(world.ports, world.call('gemeente'), question(overrides))).toEqual({
      kind: 'unknown-word',
      member,
    });
    expect(world.entries).toHaveLength(before);
  });

  it('answers nothing when it cannot be put on record', async () => {
    world.breakNextCommit = 'before';
    await expect(dryRun(world.ports, world.call('gemeente'), question())).rejects.toThrow('broken before');
  });
});
