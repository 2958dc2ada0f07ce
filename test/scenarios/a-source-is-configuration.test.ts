import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Person } from '../../src/demo/population.ts';
import { ask, delivered, roles } from '../../src/demo/story/scene.ts';
import { detain, eventually, expectProblem, kindsOf, personOf, useChain } from '../world/chain.ts';
import { connectorTo as earlier } from '../world/sources/connectors.ts';
import { nestedProduct } from '../world/sources/nested.ts';
import { startVendor, type Vendor } from '../world/sources/vendor-server.ts';
import { connectorTo } from '../world/vendors/connectors.ts';
import { ownNumber } from '../world/vendors/known-in-all.ts';
import { type Suites, startSuites } from '../world/vendors/start-suites.ts';
import { approvedCare } from './chain/approved-care.ts';
import { connect, sluis } from './chain/connections.ts';

const name = ['identity.surname'];
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
/** Of whom no product knows anything. */
let stranger: Person;
let nested: Vendor;
let tls: Parameters<typeof startSuites>[0];
let three: Suites;
const started: Suites[] = [];

beforeAll(async () => {
  [person, stranger] = [personOf(chain(), 0), personOf(chain(), 1)];
  for (const one of [person, stranger]) {
    await detain(chain(), one);
    const numbers = `bsn ${one.bsn}\nskn ${one.skn}\n`;
    expect(await sluis(chain(), ['subject', 'correct', ...why], numbers)).toMatchObject({ code: 0 });
  }
  const { authority } = chain().world;
  const known = { number: Number(person.bsn), surname: 'Genest', givenNames: ['Anna'], born: '29-02-1980' };
  const rest = { seeksHome: 'J', arrears: 'N', jobs: [{ title: 'Kok', until: '' }], benefit: '118740' } as const;
  const housemate = { ...known, ...rest, number: 900_000_001, surname: 'Huisgenoot' };
  nested = await startVendor(authority, {
    name: 'dossierhuis-server',
    clients: [ownThumbprint],
    product: nestedProduct([{ street: 'Laan 1', residents: [housemate, { ...known, ...rest }] }]),
  });
  const own = await authority.issueServer({ name: 'leveranciers' });
  tls = { key: own.key, cert: own.certificate, ca: authority.ca };
  three = await suites();
});
afterAll(async () => {
  const all = started.flatMap((one) => Object.values(one));
  await Promise.all([nested, ...all].map((server) => server?.close()));
  rmSync(certificates, { recursive: true, force: true });
});

async function suites(mode?: Parameters<typeof startSuites>[2]): Promise<Suites> {
  const one = await startSuites(tls, person, mode);
  started.push(one);
  return one;
}

function askFor(asker: string, source: string, fields: readonly string[], { bsn }: Person = person) {
  const asking = ask('plan-basic-conditions', source, { type: 'bsn', value: bsn }, fields);
  return () => chain().client(asker).post('/v1/requests', asking);
}

/** What is delivered once the gateway has taken up the connector: until then the source's own answer is another. */
async function deliveredOf(asking: ReturnType<typeof askFor>, surname: string) {
  return eventually(async () => {
    const found = delivered.safeParse((await asking()).body);
    return found.success && found.data.data['identity.surname'] === surname ? found.data : null;
  });
}

/** The refusal of a kind that it comes to once the gateway has taken up the connector. */
async function refusalOf(asking: ReturnType<typeof askFor>, status: number, kind: string) {
  const reply = await eventually(async () => {
    const tried = await asking();
    return JSON.stringify(tried.body).includes(`"/problems/${kind}"`) ? tried : null;
  });
  const problem = JSON.stringify(expectProblem(reply, status, kind));
  expect(problem).not.toMatch(/Genoteerd|Geteld|Gecodeerd|Zandstra|Kolk|Verzonnen|1979|GZ-/);
  return problem;
}

