import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { loginCode } from '../../src/demo/login-code.ts';
import type { PageVisitor } from '../../src/demo/page-visitor.ts';
import type { Person } from '../../src/demo/population.ts';
import { roles } from '../../src/demo/story/scene.ts';
import { atThePages, detain, eventually, expectProblem, kindsOf, personOf } from '../world/chain.ts';
import { withinASecond } from '../world/within-a-second.ts';
import { Offering } from './chain/offering.ts';
import { ledgerVerify } from './chain/running-chain.ts';
import { subscribe } from './chain/webhooks.ts';
import { useWiderChain } from './chain/wider-chain.ts';

// P11 (Pbw 18b): the prison tells the police of a serious risk, after two of its people agreed, and nobody before that.
const chain = useWiderChain({
  units: [
    {
      ...{ id: 'om-oost', kind: 'prosecution', oin: '00000099000000083000' },
      ...{ name: 'OM Oost-Nederland', organisation: 'Openbaar Ministerie' },
    },
  ],
  recipients: [roles.police, 'om-oost'],
  changes: async ({ world }) => ({
    [roles.police]: { webhooks: [world.receiver.host] },
    [roles.prison]: { staff: true },
  }),
});
const offering = new Offering(chain);
const risk = {
  'identity.surname': 'Van der Hooiveld',
  'riskAssessment.assessment': 'bedreigt zijn ex-partner, gemerkt-8811',
};
const marked = 'gemerkt-8811';
const reason = 'Uitlatingen op de afdeling, zie dossier';
const caseManager = { id: 'casemanager-4', role: 'caseManager', name: 'B. Bos' };
const director = { id: 'directeur-1', role: 'director', name: 'D. Dekker' };
const agent = { id: 'agent-7', role: 'policeOfficer', name: 'R. Meijer' };
const known = z.looseObject({ id: z.uuid(), state: z.literal('awaiting-approval') });
let taken = 0;
let riskFact = '';

/** Somebody of whom the prison established the risk, and for whom the police have a task. */
async function dangerous(): Promise<Person> {
  const person = personOf(chain(), taken++);
  await detain(chain(), person);
  const subject = { type: 'bsn', value: person.bsn };
  const from = '2026-01-01T00:00:00Z';
  const task = { type: 'involvement', unit: roles.police, attributes: { role: 'responsible-police' } };
  expect(
    (
      await chain()
        .client(roles.prison)
        .post('/v1/facts', { subject, from, ...task })
    ).status,
  ).toBe(201);
  const established = { type: 'risk-established', attributes: { risk: 'serious-violence' } };
  const reply = await chain()
    .client(roles.prison)
    .post('/v1/facts', { subject, from, ...established });
  riskFact = z.looseObject({ id: z.uuid() }).parse(reply.body).id;
  return person;
}

async function offered(person: Person): Promise<string> {
  const reply = await offering.offer(roles.prison, {
    purpose: 'serious-violence-risk',
    recipient: roles.police,
    subject: { type: 'bsn', value: person.bsn },
    data: risk,
    justification: reason,
    caseReference: 'PI-2026-R3',
    onBehalfOf: caseManager,
  });
  expect({ status: reply.status, body: reply.body }).toMatchObject({ status: 202 });
  return known.parse(reply.body).id;
}

const decide = (id: string, approver: object, more: object = { decision: 'approved' }) =>
  chain()
    .client(roles.prison)
    .post(`/v1/requests/${id}/approvals`, { ...more, approver });

/** As an officer of the police reads the record of their own unit. */
async function officerOfPolice(): Promise<PageVisitor> {
  const visitor = chain().world.visitor();
  const code = await loginCode(chain().world, { officer: 'FG politie', unit: roles.police });
  expect((await visitor.submit(await visitor.visit('/login'), '/login', { code })).status).toBe(200);
  return visitor;
}

/** Everything by which the police could notice an offer: nothing of it may differ before two agreed. */
async function expectUnknownToPolice(id: string): Promise<void> {
  const police = chain().client(roles.police);
  expectProblem(await police.get(`/v1/requests/${id}`), 404, 'not-found');
  expectProblem(await offering.accept(roles.police, id, agent), 404, 'not-found');
  expectProblem(await offering.decline(roles.police, id, agent, 'niet nodig'), 404, 'not-found');
  expect([await offering.feedOf(roles.police, id), offering.told(`/v1/requests/${id}`)]).toEqual([[], []]);
}

beforeAll(() => subscribe(chain().client(roles.police), chain().world.receiver.url));

