import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { UnitId } from '../../src/core/brand.ts';
import { type PartnersFile, partnersFile } from '../../src/core/partner/partners-file.ts';
import { type Credentials, createAuthority, type DemoAuthority } from '../../src/demo/authority.ts';
import { demoPartners } from '../../src/demo/partners.ts';
import { roles } from '../../src/demo/story/scene.ts';
import { applyPartners, resumeUnit, suspendUnit } from '../../src/store/partners.ts';
import { detain, eventually, expectProblem, personOf, planRequest, useChain } from '../world/chain.ts';
import { holdConnection } from '../world/held-connection.ts';
import { type RawReply, rawCall } from '../world/raw-call.ts';

const municipalityOin = '00000099000000003000';
/** Told of everything below: a place in an answer or a log where it shows is a place where a name would. */
const mark = 'MERKTEKEN-7Q3X';
const strangers = new Map<string, Credentials>();

/** Certificates that a gateway meets from its first moment, the revoked one on its lists. */
async function prepare(authority: DemoAuthority): Promise<void> {
  const hour = 3_600_000;
  const past = { notBefore: new Date(Date.now() - 48 * hour), notAfter: new Date(Date.now() - 24 * hour) };
  const future = { notBefore: new Date(Date.now() + 24 * hour), notAfter: new Date(Date.now() + 48 * hour) };
  const own = { cn: mark, oins: [municipalityOin] };
  const wanted = {
    expired: { ...own, ...past },
    early: { ...own, ...future },
    revoked: { ...own, revoked: true },
    server: { ...own, usages: ['server'] },
    purposeless: { ...own, usages: [] },
    withoutOin: { cn: mark },
    withTwoOins: { cn: mark, oins: [municipalityOin, '00000099000000001000'] },
    withBadOin: { cn: mark, oins: [`${mark}000000`] },
    withSpacedOin: { cn: mark, oins: [` ${municipalityOin}`] },
    unregistered: { cn: mark, oins: ['00000099000000777000'] },
    unlisted: own,
    twice: own,
  } as const;
  for (const [name, issuance] of Object.entries(wanted)) {
    strangers.set(name, await authority.issue({ name: `vreemd-${name}`, ...issuance }));
  }
  const foreign = await createAuthority(join(authority.directory, 'elders'), 'Elders');
  strangers.set('foreign', await foreign.issue({ name: 'elders', ...own }));
  // The same names and numbers as ours, under other keys.
  const impostor = await createAuthority(join(authority.directory, 'nagemaakt'));
  strangers.set('impostor', await impostor.issue({ name: 'nagemaakt', ...own }));
}

const chain = useChain({ prepare });

beforeAll(async () => {
  await detain(chain(), personOf(chain(), 0));
});

async function entries(): Promise<number> {
  const { rows } = await chain().owner.query<{ count: number }>(
    `SELECT count(*)::integer AS count FROM ledger_entry WHERE kind <> 'heartbeat'`,
  );
  return rows[0]?.count ?? Number.NaN;
}

async function call(credentials: Credentials | undefined, path = '/v1/requests'): Promise<RawReply> {
  const { world } = chain();
  const asked = { ...planRequest(personOf(chain(), 0)), justification: `Vraag van ${mark}` };
  const body = JSON.stringify(await world.signed(roles.municipality, '/v1/requests', asked));
  return rawCall({
    url: new URL(path, world.gateways[0]?.ready.partnerUrl).href,
    ca: world.authority.ca,
    credentials,
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': mark },
    body,
  });
}

function expectRefused(reply: RawReply, status: number, kind: string): void {
  const problem = expectProblem({ ...reply, body: JSON.parse(reply.text) }, status, kind);
  for (const secret of [mark, municipalityOin, personOf(chain(), 0).bsn]) expect(reply.text).not.toContain(secret);
  expect(problem).not.toHaveProperty('request');
}

