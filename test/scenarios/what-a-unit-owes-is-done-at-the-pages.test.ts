import { beforeAll, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { loginCode } from '../../src/demo/login-code.ts';
import type { PageVisitor } from '../../src/demo/page-visitor.ts';
import { roles } from '../../src/demo/story/scene.ts';
import { detain, kindsOf, personOf, useChain } from '../world/chain.ts';
import { plentyLimits } from '../world/plenty-limits.ts';
import { InboxChain } from './chain/inbox-chain.ts';
import { ledgerVerify } from './chain/running-chain.ts';

const chain = useChain({ gateways: 2, env: plentyLimits });
const inbox = new InboxChain(chain);
const person = () => personOf(chain(), 0);
const list = '/staff/duties';
const page = z.looseObject({ events: z.array(z.looseObject({ type: z.string(), dataref: z.string() })) });

beforeAll(async () => {
  await detain(chain(), person());
  await inbox.connect([roles.prison], [roles.municipality], person(), [roles.prison, roles.municipality]);
}, 120_000);

const atPrison = { id: 'm-1', role: 'director', name: 'F. Mulder' };
const atMunicipality = { id: 'w-7', role: 'wooncoach', name: 'S. Bakker' };

/** Somebody at the pages of a gateway, logged in. */
async function loggedIn(whom: Parameters<typeof loginCode>[1], gateway = 0): Promise<PageVisitor> {
  const { world } = chain();
  const visitor = world.visitor(gateway);
  const code = await loginCode(world, whom);
  expect((await visitor.submit(await visitor.visit('/login'), '/login', { code })).status).toBe(200);
  return visitor;
}

async function toldTo(unit: string, type: string): Promise<readonly string[]> {
  const { events } = page.parse((await chain().client(unit).get('/v1/events')).body);
  return events.filter((event) => event.type === `nl.sluis.${type}`).map(({ dataref }) => dataref);
}

/** What people of the prison gave, as they do: at the pages. */
async function given(): Promise<string> {
  const id = await inbox.ask(person());
  const visitor = await loggedIn({ staff: atPrison, unit: roles.prison });
  const typed = { 'field.identity.surname': 'Verzegelaar', 'field.identity.givenNames': 'Anna', looked: 'yes' };
  await visitor.submit(await visitor.visit(`/staff/requests/${id}`), '/answer', { ...typed, complete: 'yes' });
  await inbox.open(await inbox.collect(id));
  expect((await inbox.confirm(id)).status).toBe(200);
  visitor.close();
  return id;
}

it('what a person says is not right is decided, corrected and confirmed by people without a system', async () => {
  const id = await given();
  const subject = await loggedIn({ bsn: person().bsn });
  const notRight = `/me/sharings/${id}/not-right`;
  const said = { field: 'identity.surname', wish: 'correct', statement: 'Ik heet Verzegeler' };
  expect((await subject.submit(await subject.visit(notRight), notRight, said)).path).toBe('/me/rights');
  const [dataref] = await toldTo(roles.prison, 'rights-request.made');
  const rights = `${list}${dataref?.replace('/v1/rights-requests', '/rights')}`;

  // Told to no system: found on the list, at the other gateway.
  const prison = await loggedIn({ staff: atPrison, unit: roles.prison }, 1);
  expect((await prison.visit(list)).html).toContain(`href="${rights}"`);
  const read = await prison.visit(rights);
  for (const text of ['Ik heet Verzegeler', person().bsn]) expect(read.html).toContain(text);
  const ground = 'De naam stond verkeerd in ons dossier.';
  const decided = await prison.submit(read, '/decision', { decision: 'upheld', ground });
  expect(decided.path).toBe(`${rights}?done=recorded`);
  const corrected = await prison.submit(decided, '/correction', { what: 'rectified', ground });
  expect(corrected.path).toBe(`${rights}?done=corrected`);
  expect((await prison.visit(list)).html).not.toContain(rights);
  expect((await subject.visit('/me/rights')).html).toContain(ground);

  const [told] = await toldTo(roles.municipality, 'correction.made');
  const correction = `${list}${told?.replace('/v1', '')}`;
  const municipality = await loggedIn({ staff: atMunicipality, unit: roles.municipality });
  expect((await municipality.visit(list)).html).toContain(`href="${correction}"`);
  const notice = await municipality.visit(correction);
  expect(notice.html).toContain(id);
  expect(notice.html).not.toContain(person().bsn);
  const confirmed = await municipality.submit(notice, '/confirmation', { how: 'corrected' });
  expect([confirmed.status, confirmed.path]).toEqual([200, `${correction}?done=recorded`]);
  expect(await toldTo(roles.prison, 'correction.confirmed')).toEqual([told]);
  // Nobody else's, neither the source's.
  expect([(await prison.visit(correction)).status, (await municipality.visit(rights)).status]).toEqual([404, 404]);
  for (const visitor of [subject, prison, municipality]) visitor.close();
});

it('what was got is reported destroyed by who destroyed it, once its date has come', async () => {
  const { owner } = chain();
  const id = await given();
  const fact = { subject: { type: 'bsn', value: person().bsn }, type: 'plan-closed', from: new Date().toISOString() };
  const closed = z
    .looseObject({ id: z.uuid() })
    .parse((await chain().client(roles.prison).post('/v1/facts', fact)).body);
  const dated = async () => {
    const { rows } = await owner.query('SELECT 1 FROM request WHERE id = $1 AND destroy_by IS NOT NULL', [id]);
    expect(rows).toHaveLength(1);
  };
  await vi.waitFor(dated, { timeout: 20_000, interval: 500 });
  const path = `${list}/disclosures/${id}`;
  const municipality = await loggedIn({ staff: atMunicipality, unit: roles.municipality }, 1);
  expect((await municipality.visit(list)).html).toMatch(
    new RegExp(`Datum bekend</span>\\s*<div><a[^>]*href="${path}"`),
  );
  // As it will stand in seven months.
  const earlier = (table: string, key: string, columns: readonly string[]) =>
    owner.query(
      `UPDATE ${table} SET ${columns.map((column) => `${column} = ${column} - interval '7 months'`).join(', ')} WHERE id = $1`,
      [key],
    );
  await earlier('fact', closed.id, ['from_at']);
  await earlier('request', id, ['received_at', 'disclosed_at', 'retention_began', 'destroy_by', 'duty_at']);
  expect((await municipality.visit(list)).html).toMatch(new RegExp(`Te laat</span>\\s*<div><a[^>]*href="${path}"`));

  const none = await municipality.submit(await municipality.visit(path), '/destruction', { how: '' });
  expect(none.status).toBe(400);
  const reported = await municipality.submit(none, '/destruction', { how: 'shredded' });
  expect(reported.path).toBe(`${path}?done=recorded`);
  expect((await municipality.visit(list)).html).not.toContain(path);
  expect(await toldTo(roles.prison, 'destruction.reported')).toEqual([`/v1/requests/${id}`]);
  expect(await kindsOf(chain(), id)).toContain('destruction-reported');
  const { rows } = await owner.query('SELECT * FROM request WHERE id = $1', [id]);
  expect(JSON.stringify(rows)).not.toMatch(/Bakker|w-7/);
  municipality.close();
});

it('leaves a ledger in which everything still fits, and nobody by name in a log', async () => {
  expect((await ledgerVerify(chain().world)).code).toBe(0);
  expect(chain().log()).not.toMatch(/Verzegele|Bakker|Mulder/);
});
