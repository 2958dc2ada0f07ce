import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Instant, RequestId } from '../../src/core/brand.ts';
import { ask } from '../../src/core/disclosure/ask.ts';
import { followDuties } from '../../src/core/duty/follow-duties.ts';
import { attestFact } from '../../src/core/fact/attest-fact.ts';
import { confirmFact } from '../../src/core/fact/confirm-fact.ts';
import { disputeFact } from '../../src/core/fact/dispute-fact.ts';
import type { PolicySet } from '../../src/core/policy/policy-set.ts';
import type { SubjectReference } from '../../src/core/subject/reference.ts';
import { reckoningAnew, termsOf } from '../../src/core/timer/reckon-anew.ts';
import { done, type PeopleWorld, peopleWorld } from '../world/people-world.ts';
import { detain, planAnswer, planRequest } from '../world/personas.ts';
import { seedPolicySet } from '../world/seed-policy-set.ts';
import { named, withConferenceAfter, withPlanClosed } from '../world/sets-with-other-terms.ts';
import { shippedSet } from '../world/shipped-set.ts';

const set = shippedSet();
const [dateless, dated] = [withPlanClosed(set, { event: null }), withPlanClosed(set, { event: 'disclosure' })];

let world: PeopleWorld;
beforeAll(async () => {
  world = await peopleWorld();
  world.answer = async () => planAnswer;
});
afterAll(() => world.close());
beforeEach(async () => {
  await activate(set);
  // Of others nothing is due.
  await world.rows(
    'UPDATE request SET destruction_confirmed_at = now(), duty_at = NULL WHERE disclosed_at IS NOT NULL',
  );
});

/** Two people activated it, and every unit accepted it. */
async function activate(next: PolicySet): Promise<void> {
  await seedPolicySet(world.pools.owner, next.digest);
  await world.rows('UPDATE registry_version SET version = version + 1');
  await world.ports.registry.refresh();
}

const under = (next: PolicySet) => ({
  ...world.ports,
  policies: { current: () => next, boundTo: () => next },
});

async function given(by: PolicySet, subject: SubjectReference): Promise<RequestId> {
  const question = planRequest({ subject, fields: ['identity.surname'] });
  const outcome = await ask(under(by), world.call('gemeente'), question);
  if (outcome.kind !== 'delivered') throw new Error(outcome.kind);
  return outcome.request.id;
}

const isDone = (by: PolicySet) => world.ports.reckonings.isDone(termsOf(by), by.digest);
const date = async (id: RequestId) => (await world.ports.requests.find(id))?.held?.retention ?? null;

async function personUnder(by: PolicySet): Promise<SubjectReference> {
  const subject = world.newPerson();
  await detain(under(by), () => world.call('pi'), subject);
  return subject;
}

/** A detention that began today. */
async function detained(): Promise<SubjectReference> {
  const subject = world.newPerson();
  const said = { subject, type: 'detention', until: null, unit: null, reference: null, caseReference: null };
  const from = new Date().toISOString() as Instant;
  const attested = await attestFact(world.ports, world.call('pi'), { ...said, from, attributes: {} });
  expect(attested.kind).toBe('attested');
  return subject;
}

/** Of this person, in days after the first of them. */
async function waiting(subject: SubjectReference): Promise<readonly unknown[]> {
  const id = await world.found(subject);
  const sql = `SELECT word || ' ' || t.kind || ' ' || round(extract(epoch FROM t.at - f.from_at) / 86400) AS line
    FROM timer t JOIN fact f ON f.id = t.fact_id
    WHERE t.subject_id = $1 AND t.state = 'waiting' AND t.kind <> 'retention' ORDER BY line`;
  return (await world.rows(sql, [id])).map(({ line }) => line);
}

const byShipped = ['reintegration-plan due 28', 'trajectory-conference due 10', 'trajectory-conference reminder 7'];
const byLater = ['reintegration-plan due 28', 'trajectory-conference due 14', 'trajectory-conference reminder 7'];

