/**
 * TRALIE Koppelvlak 3.2: the outward service of TRALIE, a prison administration suite (invented product, test server).
 *
 * The service was SOAP until version 2; version 3 is the same messages written as JSON. There is one address; the
 * operation is the one element in soap:Body. The habits of the XML stayed:
 *   - attributes are keys with "@", the text of an element that has attributes is "$"; every value is a string;
 *   - a repeated element is an array when there are two or more, the element itself when there is one, else absent;
 *   - an element without a value is {"@xsi:nil": "true"};
 *   - dates are DD-MM-YYYY; an unknown day or month is 00 ("00-00-1968");
 *   - codes are numbers in "@code" with the description in "$" (see CODE_TABLES); only the code has meaning.
 *
 * POST /tralie/services/JustitiabeleService/v3    (JSON, client certificate)
 *   ns2:GeefJustitiabeleVraag   one person with all his detentions, by ns2:Sleutel:
 *       @soort 1 = SKN: its eight digits zero padded to ten, and a check letter (number mod 23 in CHECK_LETTERS);
 *       @soort 2 = justitiabelenummer: TRALIE's own number, ten digits.
 *
 * Answers are 200 with ns2:...Antwoord. A functional fault (TRA-1...: unknown person is TRA-1404, a wrong key TRA-1001
 * or TRA-1002) is also 200, with soap:Fault; a technical fault (TRA-0...) is 500 or 404 with soap:Fault.
 * The running detention is the one whose ns2:DatumUit is nil; detentions come in no particular order. Of several
 * ns2:Einddatum the one with @leidend "true" is the expected release. Remand prisoners may have none.
 *
 * Question:
 *   {"soap:Envelope":{"soap:Header":{"ns1:Berichtkop":{"ns1:BerichtID":"b-001","ns1:Afzender":"DEMO"}},
 *   "soap:Body":{"ns2:GeefJustitiabeleVraag":{"ns2:Sleutel":{"@soort":"1","$":"0000420019T"}}}}}
 * Answer:
 *   {"soap:Envelope":{"@xmlns:soap":"http://schemas.xmlsoap.org/soap/envelope/","@xmlns:ns1":"urn:tralie:kop:1",
 *   "@xmlns:ns2":"urn:tralie:justitiabele:3","@xmlns:xsi":"http://www.w3.org/2001/XMLSchema-instance",
 *   "soap:Header":{"ns1:Berichtkop":{"ns1:BerichtID":"tra-d6a8d3b0-0675-4d99-8b42-da3459d30d79",
 *   "ns1:InAntwoordOp":"b-001"}},
 *   "soap:Body":{"ns2:GeefJustitiabeleAntwoord":{"ns2:Justitiabele":{"ns2:Identificatie":[{"@soort":"1",
 *   "$":"0000420019T"},{"@soort":"2","$":"0007000123"},{"@soort":"3","$":"999990019"}],
 *   "ns2:Personalia":{"ns2:Geslachtsnaam":"Zandstra","ns2:Voorletters":"J.M.","ns2:Geboortedatum":"12-04-1987",
 *   "ns2:Alias":"Sandstra"},"ns2:Woonsituatie":{"@code":"8","$":"Geen vaste woon- of verblijfplaats"},
 *   "ns2:Inkomsten":{"@code":"3","$":"Bijstandsuitkering"},"ns2:Leefgebied":[{"@code":"2","$":"Onderdak",
 *   "ns2:Bevinding":{"@code":"2","$":"Actie nodig"}},{"@code":"4","$":"Schulden","ns2:Bevinding":{"@code":"2",
 *   "$":"Actie nodig"}},{"@code":"5","$":"Zorg","ns2:Bevinding":{"@code":"1","$":"Op orde"}}],
 *   "ns2:Detentie":{"@id":"2026-004411","ns2:Status":{"@code":"20","$":"Gevangenisstraf"},
 *   "ns2:Inrichting":{"@code":"0417","$":"PI De Zilverberg"},"ns2:DatumIn":"16-03-2026",
 *   "ns2:DatumUit":{"@xsi:nil":"true"},"ns2:Einddatum":[{"@soort":"1","@leidend":"false","$":"15-09-2027"},
 *   {"@soort":"2","@leidend":"true","$":"14-03-2027"}]}}}}}}
 */
import { createServer } from 'node:https';
import { type PrisonDetention, type PrisonPerson, prisonPeople } from './prison-people.ts';

type Request = Parameters<NonNullable<Parameters<typeof createServer>[1]>>[0];
type Json = Record<string, unknown>;

