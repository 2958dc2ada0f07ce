import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { SourceQuestion } from '../../src/core/disclosure/ports.ts';
import type { Fault } from '../../src/core/fault.ts';
import type { HttpConnector } from '../../src/core/partner/connector.ts';
import { loadIdentity, sourceClientTls } from '../../src/crypto/tls.ts';
import { loadTrust } from '../../src/crypto/trust.ts';
import { type Credentials, createAuthority } from '../../src/demo/authority.ts';
import { type HttpSources, httpSources } from '../../src/source/http-connector.ts';
import { temporaryDirectory } from '../crypto/peers.ts';
import { connectorTo } from '../world/sources/connectors.ts';
import { client, households, identifiers, partner, resident } from '../world/sources/invented.ts';
import { type Household, nestedProduct } from '../world/sources/nested.ts';
import { pagedProduct } from '../world/sources/paged.ts';
import { type Product, startVendor, type Vendor } from '../world/sources/vendor-server.ts';
import { questionTo } from './question.ts';

const directory = temporaryDirectory();
let gateway: Credentials;
let own: Credentials;
let nested: Vendor;
let paged: Vendor;
let sources: HttpSources;
let tls: ReturnType<typeof sourceClientTls>;

beforeAll(async () => {
  const authority = await createAuthority(directory.path);
  gateway = await authority.issueClient({ name: 'gateway', oin: '00000099000000009000' });
  own = await authority.issueClient({ name: 'dossierhuis', oin: '00000099000000009000' });
  const start = (name: string, product: Product, clients: Credentials = gateway) =>
    startVendor(authority, { name, clients: [clients.thumbprint], product });
  nested = await start('nested', nestedProduct(households), own);
  paged = await start('paged', pagedProduct([client]));
  const demo = { environment: 'demo', now: new Date() } as const;
  const trust = loadTrust({ caFiles: [authority.caFile], crlFiles: [authority.crlFile] }, demo);
  tls = sourceClientTls(loadIdentity(gateway, demo), trust);
  sources = sourcesWith();
});
afterEach(() => {
  for (const vendor of [nested, paged]) vendor.behave(null);
});
afterAll(async () => {
  sources.close();
  await Promise.all([nested, paged].map((vendor) => vendor.close()));
  directory.remove();
});

function sourcesWith(): HttpSources {
  const certificate = (name: string) => (name === 'dossierhuis' ? { cert: own.certificate, key: own.key } : null);
  return httpSources({ tls, certificate, circuits: { nowMs: () => 0 } });
}

function asked(connector: HttpConnector, change: Partial<SourceQuestion> = {}) {
  return sources.fetch(questionTo(connector, { identifiers, unitId: connector.url, ...change }));
}

async function codeOf(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt;
    return 'answered';
  } catch (error) {
    const fault = error as Fault;
    for (const value of ['912345678', 'Verzonnen', 'Bedacht', 'zeven', '12345678']) {
      expect(`${fault.stack} ${JSON.stringify(fault.cause)}`).not.toContain(value);
    }
    return fault.code;
  }
}