describe('a set that comes in force', () => {
  it('with an event for a start dates what was given before it, by whichever gateway looks', async () => {
    const person = await world.person('detained');
    await activate(dateless);
    const id = await given(dateless, person);
    await followDuties(under(dateless));
    expect(await date(id)).toBeNull();
    await activate(dated);
    await followDuties(under(dated));
    expect(await date(id)).toBeNull();
    const other = { ...(await world.anotherGateway()), policies: under(dated).policies };
    await Promise.all([reckoningAnew(under(dated))(), reckoningAnew(other)()]);
    await Promise.all([followDuties(under(dated)), followDuties(other)]);
    const request = await world.ports.requests.find(id);
    expect(request?.held?.retention?.startedAt).toBe(request?.held?.disclosedAt);
    expect((await world.entriesOf(id)).filter((kind) => kind === 'destruction-followed')).toHaveLength(1);
    expect(await isDone(dated)).toBe(true);
    expect(await isDone(dateless)).toBe(false);
  });

  it('is not undone by a gateway that does not know of it yet', async () => {
    const person = await world.person('detained');
    await activate(dateless);
    const id = await given(dateless, person);
    await followDuties(under(dateless));
    await activate(dated);
    await reckoningAnew(under(dated))();
    // This one looks by the set before: nothing is to be said, and its look counts for nothing.
    expect(await followDuties(under(dateless))).toBe(0);
    expect(await date(id)).toBeNull();
    await followDuties(under(dated));
    expect(await date(id)).not.toBeNull();
    const { snapshot } = await world.ports.snapshots.read({
      subject: world.named(person, 'pi'),
      source: 'pi' as never,
      recipient: 'pi' as never,
      idempotency: null,
    });
    if (snapshot.subject === null) throw new Error('nobody is known');
    const { subject } = snapshot;
    const write = (policySet: PolicySet['digest'], epoch = subject.epoch) =>
      world.ports.reckonings.write({ subject: { ...subject, epoch }, policySet }, []);
    expect(await write(dateless.digest)).toBe(false);
    expect(await write(dated.digest, subject.epoch + 1)).toBe(false);
    expect(await write(dated.digest)).toBe(true);
    await world.ports.reckonings.done(termsOf(dateless), dateless.digest);
    expect(await isDone(dateless)).toBe(false);
  });

  it('with the same terms as the one right before has nobody reckoned again; one that came in between does', async () => {
    const [one, other] = [named(set, 'one'), named(set, 'other')];
    await activate(one);
    await reckoningAnew(under(one))();
    await activate(other);
    expect(await isDone(other)).toBe(true);
    await activate(dateless);
    const id = await given(dateless, await personUnder(dateless));
    await activate(one);
    expect(await isDone(one)).toBe(false);
    await reckoningAnew(under(one))();
    expect((await world.ports.requests.find(id))?.held?.lookAt).not.toBeNull();
    expect(await isDone(one)).toBe(true);
  });

  it('and puts off a deadline has it put off for everybody', async () => {
    const subject = await detained();
    expect(await waiting(subject)).toEqual(byShipped);
    const later = withConferenceAfter(set, 'P14D');
    await activate(later);
    await reckoningAnew(under(later))();
    expect(await waiting(subject)).toEqual(byLater);
    await activate(set);
    await reckoningAnew(under(set))();
    expect(await waiting(subject)).toEqual(byShipped);
  });
});

describe('a change of facts', () => {
  it('has deadlines wait as the set in force says, whichever they were reckoned by', async () => {
    const subject = await detained();
    const later = withConferenceAfter(set, 'P14D');
    await activate(later);
    const said = { subject, unit: null, reference: null, attributes: {}, caseReference: null, until: null };
    const from = new Date().toISOString() as Instant;
    const closed = { ...said, type: 'plan-closed', from };
    expect((await attestFact(under(later), world.call('pi'), closed)).kind).toBe('attested');
    expect(await waiting(subject)).toEqual(byLater);
  });

  it('that takes a fact out cancels its moments, and brings them back with it, each once', async () => {
    const subject = await world.person('detained');
    const id = await world.found(subject);
    const [detention] = (await world.ports.facts.of(id)).filter(({ type }) => type === 'detention');
    if (detention === undefined) throw new Error('nobody is detained');
    const rows = () => world.rows('SELECT id, state FROM timer WHERE subject_id = $1 ORDER BY id', [id]);
    const before = await rows();
    await disputeFact(world.ports, world.call('gemeente'), detention.id, 'zit niet meer vast');
    expect(new Set((await rows()).map(({ state }) => state))).toEqual(new Set(['cancelled']));
    await confirmFact(world.ports, world.call('pi'), detention.id);
    expect(await rows()).toEqual(before);
  });

  it('of two records that became one reckons by the facts of both', async () => {
    const [goes, stays] = [await detained(), await detained()];
    done(await world.join(goes, stays));
    const later = withConferenceAfter(set, 'P14D');
    await activate(later);
    await reckoningAnew(under(later))();
    expect(await waiting(stays)).toEqual([...byLater, ...byLater].sort());
  });
});
