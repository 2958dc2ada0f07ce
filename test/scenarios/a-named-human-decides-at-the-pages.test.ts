import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { loginCode } from '../../src/demo/login-code.ts';
import type { PageVisitor } from '../../src/demo/page-visitor.ts';
import { databaseEnvironment } from '../../src/demo/story/proof.ts';
import { roles } from '../../src/demo/story/scene.ts';
import {
  approver,
  askConsent,
  atThePages,
  decideOnPage,
  detain,
  expectProblem,
  housingRequest,
  personOf,
  useChain,
} from '../world/chain.ts';
import { plentyLimits } from '../world/plenty-limits.ts';
import { ledgerVerify, main } from './chain/running-chain.ts';

const chain = useChain({ gateways: 2, env: plentyLimits });
const accepted = z.looseObject({ id: z.uuid(), state: z.string() });
const answered = z.looseObject({ data: z.record(z.string(), z.unknown()) });
const asMany = z.looseObject({ items: z.array(z.looseObject({ id: z.uuid() })) });
const field = 'identity.surname';

/** Somebody of a unit at the pages of a gateway, logged in. */
async function staffAt(unit: string, gateway = 0, staff = approver): Promise<PageVisitor> {
  const { world } = chain();
  const visitor = world.visitor(gateway);
  const code = await loginCode(world, { staff, unit });
  expect((await visitor.submit(await visitor.visit('/login'), '/login', { code })).path).toBe('/staff/inbox');
  return visitor;
}

/** Waits for a human of the municipality; resolves to its id. */
async function waiting(index: number): Promise<string> {
  const person = personOf(chain(), index);
  const reference = `WH-2026-71${String(index).padStart(2, '0')}`;
  await detain(chain(), person);
  await askConsent(chain(), person, reference);
  await decideOnPage(await atThePages(chain(), person), 'given');
  const reply = await chain().client(roles.housing).post('/v1/requests', housingRequest(reference));
  expect(reply.status).toBe(202);
  return accepted.parse(reply.body).id;
}

it('reads who asks what and why, strikes a field out, and the rest is collected without it', async () => {
  const id = await waiting(0);
  const housing = chain().client(roles.housing);
  const municipality = chain().client(roles.municipality);
  const listed = asMany.parse((await municipality.get('/v1/inbox?waitsFor=approval')).body);
  expect(listed.items.map((item) => item.id)).toContain(id);
  const seen = JSON.stringify((await municipality.get(`/v1/inbox/${id}`)).body);
  const { justification } = housingRequest('WH-2026-7100');
  expect(seen).toContain(justification);
  expect((await housing.get(`/v1/inbox/${id}`)).status).toBe(404);

  // Asked at the one gateway and decided at the other.
  const visitor = await staffAt(roles.municipality, 1);
  expect((await visitor.visit('/staff/inbox')).html).toContain(`/staff/requests/${id}`);
  const page = await visitor.visit(`/staff/requests/${id}`);
  for (const text of [justification, `name="strike.${field}"`, 'name="strike.housing.need"']) {
    expect(page.html).toContain(text);
  }
  const after = await visitor.submit(page, '/decision', {
    decision: 'approved',
    ground: '',
    [`strike.${field}`]: 'yes',
  });
  expect(after.path).toBe('/staff/inbox?done=approved');
  const again = await visitor.submit(page, '/decision', { decision: 'declined', ground: 'toch maar niet' });
  expect(again.status).toBe(409);

  const reply = await housing.post(`/v1/requests/${id}/collections`, {});
  const body = answered.parse(reply.body);
  expect([reply.status, Object.keys(body.data)]).toEqual([200, ['housing.need']]);
  expect(JSON.stringify(body)).toContain('"declined"');
  expect(JSON.stringify(body)).not.toMatch(/Bakker|woonconsulent/);
  const { rows } = await chain().owner.query(
    "SELECT leaf FROM ledger_entry WHERE kind = 'approval' AND request_id = $1",
    [id],
  );
  expect(rows).toHaveLength(1);
  expect(JSON.stringify(rows)).toContain(field);
  expect(JSON.stringify(rows)).not.toMatch(/Bakker|woonconsulent/);
  visitor.close();
});

it('of another unit, or of one whose people may not, sees nothing of it', async () => {
  const id = await waiting(1);
  // The prison takes part, and nobody agreed that its people decide here.
  const visitor = await staffAt(roles.prison, 0, { id: 'm-1', role: 'director', name: 'F. Mulder' });
  expect((await visitor.visit(`/staff/requests/${id}`)).status).toBe(404);
  expect((await visitor.visit('/staff/inbox')).html).not.toContain(id);
  visitor.close();
  const own = await staffAt(roles.municipality);
  const page = await own.visit(`/staff/requests/${id}`);
  expect((await own.submit(page, '/decision', { decision: 'declined', ground: 'past niet' })).path).toBe(
    '/staff/inbox?done=declined',
  );
  expectProblem(await chain().client(roles.housing).post(`/v1/requests/${id}/collections`, {}), 403, 'refused');
  own.close();
});

interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly said: string;
}

/** `sluis login-code staff`, as an operator runs it. */
function codeFor(unit: string, name: string): Ended {
  const who = ['--unit', unit, '--number', 'medewerker-31', '--role', 'woonconsulent', '--name', name];
  const ended = spawnSync(process.execPath, [main, 'login-code', 'staff', ...who], {
    env: { ...process.env, ...databaseEnvironment(chain().world) },
    encoding: 'utf8',
  });
  return { status: ended.status, out: ended.stdout.trim(), said: ended.stderr };
}

it('comes in by a code that an operator hands over, only for a unit that agreed to it, under a name that can be read', async () => {
  const visitor = chain().world.visitor();
  const { status, out, said } = codeFor(roles.municipality, 'C. de Boer');
  expect([status, said]).toEqual([0, '']);
  const page = await visitor.submit(await visitor.visit('/login'), '/login', { code: out });
  expect(page.html).toContain('C. de Boer');
  visitor.close();
  const expectRefused = ({ status: code, out: printed, said: words }: Ended, why: string) => {
    expect([code, printed]).toEqual([2, '']);
    expect(words).toContain(why);
  };
  expectRefused(codeFor(roles.prison, 'C. de Boer'), 'staff: true');
  expectRefused(codeFor('nergens', 'C. de Boer'), 'nergens: is not a registered unit');
  const standing = (state: string) =>
    chain().owner.query('UPDATE unit SET state = $2 WHERE id = $1', [roles.municipality, state]);
  await standing('suspended');
  const suspended = codeFor(roles.municipality, 'C. de Boer');
  await standing('active');
  expectRefused(suspended, 'is suspended');
  const odd = codeFor(roles.municipality, 'C.\u202ede Boer');
  expect([odd.status, odd.out]).toEqual([2, '']);
});

it('leaves a ledger in which everything still fits', async () => {
  expect((await ledgerVerify(chain().world)).code).toBe(0);
});