describe('a serious risk', () => {
  it('is told by no notice either: that there is one is what two people must agree on', async () => {
    await dangerous();
    const { rows } = await chain().owner.query(`SELECT DISTINCT purpose FROM notice ORDER BY 1`);
    // There are notices: those of the detention itself.
    expect(rows.map(({ purpose }) => purpose)).toEqual(['detention-notice', 'probation-notice']);
    const types = chain().world.receiver.received.map(({ event: { type } }) => type);
    expect(types.filter((type) => type.includes('serious-violence'))).toEqual([]);
  });

  it('waits for the second, who reads why and for whom; the police hear of it after that, and take it', async () => {
    const person = await dangerous();
    const id = await offered(person);
    await expectUnknownToPolice(id);
    const seen = await chain().client(roles.prison).get(`/v1/inbox/${id}`);
    expect(seen.body).toMatchObject({
      recipient: { id: roles.police },
      approvalsNeeded: { persons: 1 },
      said: { justification: reason },
    });
    expectProblem(await decide(id, caseManager), 403, 'may-not-approve');
    expect(await decide(id, director)).toMatchObject({ status: 200, body: { state: 'answered' } });
    await offering.untilTold(id, ['offered']);
    const reply = await offering.accept(roles.police, id, agent);
    expect(await offering.open(roles.police, reply)).toEqual([risk]);
    expect(await kindsOf(chain(), id)).toEqual([
      ...['permit', 'source-offered', 'approval', 'permit', 'offer-accepted', 'disclosure'],
    ]);
    const { rows } = await chain().owner.query('SELECT t::text AS row FROM answer t');
    expect(`${JSON.stringify(rows)}${chain().log()}`).not.toContain(marked);
    // The person is told later: not at once, and not what others could read over their shoulder.
    const { html } = await (await atThePages(chain(), person)).visit('/me');
    expect(html).not.toMatch(/Politie/);
  });

  it('is agreed to at the gateway’s own pages by a second, as a whole, and not by who offered it', async () => {
    const id = await offered(await dangerous());
    const visit = async (staff: object) => {
      const visitor = chain().world.visitor();
      const code = await loginCode(chain().world, { staff, unit: roles.prison } as Parameters<typeof loginCode>[1]);
      await visitor.submit(await visitor.visit('/login'), '/login', { code });
      return { visitor, page: await visitor.visit(`/staff/requests/${id}`) };
    };
    const own = await visit(caseManager);
    const refused = await own.visitor.submit(own.page, '/decision', { decision: 'approved', ground: '' });
    expect(refused.status).toBe(403);
    const second = await visit(director);
    for (const word of ['Het aanbod', 'Politie, district IJsselland', reason]) expect(second.page.html).toContain(word);
    expect(second.page.html).not.toContain('name="strike.');
    const done = await second.visitor.submit(second.page, '/decision', { decision: 'approved', ground: '' });
    expect(done.path).toContain('/staff/inbox?done=approved');
    await offering.untilTold(id, ['offered']);
  });

  it('of which the second says no is gone, and the police never hear that there was anything', async () => {
    const id = await offered(await dangerous());
    const no = await decide(id, director, { decision: 'declined', ground: 'nog geen besluit van het overleg' });
    expect(no).toMatchObject({ status: 200, body: { state: 'declined' } });
    expect(await offering.rows(id)).toBe(0);
    await expectUnknownToPolice(id);
  });

  it('that ends while it waits for the second is gone within a second, as silently', async () => {
    await withinASecond(async () => {
      const id = await offered(await dangerous());
      const until = { until: new Date().toISOString() };
      expect((await chain().client(roles.prison).post(`/v1/facts/${riskFact}/end`, until)).status).toBe(200);
      const since = performance.now();
      await eventually(async () => ((await offering.stateOf(id)) === 'withdrawn' ? true : null));
      const tookMs = performance.now() - since;
      await eventually(async () => ((await kindsOf(chain(), id)).includes('request-stopped') ? true : null));
      expectProblem(await decide(id, director), 409, 'wrong-state');
      expect(await offering.rows(id)).toBe(0);
      await expectUnknownToPolice(id);
      return tookMs;
    });
  });

  it('stands in the record of officers of the police only where it reached them', async () => {
    const waits = await offered(await dangerous());
    const officer = await officerOfPolice();
    const list = () => officer.visit('/officer/disclosures?purpose=serious-violence-risk&kind=any');
    const { rows } = await chain().owner.query<{ id: string; kind: string }>(
      `SELECT id, kind FROM ledger_entry WHERE request_id = $1 AND kind IN ('permit', 'source-offered')`,
      [waits],
    );
    const listed = async () => rows.filter(({ id }) => page.includes(id)).map(({ kind }) => kind);
    let page = (await list()).html;
    expect([rows.length, await listed()]).toEqual([2, []]);
    expect((await decide(waits, director)).status).toBe(200);
    page = (await list()).html;
    // The decision that opened it names what the source may not give.
    expect(await listed()).toEqual(['source-offered']);
  });
});

it('leaves a ledger that is whole', async () => {
  expect(await ledgerVerify(chain().world)).toMatchObject({ code: 0, report: { ok: true, problems: [] } });
});
