import { compactDecrypt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Person } from '../../src/demo/population.ts';
import { ask, roles } from '../../src/demo/story/scene.ts';
import { dump, filesBelow } from '../faults/canary/dump.ts';
import { plainAnswer } from '../world/alike.ts';
import { atThePages, decideOnPage, eventually, expectProblem, kindsOf, personOf } from '../world/chain.ts';
import { encryptionPair } from '../world/encryption-keys.ts';
import { withinASecond } from '../world/within-a-second.ts';
import { ledgerVerify } from './chain/running-chain.ts';
import { opened, partsOf, type SealingSource, sourcesFolder, startSealingSource } from './chain/sealing-source.ts';
import { useWiderChain } from './chain/wider-chain.ts';

// P13: of one case, what is ordinary and what somebody owes secrecy about, each in its own way. (WGS 2.29 lid 2)
const purpose = 'care-safety-case';
const [house, care, reference] = ['zvh-ijsselland', 'zorg-de-wissel', 'ZVH-2026-14'];
const secret = {
  'careTrajectory.provider': 'Zorg De Wissel, locatie gemerkt-4471',
  'careTrajectory.state': 'current',
  'treatmentCompliance.attendance': 'komt op afspraken, gemerkt-4472',
  'treatmentCompliance.cooperation': 'doet mee aan de training, gemerkt-4473',
};
const marked = 'gemerkt-447';
const fields = Object.keys(secret);
const clinician = { id: 'behandelaar-2', role: 'treatingClinician', name: 'K. Kuiper' };

let source: SealingSource | undefined;
const chain = useWiderChain({
  units: [
    {
      ...{ id: house, kind: 'careSafetyHouse', oin: '00000099000000008000' },
      ...{ name: 'Zorg- en Veiligheidshuis IJsselland', organisation: 'Zorg- en Veiligheidshuis IJsselland' },
    },
  ],
  recipients: [roles.municipality],
  async changes(wider) {
    const held = { ...secret, 'identity.surname': 'niet gevraagd' };
    const files = Object.fromEntries([0, 1, 2, 3, 4].map((index) => [personOf(wider, index).bsn, held]));
    source = await startSealingSource(wider, { unit: care, scheme: 'bsn', files });
    return { [care]: { connector: source.connector } };
  },
});
afterAll(() => source?.stop());

const known = z.looseObject({ id: z.uuid() });
const waiting = z.looseObject({ id: z.uuid(), state: z.literal('awaiting-approval') });

/** The house admits the case and says who takes part in it; resolves to the case's own fact. */
async function admit(person: Person, members: readonly string[]): Promise<string> {
  const subject = { type: 'bsn', value: person.bsn };
  const from = '2026-03-01T10:00:00Z';
  const role = { type: 'involvement', attributes: { role: 'case-member' }, reference };
  for (const unit of members) {
    const said = await chain()
      .client(house)
      .post('/v1/facts', { subject, from, unit, ...role });
    expect(said).toMatchObject({ status: 201 });
  }
  const admitted = await chain().client(house).post('/v1/facts', { subject, from, type: 'complex-case' });
  expect(admitted).toMatchObject({ status: 201 });
  return known.parse(admitted.body).id;
}

const all = [roles.municipality, roles.prison, roles.neighbour, care];

function question(person: Pick<Person, 'bsn'>, of: string, asked: readonly string[]) {
  return { ...ask(purpose, of, { type: 'bsn', value: person.bsn }, asked), caseReference: reference };
}

const asking = (body: object, unit: string = roles.municipality) => chain().client(unit).post('/v1/requests', body);

/** The municipality asks that the person be asked; resolves to the waiver. */
async function askWaiver(person: Person, recipient: string = roles.municipality): Promise<string> {
  const reply = await chain()
    .client(recipient)
    .post('/v1/consents', {
      subject: { type: 'bsn', value: person.bsn },
      kind: 'waiver',
      ...{ source: care, recipient, purpose, categories: ['careTrajectory', 'treatmentCompliance'], language: 'nl' },
      validUntil: new Date(Date.now() + 90 * 86_400_000).toISOString(),
    });
  expect(reply.status).toBe(202);
  return known.parse(reply.body).id;
}

async function waive(person: Person, decision: 'given' | 'refused' = 'given'): Promise<void> {
  await askWaiver(person);
  await decideOnPage(await atThePages(chain(), person), decision);
}

const approve = (id: string, approver: object) =>
  chain().client(care).post(`/v1/requests/${id}/approvals`, { decision: 'approved', approver });
const collect = (id: string) => chain().client(roles.municipality).post(`/v1/requests/${id}/collections`, {});

/** Asked of who treats, and agreed by a clinician there. */
async function agreed(person: Person): Promise<string> {
  const { id } = waiting.parse((await asking(question(person, care, fields))).body);
  expect((await approve(id, clinician)).status).toBe(200);
  return id;
}

/** Everything that the gateways' side of this world keeps or wrote down, as text. */
async function kept(): Promise<string> {
  const files = filesBelow(chain().world.directory, new Set([sourcesFolder]));
  const rows = await dump(chain().owner);
  return [...rows.values(), ...[...files.values()].map((bytes) => bytes.toString('latin1'))].join('\n');
}