describe('a source of another shape is asked by configuration alone', () => {
  it('lists in lists, numbers for numbers, a certificate of its own', async () => {
    const connector = earlier.nested(nested);
    await connect(chain(), { [roles.municipality]: connector });
    const asking = askFor(roles.prison, roles.municipality, Object.keys(connector.fields));
    const { id, data } = await deliveredOf(asking, 'Genest');
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
});

describe('three products of vendors who do not know of Sluis are asked by configuration alone', () => {
  const connected = () => ({
    [roles.prison]: connectorTo.prison(three.prison.url),
    [roles.municipality]: connectorTo.social(three.social.url),
    [roles.probation]: connectorTo.care(three.care.url),
  });

  it('give what is permitted, each in the words of the catalogue', async () => {
    await connect(chain(), connected());
    const ofPrison = [
      ...['identity.surname', 'identity.birthDate', 'numbers.bsn', 'detention.start', 'detention.expectedRelease'],
      ...['identityDocument.hasValid', 'housing.priorSituation', 'incomeWork.benefits'],
    ];
    const { id, data } = await deliveredOf(askFor(roles.municipality, roles.prison, ofPrison), 'van der Genoteerd');
    expect(data).toEqual({
      'identity.surname': 'van der Genoteerd',
      'identity.birthDate': '1979-12-31',
      'numbers.bsn': person.bsn,
      'detention.start': '2026-01-02',
      'detention.expectedRelease': '2027-03-14',
      'identityDocument.hasValid': true,
      'housing.priorSituation': 'Maatschappelijke opvang',
      'incomeWork.benefits': ['WW'],
    });
    expect(await kindsOf(chain(), id)).toEqual(['permit', 'disclosure']);
    const ofMunicipality = [
      ...['identity.surname', 'identity.birthDate', 'housing.rentArrears', 'incomeWork.benefits'],
      ...['incomeWork.amountPerMonthCents', 'debts.wgsData', 'debts.referral'],
    ];
    const asking = askFor(roles.prison, roles.municipality, ofMunicipality);
    expect((await deliveredOf(asking, 'de Geteld')).data).toEqual({
      'identity.surname': 'de Geteld',
      'identity.birthDate': '1979-12-31',
      'housing.rentArrears': true,
      'incomeWork.benefits': ['Bijstand'],
      'incomeWork.amountPerMonthCents': 118_740,
    });
    const ofCare = askFor(roles.prison, roles.probation, ['identity.surname', 'identity.birthDate']);
    expect((await deliveredOf(ofCare, 'van Gecodeerd')).data).toEqual({ 'identity.surname': 'van Gecodeerd' });
  });

  it('give of care what somebody at the source approves', async () => {
    const fields = ['careTrajectory.law', 'careTrajectory.provider', 'careTrajectory.state'];
    const id = await approvedCare(chain(), person, fields);
    const collected = await chain().client(roles.municipality).post(`/v1/requests/${id}/collections`, {});
    expect(delivered.parse(collected.body).data).toEqual({
      'careTrajectory.law': 'Wmo 2015',
      'careTrajectory.provider': 'Zorg Verzonnen',
      'careTrajectory.state': 'current',
    });
  });

  it('give nothing of whom they do not know', async () => {
    await refusalOf(askFor(roles.municipality, roles.prison, name, stranger), 502, 'source-wrong-subject');
    await refusalOf(askFor(roles.prison, roles.municipality, name, stranger), 502, 'source-invalid');
    await refusalOf(askFor(roles.prison, roles.probation, name, stranger), 502, 'source-wrong-subject');
  });

  it('give nothing that is about somebody else, comes too late, or does not come', async () => {
    const [other, failing, slow] = [await suites('wrong-person'), await suites('error'), await suites('slow')];
    await connect(chain(), {
      [roles.prison]: connectorTo.prison(other.prison.url),
      [roles.municipality]: connectorTo.social(failing.social.url),
      [roles.probation]: { ...connectorTo.care(slow.care.url), timeoutMs: 300 },
    });
    await refusalOf(askFor(roles.municipality, roles.prison, name), 502, 'source-wrong-subject');
    await refusalOf(askFor(roles.prison, roles.municipality, name), 502, 'source-unavailable');
    await refusalOf(askFor(roles.prison, roles.probation, name), 504, 'source-timeout');
  });
});

describe('sluis source check', () => {
  const check = (unit: string, line: string, ...more: readonly string[]) =>
    sluis(chain(), ['source', 'check', unit, ...why, ...more], `${line}\n`);
  const tried = async () => {
    const { rows } = await chain().owner.query<{ leaf: string }>(
      "SELECT leaf FROM ledger_entry WHERE kind = 'source-tried' ORDER BY time",
    );
    return rows.map(({ leaf }) => leaf.replaceAll(/[\w-]{36,}/g, '')); // ids and digests are any letters at all
  };
  const hidden = /Genoteerd|Geteld|Gecodeerd|Verzonnen|1979|WW|0007000|Beheerder/;

  it('says which fields map, shows no value, and leaves an entry', async () => {
    await connect(chain(), {
      [roles.prison]: connectorTo.prisonByOwnNumber(three.prison.url),
      [roles.municipality]: connectorTo.social(three.social.url),
      [roles.probation]: connectorTo.care(three.care.url),
    });
    const { code, out, err } = await check(roles.prison, `case ${roles.prison} ${ownNumber}`);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^detention\.expectedRelease +maps$/m);
    expect(out).toMatch(/^conduct\.phasing +absent$/m);
    const leaves = await tried();
    expect(leaves).toHaveLength(1);
    expect(JSON.parse(leaves[0] ?? '')).toMatchObject({ source: roles.prison, body: { fields: expect.any(Array) } });
    const cared = await check(roles.probation, `bsn ${person.bsn}`);
    expect(cared).toMatchObject({ code: 0, err: '' });
    for (const field of ['law', 'provider', 'state']) {
      expect(cared.out).toMatch(new RegExp(`^careTrajectory\\.${field} +maps$`, 'm'));
    }
    expect(`${out}${cared.out}${await tried()}`).not.toMatch(hidden);
  });

  it('says what is wrong in words of its own, as JSON too', async () => {
    const { fields, ...rest } = connectorTo.prisonByOwnNumber(three.prison.url);
    const person = '/soap:Envelope/soap:Body/ns2:GeefJustitiabeleAntwoord/ns2:Justitiabele';
    const wrong = {
      'housing.priorSituation': { pointer: `${person}/ns2:Woonsituatie/@code`, codes: { '1': 'Huurwoning' } },
      'identity.birthDate': `${person}/ns2:Personalia/ns2:Geboortedatum`,
      'identity.givenNames': '/nergens',
      'detention.start': { pointer: `${person}/ns2:Detentie`, choose: [{ at: '/ns2:DatumIn' }] },
      'no.field': `${person}/ns2:Personalia/ns2:Voorletters`,
    };
    await connect(chain(), { [roles.prison]: { ...rest, fields: { ...fields, ...wrong } } });
    const { code, out, err } = await check(roles.prison, `case ${roles.prison} ${ownNumber}`, '--json');
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(JSON.parse(out)).toMatchObject({
      unit: roles.prison,
      ok: false,
      fields: {
        'housing.priorSituation': 'unknown-code',
        'identity.birthDate': 'wrong-type',
        'identity.givenNames': 'absent',
        'identity.surname': 'maps',
        'detention.start': 'ambiguous',
        'no.field': 'not-in-catalogue',
      },
    });
    expect(out).not.toMatch(hidden);
  });

  it('tells of a source that gives no good answer, by a fault that shows nothing', async () => {
    const { code, out, err } = await check(roles.prison, `case ${roles.prison} 0007000111`);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^sluis: \S+: source-wrong-subject: the source did not answer about the person/);
    expect(err).not.toContain('0007000');
    expect(await tried()).toHaveLength(4);
  });

  it.each([
    ['nobody', 'case nobody GZ-1', 1, /is not a registered unit/],
    [roles.housing, 'bsn 999999990', 1, /has no connector/],
    [roles.prison, 'bsn 999999990', 1, /asks by another scheme/],
    [roles.municipality, 'bsn 111222333', 1, /must begin with 9/],
    [roles.municipality, 'case elders GZ-1', 2, /must be one of gemeente-zwolle itself/],
    [roles.municipality, 'GZ-1', 2, /line 1: must be/],
  ])('asks %s nothing about `%s`', async (unit, line, code, about) => {
    const before = (await tried()).length;
    const ended = await check(unit, line);
    expect(ended).toMatchObject({ code, out: '', err: expect.stringMatching(about) });
    expect(ended.err).not.toMatch(/999999990|111222333|GZ-1/);
    expect(await tried()).toHaveLength(before);
  });
});