describe('a product with lists in lists, numbers for numbers and a certificate of its own', () => {
  test('is asked in its own words, and gives the person and not who lives there too', async () => {
    const answer = await asked(connectorTo.nested(nested));
    expect(answer).toEqual({
      'identity.surname': 'Verzonnen',
      'identity.givenNames': 'Anna',
      'identity.birthDate': '1980-02-29',
      'housing.registeredSeeker': true,
      'incomeWork.workHistory': ['Kok', 'Lasser'],
      'incomeWork.amountPerMonthCents': 118_740,
    });
    expect(nested.asked.at(-1)).toEqual({
      zoekopdracht: { weergave: 'VOLLEDIG', maximum: 25, filter: { persoon: { nummer: 912_345_678 } } },
      referentie: '01890a5d-ac96-774b-bcce-b302099a8057',
    });
  });

  test.each<[string, readonly Household[], string]>([
    ['nobody', [], 'source-wrong-subject'],
    ['somebody else', [{ street: 'x', residents: [partner] }], 'source-wrong-subject'],
    ['the person twice in one list', [{ street: 'x', residents: [resident, resident] }], 'source-wrong-subject'],
    ['the person in two lists', [...households, ...households], 'source-wrong-subject'],
    [
      'a day that does not exist',
      [{ street: 'x', residents: [{ ...resident, born: '29-02-1981' }] }],
      'source-invalid',
    ],
    ['a number that is none', [{ street: 'x', residents: [{ ...resident, benefit: '1.187,40' }] }], 'source-invalid'],
  ])('answers about %s', async (_, held, code) => {
    nested.behave((path, question) => {
      const always = nestedProduct([{ street: 'altijd', residents: [resident] }])(path, question);
      const reply = JSON.parse(JSON.stringify(always.body));
      const one = (household: Household) =>
        JSON.parse(JSON.stringify(nestedProduct([household])('/api/v3/huishoudens/zoeken', withNumber(household)).body))
          .antwoord.huishoudens[0];
      reply.antwoord.huishoudens = held.map(one);
      return { status: 200, body: reply };
    });
    expect(await codeOf(asked(connectorTo.nested(nested)))).toBe(code);
  });

  test.each([
    ['a record that says of nobody', { antwoord: { huishoudens: [{ leden: [{ persoon: {} }] }] } }, 'source-invalid'],
    [
      'text for a number',
      { antwoord: { huishoudens: [{ leden: [{ persoon: { nummer: '912345678' } }] }] } },
      'source-wrong-subject',
    ],
    ['no list', { antwoord: { huishoudens: { leden: [] } } }, 'source-invalid'],
    ['a list without lists', { antwoord: { huishoudens: [{}] } }, 'source-invalid'],
    ['another answer altogether', { antwoord: null }, 'source-invalid'],
    ['a list', [], 'source-invalid'],
  ])('gives %s', async (_, body, code) => {
    nested.behave(() => ({ status: 200, body }));
    expect(await codeOf(asked(connectorTo.nested(nested)))).toBe(code);
  });

  test('is asked nothing without that certificate, and does not let the gateway in with another', async () => {
    const before = nested.asked.length;
    const { certificate: _, ...usual } = connectorTo.nested(nested);
    expect(await codeOf(asked({ ...usual, certificate: 'weg' }))).toBe('source-unavailable');
    expect(await codeOf(asked(usual))).toBe('source-invalid');
    expect(nested.asked).toHaveLength(before);
    // Connections that stand open under one certificate serve no other.
    expect(await codeOf(asked(connectorTo.nested(nested)))).toBe('answered');
    expect(await codeOf(asked(usual))).toBe('source-invalid');
  });
});

function withNumber({ residents }: Household): object {
  const filter = { persoon: { nummer: residents[0]?.number } };
  return { zoekopdracht: { filter, weergave: 'VOLLEDIG', maximum: 1 }, referentie: 'x' };
}

