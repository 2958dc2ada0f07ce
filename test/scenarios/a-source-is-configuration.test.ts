import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ConnectorConfig } from '../../src/core/partner/connector.ts';
import { partnersFile } from '../../src/core/partner/partners-file.ts';
import { demoPartners } from '../../src/demo/partners.ts';
import type { Person } from '../../src/demo/population.ts';
import { ask, delivered, roles } from '../../src/demo/story/scene.ts';
import { applyPartners } from '../../src/store/partners.ts';
import {
  detain,
  eventually,
  expectProblem,
  kindsOf,
  municipalityReference,
  personOf,
  useChain,
} from '../world/chain.ts';
import { codeListsProduct } from '../world/sources/code-lists.ts';
import { connectorTo } from '../world/sources/connectors.ts';
import { nestedProduct } from '../world/sources/nested.ts';
import { pagedProduct } from '../world/sources/paged.ts';
import { startVendor, type Vendor } from '../world/sources/vendor-server.ts';
import { main } from './chain/running-chain.ts';

const why = ['--by', 'B. Beheerder', '--ground', 'aansluiten van een bron'];
const certificates = mkdtempSync(join(tmpdir(), 'sluis-source-certificates-'));
const chain = useChain({
  env: { SLUIS_SOURCE_CERTIFICATES: certificates, SLUIS_METRICS_PORT: '0' },
  async prepare(authority) {
    const own = await authority.issueClient({ name: 'dossierhuis', oin: '00000099000000009000' });
    ownThumbprint = own.thumbprint;
    writeFileSync(join(certificates, 'dossierhuis.crt'), own.certificate);
    writeFileSync(join(certificates, 'dossierhuis.key'), own.key, { mode: 0o600 });
  },
});
let ownThumbprint = '';
let person: Person;
let nested: Vendor;
let paged: Vendor;
let codeLists: Vendor;

beforeAll(async () => {
  person = personOf(chain(), 0);
  await detain(chain(), person);
  expect(await sluis(['subject', 'correct', ...why], `bsn ${person.bsn}\nskn ${person.skn}\n`)).toMatchObject({
    code: 0,
  });
  const { authority, gatewayCredentials } = chain().world;
  const known = { number: Number(person.bsn), surname: 'Genest', givenNames: ['Anna'], born: '29-02-1980' };
  const rest = { seeksHome: 'J', arrears: 'N', jobs: [{ title: 'Kok', until: '' }], benefit: '118740' } as const;
  const housemate = { ...known, ...rest, number: 900_000_001, surname: 'Huisgenoot' };
  nested = await startVendor(authority, {
    name: 'dossierhuis-server',
    clients: [ownThumbprint],
    product: nestedProduct([{ street: 'Laan 1', residents: [housemate, { ...known, ...rest }] }]),
  });
  const clients = [gatewayCredentials.thumbprint];
  const lines = ['een', 'twee', 'drie', 'vier', 'vijf'];
  const number = person.skn.padStart(12, '0');
  const listed = {
    number,
    surname: 'Geteld',
    born: 19_791_231,
    firstSeenDay: 20_778,
    lines,
    earlierContact: 1,
  } as const;
  paged = await startVendor(authority, { name: 'ketenlijn', clients, product: pagedProduct([listed]) });
  const born = '1979-12-31T00:00:00+01:00';
  const file = {
    number: municipalityReference(person),
    surname: 'Gecodeerd',
    born,
    law: '01',
    stage: 'L',
    provider: null,
  };
  const product = codeListsProduct([{ ...file, goals: ['D1'] }]);
  codeLists = await startVendor(authority, { name: 'zorgbericht', clients, product });
});
afterAll(async () => {
  await Promise.all([nested, paged, codeLists].map((vendor) => vendor?.close()));
  rmSync(certificates, { recursive: true, force: true });
});

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A command as an operator runs it at the gateway. */
async function sluis(args: readonly string[], input = ''): Promise<Ended> {
  const env = { PATH: process.env.PATH ?? '', TMPDIR: tmpdir(), NO_COLOR: '1', ...chain().world.settings };
  const child = spawn(process.execPath, [main, ...args], { env });
  child.stdin.end(input);
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code, out, err };
}

/** As an operator changes a partners file, and nothing else; the gateway takes it up while it runs. */
async function connect(unit: string, connector: ConnectorConfig): Promise<void> {
  const { world, owner } = chain();
  const thumbprints = new Map([...world.credentials].map(([id, { thumbprint }]) => [id, thumbprint]));
  const signingKeys = new Map([...world.signers.units].map(([id, { publicJwk }]) => [id, publicJwk]));
  const { organisations } = demoPartners({ thumbprints, sources: world.sources, signingKeys });
  const written = organisations.map((organisation) => ({
    ...organisation,
    units: organisation.units.map((one) => (one.id === unit ? { ...one, connector } : one)),
  }));
  await applyPartners(owner, partnersFile.parse(JSON.parse(JSON.stringify({ organisations: written }))));
}