describe('a certificate that proves nothing: 401, with the reason', () => {
  const cases = [
    ['foreign', 'unknown-authority'],
    ['impostor', 'unknown-authority'],
    ['expired', 'certificate-expired'],
    ['early', 'certificate-not-yet-valid'],
    ['revoked', 'certificate-revoked'],
    ['server', 'certificate-wrong-purpose'],
    ['purposeless', 'certificate-wrong-purpose'],
    ['withoutOin', 'certificate-refused'],
    ['withTwoOins', 'certificate-refused'],
    ['withBadOin', 'certificate-refused'],
    ['withSpacedOin', 'certificate-refused'],
  ] as const;
  for (const [name, kind] of cases) {
    it(`${name}: ${kind}`, async () => {
      const credentials = strangers.get(name);
      expect(credentials).toBeDefined();
      expectRefused(await call(credentials), 401, kind);
      // Also where there is nothing: who is not known does not learn which addresses exist.
      expectRefused(await call(credentials, '/v1/nergens'), 401, kind);
    });
  }

  it.each(['foreign', 'revoked'])('%s: keeps no connection to ask again on', async (name) => {
    const { world } = chain();
    const { certificate: cert, key } = strangers.get(name) as Credentials;
    const url = world.gateways[0]?.ready.partnerUrl ?? '';
    const held = await holdConnection(url, { ca: world.authority.ca, cert, key });
    expect(await held.ask()).toMatch(/^401 /);
    expect(await held.closedWithin(2_000)).not.toBeNull();
  });

  it('none at all: no-certificate', async () => {
    expectRefused(await call(undefined), 401, 'no-certificate');
    expectRefused(await call(undefined, '/v1/openapi.json'), 401, 'no-certificate');
  });
});

describe('a certificate of a partner that may not come in: 403, with the reason', () => {
  it('of an organisation that nobody registered', async () => {
    expectRefused(await call(strangers.get('unregistered')), 403, 'unregistered-partner');
  });

  it('of a registered organisation, for none of its units', async () => {
    expectRefused(await call(strangers.get('unlisted')), 403, 'no-unit');
  });

  it('that is listed for two units: a guess could give a mayor what is a college’s', async () => {
    const credentials = strangers.get('twice');
    await applyPartners(chain().owner, await listed(credentials?.thumbprint ?? ''));
    const reply = await eventually(async () => {
      const got = await call(credentials);
      return got.text.includes('/problems/no-unit') ? null : got;
    });
    expectRefused(reply, 403, 'ambiguous-unit');
    const own = await chain().client(roles.municipality).get('/v1/events');
    expect(own.status).toBe(200);
  });

  it('of a unit that is suspended, also on a connection that is open, until it is resumed', async () => {
    const municipality = chain().client(roles.municipality);
    expect((await municipality.get('/v1/events')).status).toBe(200);
    expect(await suspendUnit(chain().owner, roles.municipality as UnitId)).toBe(true);
    const refused = await eventually(async () => {
      const got = await municipality.get('/v1/events');
      return got.status === 200 ? null : got;
    });
    expectProblem(refused, 403, 'suspended-partner');
    const before = await entries();
    const asked = await municipality.post('/v1/requests', planRequest(personOf(chain(), 0)));
    expectProblem(asked, 403, 'suspended-partner');
    expect(await entries()).toBe(before);

    expect(await resumeUnit(chain().owner, roles.municipality as UnitId)).toBe(true);
    await eventually(async () => {
      const got = await municipality.post('/v1/requests', planRequest(personOf(chain(), 0)));
      return got.status === 200 ? got : null;
    });
  });

  it('that asks a source which is suspended: nothing is fetched', async () => {
    await suspendUnit(chain().owner, roles.prison as UnitId);
    await eventually(async () => {
      const got = await chain().client(roles.prison).get('/v1/events');
      return got.status === 403 ? got : null;
    });
    const reply = await chain()
      .client(roles.municipality)
      .post('/v1/requests', planRequest(personOf(chain(), 0)));
    expectProblem(reply, 502, 'source-unavailable');
    expect(reply.body).not.toHaveProperty('data');
    await resumeUnit(chain().owner, roles.prison as UnitId);
  });
});

/** The partners as they are, with one certificate more for both the college and the mayor of Zwolle. */
async function listed(thumbprint: string): Promise<PartnersFile> {
  const { world } = chain();
  const thumbprints = new Map([...world.credentials].map(([unit, credentials]) => [unit, credentials.thumbprint]));
  const signingKeys = new Map([...world.signers.units].map(([unit, { publicJwk }]) => [unit, publicJwk]));
  const file = demoPartners({ thumbprints, sources: world.sources, signingKeys });
  const both: readonly string[] = [roles.municipality, 'burgemeester-zwolle'];
  return partnersFile.parse({
    organisations: file.organisations.map((organisation) => ({
      ...organisation,
      units: organisation.units.map((unit) =>
        both.includes(unit.id) ? { ...unit, thumbprints: [...unit.thumbprints, thumbprint] } : unit,
      ),
    })),
  });
}

it('whoever does not come in leaves no entry, and no name in the log', async () => {
  const before = await entries();
  for (const credentials of [...strangers.values(), undefined]) {
    expect([401, 403]).toContain((await call(credentials)).status);
  }
  expect(await entries()).toBe(before);
  const log = chain().log();
  for (const secret of [mark, municipalityOin, personOf(chain(), 0).bsn]) expect(log).not.toContain(secret);
  expect(log).toContain('"status":401');
});