it('what a connector does not foresee is refused, named by its field alone', async () => {
  const { fields, ...rest } = connectorTo.prison(three.prison.url);
  const place = { ...z.looseObject({ pointer: z.string() }).parse(fields['incomeWork.benefits']), each: '/@code' };
  const listed = { ...fields, 'incomeWork.benefits': { ...place, codes: { '3': 'Bijstand' } } };
  await connect(chain(), { [roles.prison]: { ...rest, fields: listed } });
  const asking = askFor(roles.municipality, roles.prison, ['identity.surname', 'incomeWork.benefits']);
  await refusalOf(asking, 502, 'source-invalid');
  expect(chain().log()).not.toMatch(/Genoteerd|Genest|Geteld|Gecodeerd|0007000|GZ-/);
});

it('a source that falls silent is asked nothing for a while, and that is told', async () => {
  const gone = (await suites()).care;
  const connector = connectorTo.care(gone.url);
  const breaker = { after: 2, forMs: 3_600_000 };
  await connect(chain(), { [roles.probation]: { ...connector, breaker, safe: undefined } });
  const asking = askFor(roles.prison, roles.probation, name);
  await deliveredOf(asking, 'van Gecodeerd');
  await gone.close();
  for (let n = 0; n < 3; n++) expectProblem(await asking(), 502, 'source-unavailable');
  const metrics = z.string().parse(chain().world.gateways[0]?.ready.metricsUrl);
  const measured = await (await fetch(metrics)).text();
  expect(measured).toContain(`sluis_source_circuit{unit="${roles.probation}"} 2`);
  expect(measured).toContain(`sluis_source_circuit{unit="${roles.municipality}"} 0`);
  const alerts = () => chain().owner.query("SELECT unit_id, detail FROM alert WHERE kind = 'source-silent'");
  await expect.poll(async () => (await alerts()).rows).toEqual([{ unit_id: roles.probation, detail: {} }]);
  expect(chain().log()).toContain('is asked nothing for a while');
  const listed = JSON.parse((await sluis(chain(), ['source', 'list', '--json'])).out);
  const today = new Date().toISOString().slice(0, 10);
  const { url } = connector;
  expect(listed).toContainEqual(expect.objectContaining({ unit: roles.probation, url, asks: 'bsn', silentOn: today }));
  expect(listed).toContainEqual(expect.objectContaining({ unit: roles.prison, asks: 'bsn', silentOn: null }));
});