function askOf(source: string, fields: readonly string[]) {
  return ask('plan-basic-conditions', source, { type: 'bsn', value: person.bsn }, fields);
}

/** What is delivered once the gateway has taken up the connector: until then the source's own answer is another. */
async function deliveredFrom(source: string, fields: readonly string[], surname: string) {
  const asking = askOf(source, fields);
  return eventually(async () => {
    const reply = await chain().client(roles.prison).post('/v1/requests', asking);
    const found = delivered.safeParse(reply.body);
    return found.success && found.data.data['identity.surname'] === surname ? found.data : null;
  });
}

describe('a source of another shape is asked by configuration alone', () => {
  it('lists in lists, numbers for numbers, a certificate of its own', async () => {
    await connect(roles.municipality, connectorTo.nested(nested));
    const fields = Object.keys(connectorTo.nested(nested).fields);
    const { id, data } = await deliveredFrom(roles.municipality, fields, 'Genest');
    expect(data).toEqual({
      'identity.surname': 'Genest',
      'identity.givenNames': 'Anna',
      'identity.birthDate': '1980-02-29',
      'housing.registeredSeeker': true,
      'housing.rentArrears': false,
      'incomeWork.workHistory': ['Kok'],
      'incomeWork.amountPerMonthCents': 118_740,
    });
    expect(await kindsOf(chain(), id)).toEqual(['permit', 'disclosure']);
  });

  it('page by page, by another number', async () => {
    await connect(roles.probation, connectorTo.paged(paged));
    const fields = ['identity.surname', 'identity.birthDate', 'debts.wgsData', 'debts.referral'];
    const { data } = await deliveredFrom(roles.probation, fields, 'Geteld');
    expect(data).toEqual({
      'identity.surname': 'Geteld',
      'identity.birthDate': '1979-12-31',
      'debts.wgsData': ['een', 'twee', 'drie', 'vier', 'vijf'],
      'debts.referral': true,
    });
  });

  it('codes of what was XML once, by the reference of the source itself', async () => {
    await connect(roles.municipality, connectorTo.codeLists(codeLists));
    const fields = ['identity.surname', 'identity.birthDate', 'socialNetwork.supportRequest'];
    const { data } = await deliveredFrom(roles.municipality, fields, 'Gecodeerd');
    expect(data).toEqual({
      'identity.surname': 'Gecodeerd',
      'identity.birthDate': '1979-12-31',
      'socialNetwork.supportRequest': 'Hulp bij wonen',
    });
    expect(JSON.stringify(codeLists.asked)).not.toContain(person.bsn);
  });
});

