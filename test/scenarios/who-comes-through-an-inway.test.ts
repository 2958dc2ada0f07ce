import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { v7 } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Credentials, DemoAuthority } from '../../src/demo/authority.ts';
import { roles } from '../../src/demo/story/scene.ts';
import { gatewayOin } from '../../src/demo/world.ts';
import { eventually, expectProblem, useChain } from '../world/chain.ts';
import { confirmation, managerSigner } from '../world/fsc.ts';
import { type RawReply, rawCall } from '../world/raw-call.ts';

const municipalityOin = '00000099000000003000';
const signer = managerSigner('manager-1');
const foreign = managerSigner('manager-1');
const env: Record<string, string> = {};
let inway: Credentials;
let otherInway: Credentials;
let jwksFile = '';

async function prepare(authority: DemoAuthority): Promise<void> {
  inway = await authority.issueClient({ name: 'inway', oin: gatewayOin });
  otherInway = await authority.issueClient({ name: 'inway-not-listed', oin: gatewayOin });
  jwksFile = join(authority.directory, 'manager-jwks.json');
  writeFileSync(jwksFile, JSON.stringify({ keys: [signer.jwk] }));
  Object.assign(env, {
    SLUIS_FSC_INWAYS: inway.thumbprint,
    SLUIS_FSC_GROUP: 'fsc.example',
    SLUIS_FSC_SERVICES: 'sluis',
    SLUIS_FSC_INWAY_ADDRESSES: 'https://inway.example:443',
    SLUIS_FSC_MANAGER_JWKS: jwksFile,
    SLUIS_METRICS_PORT: '0',
  });
}

const chain = useChain({ prepare, env });

/** What the municipality's own certificate is bound to; it is the one of its units that this scenario asks as. */
function outway(): Credentials {
  const credentials = chain().world.credentials.get(roles.municipality);
  if (credentials === undefined) throw new RangeError(roles.municipality);
  return credentials;
}

function claims(more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const cnf = confirmation(outway().thumbprint);
  const own = {
    gid: 'fsc.example',
    svc: 'sluis',
    sub: municipalityOin,
    iss: gatewayOin,
    aud: 'https://inway.example:443',
  };
  return { ...own, cnf, ...more };
}

function passedOn(): string {
  const body = /-----BEGIN CERTIFICATE-----([^-]+)-----END/.exec(outway().certificate)?.[1] ?? '';
  return `:${body.replaceAll(/\s/g, '')}:`;
}

function headers(more: Readonly<Record<string, string | undefined>> = {}): Record<string, string> {
  const all = {
    'Fsc-Authorization': `Bearer ${signer.token(claims())}`,
    'Fsc-Transaction-Id': v7(),
    'Client-Cert': passedOn(),
    ...more,
  };
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

interface Asking {
  readonly as?: Credentials | undefined;
  readonly path?: string;
  readonly body?: object;
}

function ask(sent: Record<string, string>, { as = inway, path = '/v1/events', body }: Asking = {}): Promise<RawReply> {
  const { world } = chain();
  const content = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  return rawCall({
    url: new URL(path, world.gateways[0]?.ready.partnerUrl).href,
    ca: world.authority.ca,
    credentials: as,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...sent },
    ...content,
  });
}

function expectRefused(reply: RawReply, status: number, kind: string): void {
  expectProblem({ ...reply, body: JSON.parse(reply.text) }, status, kind);
}

const evaluation = () => ({
  subject: { type: 'unit', id: roles.municipality },
  action: { name: 'plan-basic-conditions' },
  resource: {
    type: 'person',
    id: chain().detained[0]?.bsn,
    properties: { identifiedBy: 'bsn', source: roles.prison, fields: ['identity.surname'] },
  },
});

describe('a peer that comes through an Inway', () => {
  it('is recognised as the unit that its token and certificate speak for', async () => {
    const reply = await ask(headers(), { path: '/access/v1/evaluation', body: evaluation() });
    expect(reply.status).toBe(200);
    // As another unit it would have been denied before anything was decided.
    expect(reply.text).not.toContain('not-the-asking-unit');
  });

  it('may have a token without Bearer before it', async () => {
    expect((await ask(headers({ 'Fsc-Authorization': signer.token(claims()) }))).status).toBe(200);
  });

  it('is not recognised by the certificate of the Inway where no unit has that one', async () => {
    const bound = signer.token(claims({ cnf: confirmation(inway.thumbprint) }));
    // good, but units of this organisation are told apart by their own certificates
    expectRefused(await ask(headers({ 'Fsc-Authorization': bound, 'Client-Cert': undefined })), 403, 'no-unit');
  });

  it('gets its transaction back, in the log, the decision on record, and the Authorization Decision Log', async () => {
    const transaction = v7();
    const reply = await ask(headers({ 'Fsc-Transaction-Id': transaction }), {
      path: '/access/v1/evaluation',
      body: evaluation(),
    });
    expect(reply.headers['fsc-transaction-id']).toBe(transaction);
    const { rows } = await chain().owner.query<{ leaf: string }>(
      "SELECT leaf FROM ledger_entry WHERE kind = 'evaluation' ORDER BY time DESC LIMIT 1",
    );
    expect(JSON.parse(rows[0]?.leaf ?? '{}').body.transaction).toBe(transaction);
    const line = await eventually(
      async () =>
        chain()
          .log()
          .split('\n')
          .find((one) => one.includes(transaction)) ?? null,
    );
    expect(JSON.parse(line)).toMatchObject({ transaction, unit: roles.municipality });
  });

  it('whose registration was delegated is the one who delegated', async () => {
    const token = signer.token(claims({ act: { sub: '00000099000000777000' } }));
    expect((await ask(headers({ 'Fsc-Authorization': token }))).status).toBe(200);
  });
});