describe('a product that answers page by page, by another number, with days that are counted', () => {
  const connector = () => connectorTo.paged(paged);

  test('gives all of it', async () => {
    const before = paged.asked.length;
    expect(await asked(connector())).toEqual({
      'identity.surname': 'Bedacht',
      'identity.birthDate': '1979-12-31',
      'identityDocument.validUntil': '2026-11-21',
      'debts.wgsData': client.lines,
      'debts.referral': true,
    });
    const sleutel = { soort: 'SKN', waarde: '000012345678' };
    expect(paged.asked.slice(before)).toEqual([
      { sleutel, aanleiding: 'plan-basic-conditions' },
      { sleutel, aanleiding: 'plan-basic-conditions', blad: { vanaf: 'v3' } },
      { sleutel, aanleiding: 'plan-basic-conditions', blad: { vanaf: 'v6' } },
    ]);
  });

  /** The second page as it should not be. */
  const onSecond = (change: (page: Record<string, never>) => void): Product => {
    const product = pagedProduct([client]);
    return (path, question) => {
      const reply = product(path, question);
      const page = JSON.parse(JSON.stringify(reply.body));
      if (JSON.stringify(question).includes('"v3"')) change(page);
      return { ...reply, body: page };
    };
  };

  test.each<[string, (page: Record<string, never>) => void, string]>([
    ['is about somebody else', (page) => Object.assign(page, { over: '000087654321' }), 'source-wrong-subject'],
    ['is about nobody', (page) => Object.assign(page, { over: undefined }), 'source-wrong-subject'],
    [
      'has a line of somebody else',
      (page) => Object.assign(page, { regels: [{ over: '1', tekst: 'x' }] }),
      'source-wrong-subject',
    ],
    ['has a line of nobody', (page) => Object.assign(page, { regels: [{ tekst: 'x' }] }), 'source-wrong-subject'],
    ['has no list', (page) => Object.assign(page, { regels: 'x' }), 'source-invalid'],
    ['says another thing than the first', (page) => Object.assign(page, { kop: { naam: 'Anders' } }), 'source-invalid'],
    ['names itself as the next', (page) => Object.assign(page, { verder: { vanaf: 'v3' } }), 'source-invalid'],
    ['names the next by a thing', (page) => Object.assign(page, { verder: { vanaf: {} } }), 'source-invalid'],
    [
      'names the next by very much',
      (page) => Object.assign(page, { verder: { vanaf: 'v'.repeat(2_001) } }),
      'source-invalid',
    ],
  ])('whose second page %s is refused whole', async (_, change, code) => {
    paged.behave(onSecond(change));
    expect(await codeOf(asked(connector()))).toBe(code);
  });

  test('is heard for so many pages and so many bytes, all pages together', async () => {
    const endless: Product = (path, question) => {
      const from = Number(/"v(\d+)"/.exec(JSON.stringify(question))?.[1] ?? 0);
      const reply = pagedProduct([{ ...client, lines: [] }])(path, question);
      return { ...reply, body: { ...(reply.body as object), verder: { vanaf: `v${from + 1}` } } };
    };
    paged.behave(endless);
    const before = paged.asked.length;
    expect(await codeOf(asked(connector()))).toBe('source-too-large');
    expect(paged.asked.length - before).toBe(5);
    paged.behave(null);
    const page = JSON.stringify(pagedProduct([client])('/lijn/opvragen', paged.asked[0]).body).length;
    expect(await codeOf(asked({ ...connector(), maxBytes: page + 10 }))).toBe('source-too-large');
    expect(await codeOf(asked({ ...connector(), maxBytes: 3 * page }))).toBe('answered');
  });

  test('is never asked about a number that could be read as that of another', async () => {
    const before = paged.asked.length;
    const zeros = { identifiers: { skn: '0012345678' } };
    expect(await codeOf(asked(connector(), zeros))).toBe('source-unavailable');
    expect(
      await codeOf(asked({ ...connector(), subject: { scheme: 'skn', pointer: '/over', as: 'number' } }, zeros)),
    ).toBe('source-unavailable');
    expect(paged.asked).toHaveLength(before);
  });

  test('is asked only for what all that it holds may be given for, since no question says under what', async () => {
    const before = paged.asked.length;
    const obtained = { 'identity.surname': ['plan-care'], 'debts.referral': ['own', 'plan-care'] };
    expect(await asked(connector(), { obtained })).toEqual({ 'debts.referral': true });
    expect(await asked(connector(), { obtained: { 'identity.surname': ['plan-care'] } })).toEqual({});
    expect(paged.asked.length - before).toBe(3);
  });

  test('hears nothing of whom it holds none of the fields, or by whose number it does not know people', async () => {
    const before = paged.asked.length;
    expect(await asked(connector(), { fields: ['medical.notes'] })).toEqual({});
    expect(await codeOf(asked(connector(), { identifiers: { bsn: '912345678' } }))).toBe('source-unavailable');
    expect(paged.asked).toHaveLength(before);
  });
});