describe('sluis source check', () => {
  const check = (unit: string, line: string, ...more: readonly string[]) =>
    sluis(['source', 'check', unit, ...why, ...more], `${line}\n`);
  const tried = async () => {
    const { rows } = await chain().owner.query<{ leaf: string }>(
      "SELECT leaf FROM ledger_entry WHERE kind = 'source-tried' ORDER BY time",
    );
    return rows.map(({ leaf }) => leaf);
  };

  it('says which fields map, shows no value, and leaves an entry', async () => {
    await connect(roles.municipality, connectorTo.codeLists(codeLists));
    const { code, out, err } = await check(
      roles.municipality,
      `case ${roles.municipality} ${municipalityReference(person)}`,
    );
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^identity\.surname +maps$/m);
    expect(out).toMatch(/^careTrajectory\.provider +absent$/m);
    const leaves = await tried();
    expect(leaves).toHaveLength(1);
    expect(JSON.parse(leaves[0] ?? '')).toMatchObject({
      source: roles.municipality,
      body: { fields: expect.any(Array) },
    });
    expect(`${out}${leaves}`).not.toMatch(/Gecodeerd|GZ-|1979|Wmo|Vaste woonplek|Beheerder/);
  });

  it('says what is wrong in words of its own, as JSON too', async () => {
    const { fields, ...rest } = connectorTo.codeLists(codeLists);
    const wrong = {
      'careTrajectory.law': { pointer: '/zb:traject/zb:wet/@code', codes: { '02': 'Zvw' } },
      'identity.birthDate': '/zb:client/zb:geboorte/@tijdstip',
      'identity.givenNames': '/nergens',
      'no.field': '/zb:client/zb:achternaam/$',
    };
    await connect(roles.municipality, { ...rest, fields: { ...fields, ...wrong } });
    const line = `case ${roles.municipality} ${municipalityReference(person)}`;
    const { code, out, err } = await check(roles.municipality, line, '--json');
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(JSON.parse(out)).toMatchObject({
      unit: roles.municipality,
      ok: false,
      fields: {
        'careTrajectory.law': 'unknown-code',
        'identity.birthDate': 'wrong-type',
        'identity.givenNames': 'absent',
        'identity.surname': 'maps',
        'no.field': 'not-in-catalogue',
      },
    });
    expect(out).not.toMatch(/Gecodeerd|GZ-|1979/);
  });

  it('tells of a source that gives no good answer, by a fault that shows nothing', async () => {
    const { code, out, err } = await check(roles.municipality, `case ${roles.municipality} GZ-onbekend`);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^sluis: \S+: source-wrong-subject: the source did not answer about the person/);
    expect(err).not.toContain('GZ-');
    expect(await tried()).toHaveLength(3);
  });

  it.each([
    ['nobody', 'case x GZ-1', 1, /is not a registered unit/],
    [roles.housing, 'bsn 999999990', 1, /has no connector/],
    [roles.municipality, 'bsn 999999990', 1, /asks by another scheme/],
    [roles.prison, 'bsn 111222333', 1, /must begin with 9/],
    [roles.municipality, 'case elders GZ-1', 2, /must be one of gemeente-zwolle itself/],
    [roles.municipality, 'GZ-1', 2, /line 1: must be/],
  ])('asks %s nothing about `%s`', async (unit, line, code, about) => {
    const before = [codeLists.asked.length, (await tried()).length];
    const ended = await check(unit, unit === 'nobody' ? 'case nobody GZ-1' : line);
    expect(ended).toMatchObject({ code, out: '', err: expect.stringMatching(about) });
    expect(ended.err).not.toMatch(/999999990|111222333|GZ-1/);
    expect([codeLists.asked.length, (await tried()).length]).toEqual(before);
  });
});

it('what a connector does not foresee is refused, named by its field alone', async () => {
  const { fields, ...rest } = connectorTo.codeLists(codeLists);
  const place = { pointer: '/zb:traject/zb:doel/@code', codes: { D7: 'Hulp bij werk' } };
  await connect(roles.municipality, { ...rest, fields: { ...fields, 'socialNetwork.supportRequest': place } });
  const asking = askOf(roles.municipality, ['identity.surname', 'socialNetwork.supportRequest']);
  const reply = await eventually(async () => {
    const tried = await chain().client(roles.prison).post('/v1/requests', asking);
    return tried.status === 502 ? tried : null;
  });
  expect(JSON.stringify(expectProblem(reply, 502, 'source-invalid'))).not.toMatch(/D1|Gecodeerd|GZ-/);
  expect(chain().log()).not.toMatch(/Gecodeerd|Genest|Geteld|GZ-/);
});

it('a source that falls silent is asked nothing for a while, and that is told', async () => {
  const connector = connectorTo.paged(paged);
  await connect(roles.probation, { ...connector, breaker: { after: 2, forMs: 3_600_000 }, safe: undefined });
  await deliveredFrom(roles.probation, ['identity.surname'], 'Geteld');
  const before = paged.asked.length;
  await paged.close();
  const asking = askOf(roles.probation, ['identity.surname']);
  for (let n = 0; n < 3; n++) {
    const reply = await chain().client(roles.prison).post('/v1/requests', asking);
    expectProblem(reply, 502, 'source-unavailable');
  }
  expect(paged.asked).toHaveLength(before);
  const metrics = z.string().parse(chain().world.gateways[0]?.ready.metricsUrl);
  const measured = await (await fetch(metrics)).text();
  expect(measured).toContain(`sluis_source_circuit{unit="${roles.probation}"} 2`);
  expect(measured).toContain(`sluis_source_circuit{unit="${roles.municipality}"} 0`);
  const { rows } = await chain().owner.query("SELECT unit_id, detail FROM alert WHERE kind = 'source-silent'");
  expect(rows).toEqual([{ unit_id: roles.probation, detail: {} }]);
  expect(chain().log()).toContain('is asked nothing for a while');
  const listed = JSON.parse((await sluis(['source', 'list', '--json'])).out);
  const today = new Date().toISOString().slice(0, 10);
  expect(listed).toContainEqual(expect.objectContaining({ unit: roles.probation, asks: 'skn', silentOn: today }));
  expect(listed).toContainEqual(expect.objectContaining({ unit: roles.prison, asks: 'bsn', silentOn: null }));
});
