import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { SourceQuestion } from '../../src/core/disclosure/ports.ts';
import type { Fault } from '../../src/core/fault.ts';
import type { HttpConnector } from '../../src/core/partner/connector.ts';
import { loadIdentity, sourceClientTls } from '../../src/crypto/tls.ts';
import { loadTrust } from '../../src/crypto/trust.ts';
import { createAuthority } from '../../src/demo/authority.ts';
import { type HttpSources, httpSources } from '../../src/source/http-connector.ts';
import { temporaryDirectory } from '../crypto/peers.ts';
import type { CarePerson } from '../world/vendors/care-people.ts';
import { type CareOptions, startCareSuite } from '../world/vendors/care-suite.ts';
import { connectorTo } from '../world/vendors/connectors.ts';
import { knownInAll } from '../world/vendors/known-in-all.ts';
import type { PrisonPerson } from '../world/vendors/prison-people.ts';
import { type PrisonOptions, startPrisonSuite } from '../world/vendors/prison-suite.ts';
import type { SocialPerson } from '../world/vendors/social-people.ts';
import { type SocialOptions, startSocialSuite } from '../world/vendors/social-suite.ts';
import { questionTo } from './question.ts';

/** Three products of vendors who knew nothing of Sluis, with their own people in them. */
const directory = temporaryDirectory();
const stops: (() => Promise<void>)[] = [];
let sources: HttpSources;
let tls: PrisonOptions['tls'];

beforeAll(async () => {
  const authority = await createAuthority(directory.path);
  const gateway = await authority.issueClient({ name: 'gateway', oin: '00000099000000009000' });
  const own = await authority.issueServer({ name: 'vendors' });
  tls = { key: own.key, cert: own.certificate, ca: readFileSync(authority.caFile) };
  const demo = { environment: 'demo', now: new Date() } as const;
  const trust = loadTrust({ caFiles: [authority.caFile], crlFiles: [authority.crlFile] }, demo);
  sources = httpSources({ tls: sourceClientTls(loadIdentity(gateway, demo), trust), circuits: { nowMs: () => 0 } });
});
afterAll(async () => {
  sources.close();
  await Promise.all(stops.map((stop) => stop()));
  directory.remove();
});

const start = {
  prison: async (how: Omit<PrisonOptions, 'tls'> = {}) => running('prison', await startPrisonSuite({ tls, ...how })),
  social: async (how: Omit<SocialOptions, 'tls'> = {}) => running('social', await startSocialSuite({ tls, ...how })),
  care: async (how: Omit<CareOptions, 'tls'> = {}) => running('care', await startCareSuite({ tls, ...how })),
};

function running(product: keyof typeof connectorTo, { url, close }: { url: string; close: () => Promise<void> }) {
  stops.push(close);
  return connectorTo[product](url);
}

function asked(connector: HttpConnector, identifiers: SourceQuestion['identifiers']) {
  return sources.fetch(questionTo(connector, { identifiers, unitId: connector.url }));
}

/** The fault of a question, which shows nothing of anybody. */
async function faultOf(connector: HttpConnector, identifiers: SourceQuestion['identifiers']) {
  const fault: Fault = await asked(connector, identifiers).then(
    () => expect.unreachable('the source answered'),
    (error) => error,
  );
  expect(`${fault.stack} ${JSON.stringify(fault.cause)}`).not.toMatch(/Zandstra|Kolk|Hoen|Verzonnen|9999900|0042|1968/);
  return fault;
}