export type PrisonOptions = {
  /** PEM; the client's certificate must be issued by `ca`. */
  tls: { key: string | Buffer; cert: string | Buffer; ca: string | Buffer };
  persons?: PrisonPerson[];
  /** error: every question gets a technical fault; slow: waits `slowMs`; wrong-person: answers about somebody else. */
  mode?: 'normal' | 'error' | 'slow' | 'wrong-person';
  slowMs?: number;
};

const CODE_TABLES: Record<string, Record<string, string>> = {
  Sleutelsoort: { 1: 'SKN', 2: 'Justitiabelenummer', 3: 'Burgerservicenummer' },
  DetentieStatus: {
    10: 'Voorlopige hechtenis',
    20: 'Gevangenisstraf',
    30: 'Penitentiair programma',
    40: 'Elektronische detentie',
    50: 'Onttrokken aan detentie',
    90: 'Beëindigd',
  },
  EinddatumSoort: { 1: 'Strafeinde', 2: 'Voorwaardelijke invrijheidstelling', 3: 'Einde bevel voorlopige hechtenis' },
  Woonsituatie: {
    1: 'Zelfstandige huurwoning',
    2: 'Koopwoning',
    3: 'Inwonend',
    4: 'Maatschappelijke opvang',
    5: 'Beschermd wonen',
    8: 'Geen vaste woon- of verblijfplaats',
    9: 'Onbekend',
  },
  Inkomsten: {
    1: 'Loon',
    2: 'Eigen bedrijf',
    3: 'Bijstandsuitkering',
    4: 'WIA/WAO',
    5: 'Wajong',
    6: 'WW',
    7: 'Geen inkomsten',
    9: 'Onbekend',
  },
  Leefgebied: { 1: 'Identiteitsbewijs', 2: 'Onderdak', 3: 'Werk en inkomen', 4: 'Schulden', 5: 'Zorg' },
  Bevinding: { 0: 'Niet besproken', 1: 'Op orde', 2: 'Actie nodig', 3: 'Justitiabele weigert' },
};
const CHECK_LETTERS = 'ABCDEFGHJKLMNPRSTUVWXYZ';
const SERVICE_PATH = '/tralie/services/JustitiabeleService/v3';

const NIL = { '@xsi:nil': 'true' };
const vendorDate = (iso: string): string => iso.split('-').reverse().join('-');
const coded = (table: string, code: string): Json => ({ '@code': code, $: CODE_TABLES[table]?.[code] ?? '' });

/** The SKN as this service writes it: padded to ten digits, with the check letter. */
const writtenSkn = (skn: string): string => skn.padStart(10, '0') + CHECK_LETTERS[Number(skn) % 23];

/** A repeated element: absent for none, itself for one, an array for more. */
function repeated(key: string, elements: unknown[]): Json {
  if (elements.length === 0) return {};
  return { [key]: elements.length === 1 ? elements[0] : elements };
}

function detentionElement({ id, status, prison, start, left, ends }: PrisonDetention): Json {
  const endElements = ends.map(({ kind, date, leading = false }) => ({
    '@soort': kind,
    '@leidend': String(leading),
    $: vendorDate(date),
  }));
  return {
    '@id': id,
    'ns2:Status': coded('DetentieStatus', status),
    'ns2:Inrichting': { '@code': prison.code, $: prison.name },
    'ns2:DatumIn': vendorDate(start),
    'ns2:DatumUit': left ? vendorDate(left) : NIL,
    ...repeated('ns2:Einddatum', endElements),
  };
}

function personElement({ name, ...person }: PrisonPerson): Json {
  const numbers = [
    { '@soort': '1', $: writtenSkn(person.skn) },
    { '@soort': '2', $: person.inmateNumber },
  ];
  if (person.bsn) numbers.push({ '@soort': '3', $: person.bsn });
  const findings = Object.entries(person.findings).map(([area, finding]) => ({
    ...coded('Leefgebied', area),
    'ns2:Bevinding': coded('Bevinding', finding),
  }));
  return {
    ...repeated('ns2:Identificatie', numbers),
    'ns2:Personalia': {
      'ns2:Geslachtsnaam': name.prefix ? { '@voorvoegsel': name.prefix, $: name.surname } : name.surname,
      'ns2:Voorletters': name.initials,
      'ns2:Geboortedatum': vendorDate(person.birthDate),
      ...repeated('ns2:Alias', name.aliases ?? []),
    },
    'ns2:Woonsituatie': coded('Woonsituatie', person.housing),
    'ns2:Inkomsten': coded('Inkomsten', person.income),
    ...repeated('ns2:Leefgebied', findings),
    ...repeated('ns2:Detentie', person.detentions.map(detentionElement)),
  };
}

