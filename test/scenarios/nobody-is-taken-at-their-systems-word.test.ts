import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { partnersFile } from '../../src/core/partner/partners-file.ts';
import { publicHalf } from '../../src/crypto/detached-jws.ts';
import { loginCode } from '../../src/demo/login-code.ts';
import { demoPartners } from '../../src/demo/partners.ts';
import type { Person } from '../../src/demo/population.ts';
import { signUserToken } from '../../src/demo/sign-user-token.ts';
import { ask, roles } from '../../src/demo/story/scene.ts';
import { userSigner } from '../../src/demo/world.ts';
import { applyPartners } from '../../src/store/partners.ts';
import { detain, eventually, expectProblem, personOf, planRequest, useChain } from '../world/chain.ts';

const chain = useChain({ gateways: 2, persons: 40 });
const care = 'zorg-de-wissel';
const medical = 'pi-zwolle-medisch';
const path = '/v1/requests';
const clinician = { id: 'behandelaar-3', role: 'treatingClinician', name: 'H. Verborgen' };

let person: Person;
beforeAll(async () => {
  person = personOf(chain(), 0);
  await detain(chain(), person);
  await treat();
});

/** The prison says who treats inside; who treats inside says who takes over outside. */
async function treat(): Promise<void> {
  const from = '2026-01-01T00:00:00Z';
  const involved = (unit: string, role: string) => ({ type: 'involvement', unit, from, attributes: { role } });
  const reference = { type: 'caseReference', value: 'MD-2026-1' };
  const treating = { ...involved(medical, 'treating-care-provider'), caseReference: reference.value };
  const inside = { subject: { type: 'bsn', value: person.bsn }, ...treating };
  expect((await chain().client(roles.prison).post('/v1/facts', inside)).status).toBe(201);
  const outside = { subject: reference, ...involved(care, 'joining-care-provider') };
  expect((await chain().client(medical).post('/v1/facts', outside)).status).toBe(201);
}

const careRequest = () => ask('care-continuity', medical, { type: 'bsn', value: person.bsn }, ['medical.medication']);
const asksFor = (user: unknown) =>
  chain()
    .client(care)
    .post(path, { ...careRequest(), onBehalfOf: user });

/** A token of the municipality for the plan, as it should be but for what is given. */
async function planToken(claims: Readonly<Record<string, unknown>> = {}, privateJwk?: JWK): Promise<string> {
  const { onBehalfOf: user, ...body } = planRequest(person);
  const signer = userSigner(chain().world.signers, roles.municipality);
  return signUserToken({ ...signer, ...(privateJwk && { privateJwk }) }, { path, body, user }, claims);
}
const brings = (token: string, gateway = 0, key = v7()) =>
  chain()
    .world.client(roles.municipality, gateway)
    .post(path, { ...planRequest(person), onBehalfOf: token }, key);

async function entries(): Promise<number> {
  const { rows } = await chain().owner.query<{ count: number }>(
    `SELECT count(*)::integer AS count FROM ledger_entry WHERE kind <> 'heartbeat'`,
  );
  return rows[0]?.count ?? Number.NaN;
}