describe('a prison suite that spoke SOAP once', () => {
  let connector: HttpConnector;
  beforeAll(async () => {
    connector = await start.prison();
  });
  const ofZandstra = {
    'identity.surname': 'Zandstra',
    'identity.birthDate': '1987-04-12',
    'numbers.bsn': '999990019',
    'detention.start': '2026-03-16',
    'detention.expectedRelease': '2027-03-14',
    'detentionContext.facility': 'PI De Zilverberg',
    'detentionContext.title': 'Gevangenisstraf',
    'housing.priorSituation': 'Geen vaste woon- of verblijfplaats',
    'incomeWork.benefits': ['Bijstand'],
  };

  test('gives the running detention and the leading end, whichever of how many they are', async () => {
    expect(await asked(connector, { skn: '00420019' })).toEqual(ofZandstra);
    expect(await asked(connector, { skn: '00420032' })).toEqual({
      ...ofZandstra,
      'identity.surname': 'van der Kolk',
      'identity.birthDate': '1979-11-30',
      'numbers.bsn': '999990032',
      'detention.start': '2025-08-11',
      'detention.expectedRelease': '2026-12-18',
      'detentionContext.title': undefined,
      'conduct.phasing': 'Penitentiair programma',
      'housing.priorSituation': 'Zelfstandige huurwoning',
      'incomeWork.benefits': [],
    });
  });

  test('is asked by its own number as well, and for a code that nobody listed gives nothing', async () => {
    const { url } = connector;
    const own = connectorTo.prisonByOwnNumber(new URL(url).origin);
    expect(await asked(own, { caseReference: '0007000123' })).toEqual(ofZandstra);
    expect(await faultOf(own, { skn: '00420019' })).toMatchObject({ code: 'source-unavailable' });
    const { prison } = knownInAll({ bsn: '999990093', skn: '00420111' });
    const renewed = await start.prison({ persons: [{ ...prison, housing: '7' }] });
    expect(await faultOf(renewed, { skn: '00420111' })).toMatchObject({
      code: 'source-invalid',
      message: "the source's housing.priorSituation has a code that its connector does not list",
    });
  });

  test('gives no end where none leads, nothing of a detention that is over, and no income that is not known', async () => {
    expect(await asked(connector, { skn: '00420020' })).not.toHaveProperty(['detention.expectedRelease']);
    expect(await asked(connector, { skn: '00420044' })).toEqual({
      'identity.surname': 'Öztoprak',
      'identity.birthDate': '2001-02-28',
      'numbers.bsn': '999990044',
    });
  });

  test('gives no day of birth of which it knows the year alone, or nothing at all where that was not foreseen', async () => {
    const known = await asked(connector, { skn: '00420056' });
    expect(known).toMatchObject({ 'identity.surname': "'t Hoen", 'detention.start': '2026-09-01' });
    expect(known).not.toHaveProperty(['identity.birthDate']);
    const { pointer, date } = z
      .looseObject({ pointer: z.string(), date: z.string() })
      .parse(connector.fields['identity.birthDate']);
    const strict = { ...connector, fields: { ...connector.fields, 'identity.birthDate': { pointer, date } } };
    expect(await faultOf(strict, { skn: '00420056' })).toMatchObject({
      code: 'source-invalid',
      message: expect.stringContaining('identity.birthDate'),
    });
  });

  test('is asked for people with so many digits only, since zeros before them are not to be told apart', async () => {
    expect(await faultOf(connector, { skn: '420019' })).toMatchObject({ code: 'source-unavailable' });
    expect(await faultOf(connector, { skn: '0000420019' })).toMatchObject({ code: 'source-unavailable' });
  });

  test('gives nothing of whom it holds in detention twice at once', async () => {
    const detention = { id: 'a', status: '20', prison: { code: '1', name: 'PI' }, start: '2026-01-01', ends: [] };
    const person: PrisonPerson = {
      ...{ skn: '00420111', inmateNumber: '0007000999', name: { surname: 'Verzonnen', initials: 'V.' } },
      ...{ birthDate: '1968-01-01', housing: '1', income: '1', findings: {} },
      detentions: [detention, { ...detention, id: 'b' }],
    };
    expect(await faultOf(await start.prison({ persons: [person] }), { skn: '00420111' })).toMatchObject({
      code: 'source-invalid',
      message: "the source's detention.start could be in more than one member of a list",
    });
  });
});

describe('a municipal suite whose dossiers lie over pages', () => {
  let connector: HttpConnector;
  beforeAll(async () => {
    connector = await start.social();
  });

  test('gives of each domain the dossier that was changed last, on whichever page, and none that lapsed', async () => {
    expect(await asked(connector, { bsn: '999990019' })).toEqual({
      'identity.surname': 'Zandstra',
      'identity.birthDate': '1987-04-12',
      'housing.need': 'Woning nodig',
      'housing.neededFrom': '2027-03-14',
      'housing.rentArrears': false,
      'incomeWork.benefits': ['Bijstand'],
      'incomeWork.amountPerMonthCents': 134_571,
      'debts.wgsData': ['Stabilisatie'],
      'debts.referral': true,
    });
    expect(await asked(connector, { bsn: '999990068' })).toMatchObject({
      'identity.surname': 'de Graaf-Kowalczyk',
      'incomeWork.benefits': ['Bijstand'],
      'debts.wgsData': ['Aangemeld voor schuldhulp'],
    });
  });

  test('gives no benefit that is only applied for or amount that has ended, and no more of whom has no dossier', async () => {
    const applied = await asked(connector, { bsn: '999990020' });
    expect(Object.keys(applied).filter((field) => field.startsWith('incomeWork.'))).toEqual([]);
    const ended = await asked(connector, { bsn: '999990068' });
    expect(ended).not.toHaveProperty(['incomeWork.amountPerMonthCents']);
    expect(Object.keys(await asked(connector, { bsn: '999990044' }))).toEqual([
      'identity.surname',
      'identity.birthDate',
    ]);
  });

  test('gives nothing where two dossiers were changed in the same moment, and an older debt of rent is over', async () => {
    const facts = { domain: 'WONEN', situation: 'HUUR', needsHome: false, urgent: false, neededFrom: null } as const;
    const changed = '2026-01-01T00:00:00Z';
    const person: SocialPerson = {
      ...{ bsn: '999990093', clientNumber: 1, surname: 'Verzonnen', prefix: null, birthDate: '1968-01-01' },
      dossiers: [
        { number: 'D-1', changed, facts: { ...facts, rentArrears: 1 } },
        { number: 'D-2', changed: '2025-12-31T00:00:00Z', facts: { ...facts, rentArrears: 0 } },
      ],
    };
    const held = await start.social({ persons: [person] });
    expect(await asked(held, { bsn: person.bsn })).toMatchObject({ 'housing.rentArrears': true });
    const tied = { ...person, dossiers: person.dossiers.map((one) => ({ ...one, changed })) };
    expect(await faultOf(await start.social({ persons: [tied] }), { bsn: person.bsn })).toMatchObject({
      code: 'source-invalid',
      message: expect.stringContaining('housing.'),
    });
  });
});