const fault = (status: number, code: string, message: string) => Object.assign(new Error(message), { status, code });

function readKey(question: Json): { field: 'skn' | 'inmateNumber'; value: string } {
  const key = question['ns2:Sleutel'] as Json | undefined;
  const text = String(key?.$ ?? '');
  if (key?.['@soort'] === '2' && /^\d{10}$/.test(text)) return { field: 'inmateNumber', value: text };
  if (key?.['@soort'] !== '1' || !/^00\d{8}[A-Z]$/.test(text)) throw fault(200, 'TRA-1001', 'Sleutel onjuist');
  const skn = text.slice(2, 10);
  if (writtenSkn(skn) !== text) throw fault(200, 'TRA-1002', 'Controleletter SKN onjuist');
  return { field: 'skn', value: skn };
}

async function readEnvelope(request: Request): Promise<Json> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk;
    if (text.length > 65536) throw fault(500, 'TRA-0413', 'Bericht te groot');
  }
  let parsed: Json | null = null;
  try {
    parsed = JSON.parse(text);
  } catch {
    /* the fault below says it */
  }
  const envelope = parsed?.['soap:Envelope'] as Json | undefined;
  if (!envelope?.['soap:Body']) throw fault(500, 'TRA-0400', 'Geen geldige soap:Envelope');
  return envelope;
}

function writeEnvelope(question: Json | undefined, body: Json): string {
  const asked = Object(Object(question?.['soap:Header'])['ns1:Berichtkop'])['ns1:BerichtID'] ?? NIL;
  const header = { 'ns1:BerichtID': `tra-${crypto.randomUUID()}`, 'ns1:InAntwoordOp': asked };
  const namespaces = {
    '@xmlns:soap': 'http://schemas.xmlsoap.org/soap/envelope/',
    '@xmlns:ns1': 'urn:tralie:kop:1',
    '@xmlns:ns2': 'urn:tralie:justitiabele:3',
    '@xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
  };
  const parts = { 'soap:Header': { 'ns1:Berichtkop': header }, 'soap:Body': body };
  return JSON.stringify({ 'soap:Envelope': { ...namespaces, ...parts } });
}

/** Starts TRALIE on a free port of this machine. */
export async function startPrisonSuite(options: PrisonOptions): Promise<{ url: string; close: () => Promise<void> }> {
  const { tls, persons = prisonPeople, mode = 'normal', slowMs = 10_000 } = options;

  function answer(body: Json): Json {
    const question = body['ns2:GeefJustitiabeleVraag'] as Json | undefined;
    if (!question) throw fault(500, 'TRA-0404', 'Operatie onbekend');
    const { field, value } = readKey(question);
    const person =
      mode === 'wrong-person'
        ? [...persons, ...prisonPeople].find((other) => other[field] !== value)
        : persons.find((candidate) => candidate[field] === value);
    if (!person) throw fault(200, 'TRA-1404', 'Justitiabele niet gevonden');
    return { 'ns2:GeefJustitiabeleAntwoord': { 'ns2:Justitiabele': personElement(person) } };
  }

  const server = createServer({ ...tls, requestCert: true, rejectUnauthorized: true }, async (request, response) => {
    let question: Json | undefined;
    let status = 200;
    let body: Json;
    try {
      if (`${request.method} ${request.url}` !== `POST ${SERVICE_PATH}`) throw fault(404, 'TRA-0404', 'Onbekend');
      question = await readEnvelope(request);
      if (mode === 'error') throw fault(500, 'TRA-0500', 'Technische storing in achterliggend systeem');
      if (mode === 'slow')
        await new Promise<void>((done) => {
          const timer = setTimeout(done, slowMs);
          response.once('close', () => {
            clearTimeout(timer);
            done();
          });
        });
      body = answer(question['soap:Body'] as Json);
    } catch (error) {
      const { status: known = 500, code = 'TRA-0500', message } = error as Partial<ReturnType<typeof fault>>;
      status = known;
      const faultcode = status === 200 ? 'soap:Client' : 'soap:Server';
      body = { 'soap:Fault': { faultcode, faultstring: message, detail: { 'ns2:Foutcode': code } } };
    }
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
    response.end(writeEnvelope(question, body));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as { port: number };
  const close = (): Promise<void> =>
    new Promise((closed) => {
      server.close(() => closed());
      server.closeAllConnections();
    });
  return { url: `https://localhost:${port}`, close };
}
