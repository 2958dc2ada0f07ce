import { beforeAll, expect, it } from 'vitest';
import { loginCode } from '../../src/demo/login-code.ts';
import type { Page, PageVisitor } from '../../src/demo/page-visitor.ts';
import { roles } from '../../src/demo/story/scene.ts';
import { detain, expectProblem, kindsOf, personOf, useChain } from '../world/chain.ts';
import { plentyLimits } from '../world/plenty-limits.ts';
import { collector, InboxChain } from './chain/inbox-chain.ts';
import { ledgerVerify } from './chain/running-chain.ts';

const chain = useChain({ gateways: 2, env: plentyLimits });
const inbox = new InboxChain(chain);
const person = () => personOf(chain(), 0);

beforeAll(async () => {
  await detain(chain(), person());
  await inbox.connect([roles.prison], [roles.municipality], person(), [roles.prison]);
}, 120_000);

const planner = { id: 'm-1', role: 'director', name: 'F. Mulder' };
const surname = 'field.identity.surname';
const givenNames = 'field.identity.givenNames';

/** Somebody of the prison at the pages of a gateway, logged in. */
async function atTheDesk(gateway = 0, staff = planner): Promise<PageVisitor> {
  const { world } = chain();
  const visitor = world.visitor(gateway);
  const code = await loginCode(world, { staff, unit: roles.prison });
  expect((await visitor.submit(await visitor.visit('/login'), '/login', { code })).path).toBe('/staff/inbox');
  return visitor;
}

function answer(visitor: PageVisitor, page: Page, typed: Record<string, string>): Promise<Page> {
  return visitor.submit(page, '/answer', { [surname]: '', [givenNames]: '', looked: 'yes', ...typed });
}

it('is typed by somebody of the source, in parts, and opened by whoever asked alone', async () => {
  const id = await inbox.ask(person());
  // Asked at the one gateway and answered at the other.
  const visitor = await atTheDesk(1);
  expect((await visitor.visit('/staff/inbox')).html).toContain(`/staff/requests/${id}`);
  const page = await visitor.visit(`/staff/requests/${id}`);
  for (const name of [surname, givenNames]) expect(page.html).toContain(`name="${name}"`);

  const wrong = await answer(visitor, page, { [surname]: `Verzegelaar\u0007`, [givenNames]: 'Anna Sofie' });
  expect(wrong.status).toBe(400);
  expect(wrong.html).toContain('value="Anna Sofie"');
  expect(await inbox.rows(id)).toBe(0);

  const part = await answer(visitor, page, { [surname]: 'Verzegelaar' });
  expect([part.path, await inbox.stateOf(id)]).toEqual([`/staff/requests/${id}?done=part`, 'partly-answered']);
  expect(part.html).not.toContain('Verzegelaar');
  const last = await answer(visitor, part, { [givenNames]: 'Anna Sofie' });
  expect([last.path, await inbox.stateOf(id)]).toEqual(['/staff/inbox?done=answered', 'answered']);

  const opened = await inbox.open(await inbox.collect(id));
  expect(opened).toEqual([{ 'identity.surname': 'Verzegelaar' }, { 'identity.givenNames': 'Anna Sofie' }]);
  expect((await inbox.confirm(id)).status).toBe(200);
  expect((await kindsOf(chain(), id)).filter((kind) => kind === 'source-answered')).toHaveLength(2);
  // In no log, and on record only who answered: by a role and a hash.
  expect(chain().log()).not.toMatch(/Verzegelaar|Anna Sofie/);
  const { rows } = await chain().owner.query('SELECT t::text AS row FROM ledger_entry t WHERE request_id = $1', [id]);
  expect(JSON.stringify(rows)).not.toMatch(/Verzegelaar|Anna Sofie|Mulder/);
  visitor.close();
});

it('is asked about first, given to a colleague, and refused', async () => {
  const id = await inbox.ask(person());
  const visitor = await atTheDesk();
  const page = await visitor.visit(`/staff/requests/${id}`);
  const asked = await visitor.submit(page, '/question', { text: 'Welke naam bedoelt u?' });
  expect(asked.path).toBe(`/staff/requests/${id}?done=asked`);
  const reply = { text: 'De geboortenaam.', onBehalfOf: collector };
  const told = await chain().client(roles.municipality).post(`/v1/requests/${id}/replies`, reply);
  expect(told.status).toBe(200);
  const delegated = await visitor.submit(asked, '/delegation', { role: '', colleague: 'm-2', note: 'graag vandaag' });
  expect(delegated.path).toBe(`/staff/requests/${id}?done=delegated`);
  visitor.close();

  const colleague = await atTheDesk(1, { id: 'm-2', role: 'director', name: 'G. Smit' });
  const read = await colleague.visit(`/staff/requests/${id}`);
  for (const text of ['De geboortenaam.', 'graag vandaag', 'm-2']) expect(read.html).toContain(text);
  const refused = await colleague.submit(read, '/refusal', { ground: 'niet te vinden' });
  expect([refused.path, await inbox.stateOf(id)]).toEqual(['/staff/inbox?done=refused', 'declined']);
  expectProblem(await inbox.collect(id), 403, 'refused');
  colleague.close();
});

it('leaves a ledger in which everything still fits', async () => {
  expect((await ledgerVerify(chain().world)).code).toBe(0);
});
