import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Instant } from '../../src/core/brand.ts';
import { attestFact } from '../../src/core/fact/attest-fact.ts';
import { endFact } from '../../src/core/fact/end-fact.ts';
import type { Fact } from '../../src/core/fact/fact.ts';
import { partingFile, partPeople } from '../../src/core/subject/part-people.ts';
import type { SubjectReference } from '../../src/core/subject/reference.ts';
import { takeBackJoining } from '../../src/core/subject/take-back-joining.ts';
import { asked, done, type PeopleWorld, peopleWorld } from '../world/people-world.ts';

let world: PeopleWorld;
beforeAll(async () => {
  world = await peopleWorld();
});
afterAll(() => world.close());

const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString() as Instant;

async function attest(subject: SubjectReference, type: string, from: Instant): Promise<Fact> {
  const rest = { unit: null, reference: null, attributes: {}, caseReference: null, until: null };
  const outcome = await attestFact(world.ports, world.call('pi'), { subject, type, from, ...rest });
  if (outcome.kind !== 'attested') throw new Error(outcome.kind);
  return outcome.fact;
}

/** Of the conference, whoever they are about by now. */
async function deadlines({ id }: Fact): Promise<readonly unknown[]> {
  const sql = `SELECT t.kind, t.state, t.subject_id = f.subject_id AS whole FROM timer t JOIN fact f ON f.id = t.fact_id
    WHERE f.id = $1 AND t.word = 'trajectory-conference' ORDER BY t.at`;
  return (await world.rows(sql, [id])).map(({ kind, state, whole }) => `${kind} ${state}${whole ? '' : ' astray'}`);
}

const waiting = ['reminder waiting', 'due waiting'];
const cancelled = ['reminder cancelled', 'due cancelled'];

describe('deadlines of who is who', () => {
  it('are made moot by the facts of two records that became one, and wait again once that is taken back', async () => {
    const [goes, stays] = [world.newPerson(), world.newPerson()];
    const [here, there] = [await attest(goes, 'detention', ago(48)), await attest(stays, 'detention', ago(24))];
    await attest(stays, 'conference', ago(36));
    expect([await deadlines(here), await deadlines(there)]).toEqual([waiting, waiting]);
    const { id } = done(await world.join(goes, stays));
    expect([await deadlines(here), await deadlines(there)]).toEqual([cancelled, waiting]);
    done(await takeBackJoining(world.subjectPorts, id, asked, false));
    expect([await deadlines(here), await deadlines(there)]).toEqual([waiting, waiting]);
  });

  it('go back with the fact that they are about, also where they were set while it was with the other', async () => {
    const [goes, stays] = [world.newPerson(), world.newPerson()];
    const detention = await attest(goes, 'detention', ago(48));
    await attest(stays, 'detention', ago(24));
    const { id } = done(await world.join(goes, stays));
    await endFact(world.ports, world.call('pi'), detention.id, ago(-48));
    const starts = `SELECT t.state, t.subject_id = f.subject_id AS whole FROM timer t JOIN fact f ON f.id = t.fact_id
      WHERE f.id = $1 AND t.kind = 'retention'`;
    expect(await world.rows(starts, [detention.id])).toEqual([{ state: 'waiting', whole: true }]);
    done(await takeBackJoining(world.subjectPorts, id, asked, false));
    expect(await world.rows(starts, [detention.id])).toEqual([{ state: 'waiting', whole: true }]);
  });

  it.each(['conference', 'detention'])('wait again where the %s turns out to be of another', async (goes) => {
    const person = world.newPerson();
    const detention = await attest(person, 'detention', ago(48));
    const conference = await attest(person, 'conference', ago(36));
    expect(await deadlines(detention)).toEqual(cancelled);
    const parting = partingFile.parse({ facts: [goes === 'conference' ? conference.id : detention.id] });
    done(await partPeople(world.subjectPorts, world.named(person), parting, asked, false));
    expect(await deadlines(detention)).toEqual(waiting);
  });
});