describe('what FSC Core lists, in its own words', () => {
  const now = () => Math.floor(Date.now() / 1_000);
  const codes: readonly (readonly [string, number, string, () => string | undefined])[] = [
    ['ERROR_CODE_ACCESS_TOKEN_MISSING', 401, 'fsc-token-missing', () => undefined],
    ['ERROR_CODE_ACCESS_TOKEN_INVALID', 401, 'fsc-token-invalid', () => foreign.token(claims())],
    ['ERROR_CODE_ACCESS_TOKEN_EXPIRED', 401, 'fsc-token-expired', () => signer.token(claims({ exp: now() }))],
    ['ERROR_CODE_WRONG_GROUP_ID_IN_TOKEN', 403, 'fsc-wrong-group', () => signer.token(claims({ gid: 'other' }))],
    ['ERROR_CODE_SERVICE_NOT_FOUND', 404, 'fsc-service-not-found', () => signer.token(claims({ svc: 'other' }))],
  ];
  it.each(codes)('%s: %i %s', async (code, status, kind, token) => {
    const transaction = v7();
    const reply = await ask(headers({ 'Fsc-Authorization': token(), 'Fsc-Transaction-Id': transaction }));
    expectRefused(reply, status, kind);
    expect(reply.headers['fsc-error-code']).toBe(code);
    expect(reply.headers['fsc-transaction-id']).toBe(transaction);
    expect(reply.headers['www-authenticate']).toBe(status === 401 ? 'Bearer' : undefined);
  });

  it('a token that is bound to another certificate than the Inway’s or the one it passed on: INVALID', async () => {
    const reply = await ask(headers({ 'Client-Cert': undefined }));
    expectRefused(reply, 401, 'fsc-token-invalid');
    expect(reply.headers['fsc-error-code']).toBe('ERROR_CODE_ACCESS_TOKEN_INVALID');
  });

  const ids: Readonly<Record<string, string | undefined>> = {
    'not there': undefined,
    empty: '',
    'a UUID of another version': '5c1a1d0e-7c8b-4c7e-9a51-0d5a1e6b1f00',
    'a UUIDv7 with something after it': `${v7()} `.concat('x'),
    'a UUIDv7 without hyphens': v7().replaceAll('-', ''),
    'a UUIDv7 of another variant': v7().replace(/^(.{19})./, '$1c'),
    'two in one': `${v7()}, ${v7()}`,
  };
  it.each(Object.entries(ids))('a transaction id that is %s: 400', async (_, id) => {
    expectRefused(await ask(headers({ 'Fsc-Transaction-Id': id })), 400, 'fsc-transaction-id-invalid');
  });

  it.each([
    ['Fsc_Authorization', 'Fsc-Authorization', 401, 'fsc-token-invalid'],
    ['Fsc_Transaction_Id', 'Fsc-Transaction-Id', 400, 'fsc-transaction-id-invalid'],
    ['Client_Cert', 'Client-Cert', 400, 'proxy-header-malformed'],
  ])('%s, beside %s or in its place: %i', async (spelt, name, status, kind) => {
    const good = headers();
    const { [name]: value = '', ...others } = good;
    expectRefused(await ask({ ...good, [spelt]: value }), status, kind);
    expectRefused(await ask({ ...others, [spelt]: value }), status, kind);
  });

  it('a certificate that is passed on in another form than RFC 9440’s: 400', async () => {
    expectRefused(await ask(headers({ 'Client-Cert': 'MII=' })), 400, 'proxy-header-malformed');
  });
});

describe('from anybody else', () => {
  it('a token changes nothing: a partner stays who its certificate says', async () => {
    const prison = chain().world.credentials.get(roles.prison);
    const reply = await ask(headers(), { as: prison, path: '/access/v1/evaluation', body: evaluation() });
    expect(reply.text).toContain('not-the-asking-unit');
    expect(reply.headers['fsc-transaction-id']).toBeUndefined();
  });

  it('an Inway that is not listed is whoever its own certificate says: nobody here', async () => {
    expectRefused(await ask(headers(), { as: otherInway }), 403, 'unregistered-partner');
  });

  it('no certificate at all is nobody, whatever the token says', async () => {
    const { world } = chain();
    const url = new URL('/v1/events', world.gateways[0]?.ready.partnerUrl).href;
    expectRefused(await rawCall({ url, ca: world.authority.ca, headers: headers() }), 401, 'no-certificate');
  });
});

describe('the keys of the Manager', () => {
  let good = '';
  beforeAll(() => {
    good = readFileSync(jwksFile, 'utf8');
  });

  it('are read again for a key that is not known, once it may be asked again', async () => {
    const next = managerSigner('manager-2');
    writeFileSync(`${jwksFile}.new`, JSON.stringify({ keys: [...JSON.parse(good).keys, next.jwk] }));
    renameSync(`${jwksFile}.new`, jwksFile);
    const token = next.token(claims());
    const deadline = Date.now() + 30_000;
    let reply = await ask(headers({ 'Fsc-Authorization': token }));
    while (reply.status !== 200 && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      reply = await ask(headers({ 'Fsc-Authorization': token }));
    }
    expect(reply.status).toBe(200);
  });
});