describe('a care administration that answers as FHIR does', () => {
  let connector: HttpConnector;
  beforeAll(async () => {
    connector = await start.care();
  });
  const ofLindenhage = {
    'careTrajectory.law': 'Wet forensische zorg',
    'careTrajectory.provider': 'Forensisch Centrum Lindenhage',
    'careTrajectory.state': 'current',
  };

  test('gives the trajectory that runs, neither one that is planned or ended nor one entered in error', async () => {
    const ofZandstra = { 'identity.surname': 'Zandstra', 'identity.birthDate': '1987-04-12', ...ofLindenhage };
    expect(await asked(connector, { bsn: '999990019' })).toEqual(ofZandstra);
    const ofKolk = { 'identity.surname': 'van der Kolk', 'identity.birthDate': '1979-11-30', ...ofLindenhage };
    expect(await asked(connector, { bsn: '999990032' })).toEqual(ofKolk);
    // Who waits gets no care yet, and of her birth only the month is known.
    expect(await asked(connector, { bsn: '999990020' })).toEqual({ 'identity.surname': 'El Morabet' });
  });

  test('gives nothing of whom has two that run, and nothing of whom has none, which is as if not known', async () => {
    const one = { number: 'T-1', status: 'active', law: 'ZVW', care: 'AMB', provider: { name: 'x' } } as const;
    const lastUpdated = '2026-01-01T00:00:00Z';
    const bsn = '999990093';
    const person: CarePerson = {
      ...{ bsn, clientNumber: 'ZS-1', given: 'V', surname: 'Verzonnen', birthDate: '1968' },
      trajectories: [
        { ...one, lastUpdated },
        { ...one, number: 'T-2', lastUpdated },
      ],
    };
    expect(await faultOf(await start.care({ persons: [person] }), { bsn })).toMatchObject({
      code: 'source-invalid',
      message: expect.stringContaining('careTrajectory.law could be in more than one'),
    });
    expect(await faultOf(connector, { bsn: '999990068' })).toMatchObject({ code: 'source-wrong-subject' });
  });
});

describe.each([
  ['prison', { skn: '00420019' }, { skn: '00999999' }, 'source-wrong-subject'],
  ['social', { bsn: '999990019' }, { bsn: '999990093' }, 'source-invalid'],
  ['care', { bsn: '999990019' }, { bsn: '999990093' }, 'source-wrong-subject'],
] as const)('the %s suite', (product, known, unknown, code) => {
  test('has nothing to give of somebody whom it does not know, or of somebody else', async () => {
    expect(await faultOf(await start[product](), unknown)).toMatchObject({ code });
    const other = await start[product]({ mode: 'wrong-person' });
    expect(await faultOf(other, known)).toMatchObject({ code: 'source-wrong-subject' });
    expect(await faultOf(other, unknown)).toMatchObject({ code: 'source-wrong-subject' });
  });

  test('gives nothing while it fails, is slow, or answers in another form than was agreed', async () => {
    const failing = await start[product]({ mode: 'error' });
    expect(await faultOf({ ...failing, safe: undefined }, known)).toMatchObject({ code: 'source-unavailable' });
    const slow = { ...(await start[product]({ mode: 'slow', slowMs: 60_000 })), timeoutMs: 100 };
    expect(await faultOf(slow, known)).toMatchObject({ code: 'source-timeout' });
    const other = { ...(await start[product]()), mediaType: 'application/anders+json' };
    expect(await faultOf(other, known)).toMatchObject({ code: 'source-invalid' });
  });
});