describe('a policy that asks for a role', () => {
  it('permits for a role that the unit signed', async () => {
    const reply = await asksFor(clinician);
    expect([reply.status, reply.body]).toMatchObject([202, { state: 'awaiting-approval' }]);
  });

  it('refuses for another role, however it is signed', async () => {
    expectProblem(await asksFor({ ...clinician, role: 'secretaris' }), 403, 'refused');
  });

  it('takes no role that is not signed: in clear, beside the token, or none at all', async () => {
    const before = await entries();
    expectProblem(await asksFor({ ...clinician, signed: true }), 400, 'invalid-input');
    const beside = { ...careRequest(), onBehalfOf: { ...clinician, role: 'secretaris' }, role: clinician.role };
    expectProblem(await chain().client(care).post(path, beside), 400, 'invalid-input');
    const { onBehalfOf: _, ...body } = careRequest();
    const signer = userSigner(chain().world.signers, care);
    const roleless = await signUserToken(signer, { path, body, user: clinician }, { role: undefined });
    expectProblem(await asksFor(roleless), 400, 'user-token-malformed');
    expect(await entries()).toBe(before);
  });

  it('lets approve in a role that was signed, and in no other', async () => {
    const asked = await asksFor(clinician);
    const { id } = Object(asked.body);
    const approve = (approver: unknown) =>
      chain().client(medical).post(`${path}/${id}/approvals`, { decision: 'approved', approver });
    const doctor = { id: 'arts-1', role: 'physician', name: 'D. Verborgen' };
    expectProblem(await approve({ ...doctor, role: 'nurse' }), 403, 'may-not-approve');
    expectProblem(await approve({ ...doctor, by: 'hand' }), 400, 'invalid-input');
    const reply = await approve(doctor);
    expect([reply.status, reply.body]).toMatchObject([200, { state: 'permitted' }]);
  });
});

describe('a token at a running gateway', () => {
  it.each<[string, string, () => Promise<string>]>([
    ['by the key of another unit', 'does-not-match', () => foreignToken()],
    ['that is over', 'expired', () => planToken({ nbf: seconds(-600), exp: seconds(-400) })],
    ['for another gateway', 'wrong-audience', () => planToken({ aud: 'urn:nld:oin:00000099000000008000' })],
    ['for another body', 'other-request', () => planToken({ digest: `sha256:${'0'.repeat(64)}` })],
    ['of another unit', 'wrong-issuer', () => planToken({ iss: roles.probation })],
    ['by no key at all', 'wrong-algorithm', () => unsigned()],
  ])('%s is refused as %s, and nothing goes on record', async (_, code, make) => {
    const before = await entries();
    const token = await make();
    const reply = await brings(token);
    expectProblem(reply, 403, 'user-token-refused');
    expect(reply.body).toMatchObject({ errors: [{ location: { pointer: '#/onBehalfOf' }, code }] });
    expect(JSON.stringify(reply.body)).not.toContain('de Vries');
    expect(await entries()).toBe(before);
    expect(chain().log()).not.toContain(token.split('.')[1]);
  });

  it('counts once when two gateways get it at one moment', async () => {
    for (let round = 0; round < 5; round++) {
      const token = await planToken();
      const replies = await Promise.all([0, 1, 0, 1].map((gateway) => brings(token, gateway)));
      expect(replies.map(({ status }) => status).sort()).toEqual([200, 403, 403, 403]);
    }
  });

  it('comes again with the same call at either gateway, as itself or as a fresh one, and is given once', async () => {
    const [token, key] = [await planToken(), v7()];
    const first = await brings(token, 0, key);
    expect([first.status, first.headers['idempotency-replayed']]).toEqual([200, undefined]);
    for (const again of [token, await planToken()]) {
      const reply = await brings(again, 1, key);
      expect([reply.status, reply.headers['idempotency-replayed']]).toEqual([200, 'true']);
      expect(reply.body).not.toHaveProperty('data');
    }
    expectProblem(await brings(await planToken({ sub: 'somebody-else' }), 1, key), 422, 'key-reused');
  });
});

const seconds = (from: number) => Math.floor(Date.now() / 1000) + from;

function foreignToken(): Promise<string> {
  return planToken({}, userSigner(chain().world.signers, roles.probation).privateJwk).then((token) => {
    // Without its name, so that it is tried by the unit's own key.
    const [, claims, signature] = token.split('.');
    return [Buffer.from('{"alg":"EdDSA"}').toString('base64url'), claims, signature].join('.');
  });
}

async function unsigned(): Promise<string> {
  const [, claims, signature] = (await planToken()).split('.');
  return [Buffer.from('{"alg":"none"}').toString('base64url'), claims, signature].join('.');
}