describe('one case', () => {
  const person = () => personOf(chain(), 0);
  beforeAll(() => admit(person(), all));

  it('gives what is ordinary at once, sealed by the gateway to the recipient', async () => {
    const reply = await asking(question(person(), roles.prison, ['identity.surname', 'detention.expectedRelease']));
    expect(reply.status).toBe(200);
    const { sealed } = z.looseObject({ sealed: z.string() }).parse(reply.body);
    const { plaintext } = await compactDecrypt(sealed, chain().pairOf(roles.municipality).privateKey);
    expect(JSON.parse(new TextDecoder().decode(plaintext))).toEqual({
      'identity.surname': person().surname,
      'detention.expectedRelease': person().detention?.expectedRelease,
    });
  });

  it('gives nothing of what is secret before the person lifted the secrecy, nor where they said no', async () => {
    const before = expectProblem(await asking(question(person(), care, fields)), 403, 'refused');
    await waive(person(), 'refused');
    const after = expectProblem(await asking(question(person(), care, fields)), 403, 'refused');
    expect(JSON.stringify([before, after])).not.toContain(marked);
    // A no looks like no answer: that somebody refused is nobody's to know.
    const one = await asking(question(person(), care, fields));
    const nobodyAsked = personOf(chain(), 1);
    await admit(nobodyAsked, all);
    const other = await asking(question(nobodyAsked, care, fields));
    expect(plainAnswer(one, [person().bsn])).toEqual(plainAnswer(other, [nobodyAsked.bsn]));
  });
});

describe('what is secret, after the person lifted it', () => {
  const person = () => personOf(chain(), 2);
  let id = '';
  beforeAll(async () => {
    await admit(person(), all);
    await waive(person());
  });

  it('waits for a clinician, and for nobody else', async () => {
    const also = [...fields, 'identity.surname', 'medical.diagnosis'];
    const reply = await asking(question(person(), care, also));
    expect(reply.status).toBe(202);
    ({ id } = waiting.parse(reply.body));
    const decision = z.looseObject({ permitted: z.array(z.string()), refused: z.array(z.looseObject({})) });
    const { decision: made } = z.looseObject({ decision }).parse(reply.body);
    expect(made.permitted.toSorted()).toEqual(fields.toSorted());
    expect(made.refused).toHaveLength(2);
    const adviser = { id: 'adviseur-1', role: 'experienceAdviser', name: 'T. Tan' };
    expectProblem(await approve(id, adviser), 403, 'may-not-approve');
    expectProblem(await collect(id), 409, 'wrong-state');
    expect((await approve(id, clinician)).status).toBe(200);
  });

  it('is sealed by its source, each category by itself, and opened by the recipient alone', async () => {
    const reply = await collect(id);
    const { parts } = partsOf(reply);
    expect(parts.map(({ category }) => category).toSorted()).toEqual(['careTrajectory', 'treatmentCompliance']);
    expect(reply.body).not.toHaveProperty('data');
    expect(await opened(chain(), roles.municipality, reply)).toEqual({ data: secret, excess: [] });
    await expect(opened(chain(), roles.municipality, reply, encryptionPair())).rejects.toThrow(/key/);
    expect(await kindsOf(chain(), id)).toEqual(['permit', 'approval', 'permit', 'disclosure']);
    const { rows } = await chain().owner.query<{ body: unknown }>(
      `SELECT leaf::json->'body' AS body FROM ledger_entry WHERE request_id = $1 AND kind = 'disclosure'`,
      [id],
    );
    expect(rows[0]?.body).toMatchObject({ form: 'sealed-by-source' });
  });

  it('is nowhere in clear at the gateway: not in its database, its logs, or any file of it', async () => {
    const everything = await kept();
    // What is looked through is the right place: the request stands in it.
    expect(everything).toContain(id);
    expect(everything).not.toContain(marked);
    expect(everything).not.toContain(Buffer.from(marked).toString('hex'));
  });

  it('is shown to the person with whom it went to, and not with what it says', async () => {
    const { html } = await (await atThePages(chain(), person())).visit('/me');
    expect(html).toContain('Zorg De Wissel');
    expect(html).not.toContain(marked);
  });
});

describe('without what the policy asks', () => {
  it('there is nothing for who does not take part in the case, though they have a waiver', async () => {
    const person = personOf(chain(), 3);
    await admit(person, [care, roles.prison]);
    await waive(person);
    expectProblem(await asking(question(person, care, fields)), 403, 'refused');
    expectProblem(await asking(question(person, roles.prison, ['identity.surname'])), 403, 'refused');
  });

  it('there is nothing once the case is closed, within a second, also of what a clinician agreed to', async () => {
    const persons = [4, 5].map((index) => personOf(chain(), index)).values();
    await withinASecond(async () => {
      const { value: person } = persons.next();
      if (person === undefined) throw new Error('nobody is left');
      const complex = await admit(person, all);
      await waive(person);
      const id = await agreed(person);
      const until = { until: new Date().toISOString() };
      expect((await chain().client(house).post(`/v1/facts/${complex}/end`, until)).status).toBe(200);
      const since = performance.now();
      await eventually(async () => ((await kindsOf(chain(), id)).includes('request-stopped') ? true : null));
      const tookMs = performance.now() - since;
      expectProblem(await collect(id), 403, 'refused');
      expectProblem(await asking(question(person, roles.prison, ['identity.surname'])), 403, 'refused');
      return tookMs;
    });
  });

  it('a recipient without a key that it signed is told so, and its source gives nothing', async () => {
    const person = personOf(chain(), 2);
    await askWaiver(person, roles.neighbour);
    await decideOnPage(await atThePages(chain(), person), 'given');
    const { id } = waiting.parse((await asking(question(person, care, fields), roles.neighbour)).body);
    expect((await approve(id, clinician)).status).toBe(200);
    const reply = await chain().client(roles.neighbour).post(`/v1/requests/${id}/collections`, {});
    expectProblem(reply, 500, 'seal-impossible');
    expect(await kindsOf(chain(), id)).not.toContain('disclosure');
  });
});

it('leaves a ledger that is whole', async () => {
  expect(await ledgerVerify(chain().world)).toMatchObject({ code: 0, report: { ok: true, problems: [] } });
});
