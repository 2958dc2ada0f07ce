/**
 * Sociaalplein 7, REST interface v2: a municipal suite for the social domain (invented product, test server).
 *
 * A client of the municipality has dossiers in three domains: WONEN (housing), INKOMEN (income), SCHULDEN (debts).
 * Every change of circumstances makes a new dossier, so there are several in a domain: the one with the highest
 * mutatieTijdstip that is not vervallen counts. The list is in order of dossiernummer, which says nothing about that.
 *
 * POST /api/v2/dossiers/zoekopdracht    (JSON, client certificate)
 *     bsn        nine digits; in the body, never in the address
 *     domein     optional: WONEN, INKOMEN or SCHULDEN
 *     aantal     optional: dossiers in a page, 1 to 50; without it 2
 *     vervolg    optional: the token of the page before, with the same bsn and domein
 *   200 application/hal+json; as long as there is more, _links.volgende has the token for "vervolg".
 *       A client without (more) dossiers has no _embedded.
 *   404 CLIENT_ONBEKEND; 400 BSN_ONGELDIG (eleven test), VERZOEK_ONGELDIG, VERVOLG_ONGELDIG; 503 STORING;
 *       all application/problem+json.
 *
 * Money is in cents, in a string; yes and no are "J" and "N"; days are ISO dates; moments are milliseconds since 1970.
 * What is not known is null. WONEN.situatie: HUUR, KOOP, INWONEND, OPVANG, BESCHERMD, DAKLOOS.
 * INKOMEN.regeling: PW (bijstand), IOAW, BBZ, GEEN; INKOMEN.status: AANGEVRAAGD, LOPEND, OPGESCHORT, BEEINDIGD.
 * SCHULDEN.traject: GEEN, AANMELDING, STABILISATIE, MSNP, WSNP, NAZORG.
 *
 * Question:
 *   {"bsn":"999990019"}
 * Answer:
 *   {"client":{"clientnummer":300112,"bsn":"999990019","achternaam":"Zandstra","voorvoegsel":null,
 *   "geboortedatum":"1987-04-12"},"totaal":5,"_embedded":{"dossiers":[{"dossiernummer":"D-24-000871",
 *   "clientnummer":300112,"domein":"WONEN","mutatieTijdstip":1775118600000,"vervallen":"N",
 *   "wonen":{"situatie":"DAKLOOS","woningNodig":"J","urgentie":"J","nodigVanaf":"2027-03-14","huurachterstand":"0"}},
 *   {"dossiernummer":"D-24-001502","clientnummer":300112,"domein":"WONEN","mutatieTijdstip":1718111100000,
 *   "vervallen":"N","wonen":{"situatie":"HUUR","woningNodig":"N","urgentie":"N","nodigVanaf":null,
 *   "huurachterstand":"184250"}}]},"_links":{"self":{"href":"/api/v2/dossiers/zoekopdracht"},
 *   "volgende":{"href":"/api/v2/dossiers/zoekopdracht","method":"POST","token":"c1adb4c0019a48279948109e2c98e362"}}}
 */
import { createServer } from 'node:https';
import { type SocialDossier, type SocialPerson, socialPeople } from './social-people.ts';

type Handler = NonNullable<Parameters<typeof createServer>[1]>;
type Request = Parameters<Handler>[0];
type Response = Parameters<Handler>[1];
type Json = Record<string, unknown>;

export type SocialOptions = {
  /** PEM; the client's certificate must be issued by `ca`. */
  tls: { key: string | Buffer; cert: string | Buffer; ca: string | Buffer };
  persons?: SocialPerson[];
  /** error: every request gets 503; slow: waits `slowMs`; wrong-person: answers about another client. */
  mode?: 'normal' | 'error' | 'slow' | 'wrong-person';
  slowMs?: number;
};

const SEARCH_PATH = '/api/v2/dossiers/zoekopdracht';

const yesNo = (value: boolean): string => (value ? 'J' : 'N');
const cents = (value: number | null): string | null => (value === null ? null : String(value));

function passesElevenTest(bsn: string): boolean {
  if (!/^\d{9}$/.test(bsn)) return false;
  const sum = [...bsn].reduce((total, digit, index) => total + Number(digit) * (index === 8 ? -1 : 9 - index), 0);
  return sum % 11 === 0;
}

function factsBody(facts: SocialDossier['facts']): Json {
  switch (facts.domain) {
    case 'WONEN':
      return {
        wonen: {
          situatie: facts.situation,
          woningNodig: yesNo(facts.needsHome),
          urgentie: yesNo(facts.urgent),
          nodigVanaf: facts.neededFrom,
          huurachterstand: cents(facts.rentArrears),
        },
      };
    case 'INKOMEN':
      return {
        inkomen: {
          regeling: facts.scheme,
          status: facts.status,
          ingangsdatum: facts.from,
          einddatum: facts.until,
          bedragPerMaand: cents(facts.monthly),
        },
      };
    case 'SCHULDEN':
      return {
        schulden: {
          heeftSchulden: yesNo(facts.hasDebts),
          totaalbedrag: cents(facts.total),
          aantalSchuldeisers: facts.creditors,
          loonbeslag: yesNo(facts.attachment),
          traject: facts.track,
        },
      };
  }
}