describe('who it was', () => {
  const name = clinician.name;
  async function pageFor(seesUsers: boolean): Promise<string> {
    const reply = await asksFor(clinician);
    const { rows } = await chain().owner.query<{ id: string }>(
      `SELECT id FROM ledger_entry WHERE request_id = $1 AND kind = 'permit'`,
      [Object(reply.body).id],
    );
    const visitor = chain().world.visitor();
    const code = await loginCode(chain().world, { officer: 'FG', unit: null, seesUsers });
    await visitor.submit(await visitor.visit('/login'), '/login', { code });
    return (await visitor.visit(`/officer/entries/${rows[0]?.id}`)).html;
  }

  it('is seen by an officer with the right, and the look is on record', async () => {
    expect(await pageFor(true)).toContain(name);
    const { rows } = await chain().owner.query<{ leaf: string }>(
      `SELECT leaf FROM ledger_entry WHERE kind = 'officer-looked' ORDER BY time DESC LIMIT 1`,
    );
    expect(JSON.parse(rows[0]?.leaf ?? '{}').body).toMatchObject({ form: 'page', users: ['user'] });
  });

  it('is not seen by one without it, who sees the role', async () => {
    const text = await pageFor(false);
    expect(text).not.toContain(name);
    expect(text).not.toContain(clinician.id);
    expect(text).toContain('apart bewaard');
  });

  it('stands in no table in clear, nor in the log', async () => {
    const { rows: tables } = await chain().owner.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`,
    );
    expect(tables.map((table) => table.name)).toContain('acting_user');
    for (const table of tables) {
      const { rows } = await chain().owner.query<{ row: string }>(`SELECT t::text AS row FROM "${table.name}" t`);
      const all = rows.map(({ row }) => row).join('\n');
      for (const word of [name, clinician.id, 'D. Verborgen', 'A. de Vries']) {
        for (const form of [word, Buffer.from(word).toString('hex'), Buffer.from(word).toString('base64')]) {
          expect(all.includes(form), `${table.name} holds ${word}`).toBe(false);
        }
      }
    }
    expect(chain().log()).not.toContain('Verborgen');
  });
});

describe('keys that a partner publishes', () => {
  let server: Server;
  let port: number;
  let privateJwk: JWK;
  let published: unknown;
  beforeAll(async () => {
    const { world, owner } = chain();
    const { privateKey } = await generateKeyPair('ES256', { extractable: true });
    privateJwk = await exportJWK(privateKey);
    published = { keys: [{ ...publicHalf(privateJwk), use: 'sig' }] };
    const { certificate, key } = await world.authority.issueServer({ name: 'sleutels' });
    server = createServer({ cert: certificate, key }, (_, answer) => {
      answer.setHeader('content-type', 'application/jwk-set+json').end(JSON.stringify(published));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
    await applyPartners(owner, partnersWith(`https://localhost:${port}/jwks`));
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  function partnersWith(jwks: string) {
    const { world } = chain();
    const thumbprints = new Map([...world.credentials].map(([unit, credentials]) => [unit, credentials.thumbprint]));
    const signingKeys = new Map([...world.signers.units].map(([unit, { publicJwk }]) => [unit, publicJwk]));
    const file = demoPartners({ thumbprints, sources: world.sources, signingKeys });
    return partnersFile.parse({
      organisations: file.organisations.map((one) => ({
        ...one,
        units: one.units.map((unit) => (unit.id === roles.municipality ? { ...unit, jwks } : unit)),
      })),
    });
  }

  it('count beside those that are registered', async () => {
    const reply = await eventually(async () => {
      const answer = await brings(await planToken({}, privateJwk));
      return answer.status === 403 ? null : answer;
    });
    expect(reply.status).toBe(200);
    expect((await brings(await planToken())).status).toBe(200);
  });

  it('that cannot be had are no keys: 503, and a registered one still counts', async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
    // The other gateway has not read them yet, nor perhaps where they are.
    const reply = await eventually(async () => {
      const answer = await brings(await planToken({}, privateJwk), 1);
      return answer.status === 403 ? null : answer;
    });
    expectProblem(reply, 503, 'user-keys-unavailable');
    expect(reply.headers['retry-after']).toBe('10');
    expect((await brings(await planToken(), 1)).status).toBe(200);
  });
});