function dossierBody(person: SocialPerson, dossier: SocialDossier): Json {
  return {
    dossiernummer: dossier.number,
    clientnummer: person.clientNumber,
    domein: dossier.facts.domain,
    mutatieTijdstip: Date.parse(dossier.changed),
    vervallen: yesNo(dossier.lapsed ?? false),
    ...factsBody(dossier.facts),
  };
}

function clientBody({ clientNumber, bsn, surname, prefix, birthDate }: SocialPerson): Json {
  return { clientnummer: clientNumber, bsn, achternaam: surname, voorvoegsel: prefix, geboortedatum: birthDate };
}

/** The body of a request; empty when it cannot be read, which the search then refuses. */
async function readJson(request: Request): Promise<Json> {
  let text = '';
  try {
    for await (const chunk of request.setEncoding('utf8')) {
      text += chunk;
      if (text.length > 65536) return {};
    }
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}

function send(response: Response, status: number, body: Json): void {
  const type = status === 200 ? 'application/hal+json' : 'application/problem+json';
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

function sendProblem(response: Response, status: number, code: string, title: string): void {
  send(response, status, { type: `https://sociaalplein.example/fouten/${code}`, code, title, status });
}

/** Starts Sociaalplein on a free port of this machine. */
export async function startSocialSuite(options: SocialOptions): Promise<{ url: string; close: () => Promise<void> }> {
  const { tls, persons = socialPeople, mode = 'normal', slowMs = 10_000 } = options;
  /** Token → what it continues. */
  const pages = new Map<string, { bsn: string; domain: string; offset: number }>();

  function search(body: Json, response: Response): void {
    const bsn = String(body.bsn ?? '');
    const domain = String(body.domein ?? '');
    const size = Number(body.aantal ?? 2);
    if (!passesElevenTest(bsn)) {
      sendProblem(response, 400, 'BSN_ONGELDIG', 'BSN voldoet niet aan de elfproef');
      return;
    }
    if (!['', 'WONEN', 'INKOMEN', 'SCHULDEN'].includes(domain) || !Number.isInteger(size) || size < 1 || size > 50) {
      sendProblem(response, 400, 'VERZOEK_ONGELDIG', 'Domein of aantal is onjuist');
      return;
    }
    const page = body.vervolg === undefined ? { bsn, domain, offset: 0 } : pages.get(String(body.vervolg));
    if (page?.bsn !== bsn || page.domain !== domain) {
      sendProblem(response, 400, 'VERVOLG_ONGELDIG', 'Vervolgtoken hoort niet bij deze zoekopdracht');
      return;
    }
    const person =
      mode === 'wrong-person'
        ? [...persons, ...socialPeople].find((other) => other.bsn !== bsn)
        : persons.find((candidate) => candidate.bsn === bsn);
    if (!person) {
      sendProblem(response, 404, 'CLIENT_ONBEKEND', 'Geen client met dit BSN');
      return;
    }

    const all = person.dossiers
      .filter(({ facts }) => domain === '' || facts.domain === domain)
      .toSorted((one, other) => one.number.localeCompare(other.number));
    const shown = all.slice(page.offset, page.offset + size);
    const links: Json = { self: { href: SEARCH_PATH } };
    if (page.offset + size < all.length) {
      const token = crypto.randomUUID().replaceAll('-', '');
      pages.set(token, { bsn, domain, offset: page.offset + size });
      links.volgende = { href: SEARCH_PATH, method: 'POST', token };
    }
    send(response, 200, {
      client: clientBody(person),
      totaal: all.length,
      ...(shown.length > 0 && { _embedded: { dossiers: shown.map((dossier) => dossierBody(person, dossier)) } }),
      _links: links,
    });
  }

  const server = createServer({ ...tls, requestCert: true, rejectUnauthorized: true }, async (request, response) => {
    const body = await readJson(request);
    if (mode === 'error') return sendProblem(response, 503, 'STORING', 'Sociaalplein is tijdelijk niet beschikbaar');
    if (mode === 'slow')
      await new Promise<void>((done) => {
        const timer = setTimeout(done, slowMs);
        response.once('close', () => {
          clearTimeout(timer);
          done();
        });
      });
    if (`${request.method} ${request.url}` === `POST ${SEARCH_PATH}`) return search(body, response);
    sendProblem(response, 404, 'NIET_GEVONDEN', 'Adres onbekend');
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
