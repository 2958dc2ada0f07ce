/**
 * Zorgspoor Connect 4.1: the exchange interface of Zorgspoor, a care administration (invented product, test server).
 *
 * Zorgspoor keeps the care trajectories of clients of providers of forensic care, mental health care and support:
 * which provider, under which law, in which state. The interface follows the manner of FHIR (Bundle, coding,
 * identifier, reference) and is not a FHIR server: there is one search, with a filter object instead of parameters.
 *
 * POST /connect/v4/EpisodeOfCare/_search    (JSON, client certificate)
 *     filter.subject.identifier   {system, value}; systems: .../NamingSystem/bsn, or Zorgspoor's own .../clientnummer
 *     filter.status               optional: the states asked for
 *   200 Bundle (searchset). search.mode "match" is an EpisodeOfCare, "include" the resources it refers to;
 *       total counts the matches. A person not known here, or without trajectories, gives total 0 and no entry.
 *   400, 404 and 500 OperationOutcome.
 *
 * EpisodeOfCare.status: planned, waitlist, active, onhold, finished, cancelled, entered-in-error (to be ignored).
 * EpisodeOfCare.type has two codings for one trajectory: the law (.../wet: WFZ forensic care, ZVW health insurance,
 * WMO social support, WLZ long-term care, WVGGZ compulsory care) and the care (.../zorgsoort: AMB ambulatory,
 * KLIN clinical, BW sheltered living, VERSL addiction, DAG day activities). Dates may be partial ("2026-11", "2026").
 * The provider is managingOrganization: a reference into the Bundle, or for providers outside Zorgspoor display only.
 *
 * Question:
 *   {"filter":{"subject":{"identifier":{"system":"http://fhir.nl/fhir/NamingSystem/bsn","value":"999990020"}}}}
 * Answer:
 *   {"resourceType":"Bundle","type":"searchset","timestamp":"2026-11-22T14:23:13.615Z","total":1,
 *   "entry":[{"fullUrl":"https://localhost:8443/connect/v4/EpisodeOfCare/t-90301",
 *   "resource":{"resourceType":"EpisodeOfCare","id":"t-90301","meta":{"lastUpdated":"2026-10-21T11:02:40+02:00"},
 *   "identifier":[{"system":"https://codes.zorgspoor.example/NamingSystem/trajectnummer","value":"T-90301"}],
 *   "status":"waitlist","type":[{"coding":[{"system":"https://codes.zorgspoor.example/CodeSystem/zorgsoort",
 *   "code":"AMB","display":"Ambulante behandeling"},{"system":"https://codes.zorgspoor.example/CodeSystem/wet",
 *   "code":"ZVW","display":"Zorgverzekeringswet"}]}],"patient":{"reference":"Patient/zs-104598"},
 *   "managingOrganization":{"display":"Praktijk Aan de Vaart"},"period":{"start":"2026-11"}},
 *   "search":{"mode":"match"}},{"fullUrl":"https://localhost:8443/connect/v4/Patient/zs-104598",
 *   "resource":{"resourceType":"Patient","id":"zs-104598",
 *   "identifier":[{"system":"https://codes.zorgspoor.example/NamingSystem/clientnummer","value":"ZS-104598"},
 *   {"system":"http://fhir.nl/fhir/NamingSystem/bsn","value":"999990020"}],"name":[{"use":"official",
 *   "family":"El Morabet","_family":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/humanname-own-name",
 *   "valueString":"El Morabet"}]},"given":["Fadoua"]}],"birthDate":"1994-09"},"search":{"mode":"include"}}]}
 */
import { createServer } from 'node:https';
import { type CarePerson, type CareTrajectory, carePeople, KINDS, LAWS, STATES, SYSTEMS } from './care-people.ts';

type Request = Parameters<NonNullable<Parameters<typeof createServer>[1]>>[0];
type Json = Record<string, unknown>;

export type CareOptions = {
  /** PEM; the client's certificate must be issued by `ca`. */
  tls: { key: string | Buffer; cert: string | Buffer; ca: string | Buffer };
  persons?: CarePerson[];
  /** error: every search gets a 500; slow: waits `slowMs`; wrong-person: answers about another client. */
  mode?: 'normal' | 'error' | 'slow' | 'wrong-person';
  slowMs?: number;
};

const SEARCH_PATH = '/connect/v4/EpisodeOfCare/_search';

function patientResource(person: CarePerson): Json {
  const parts = [{ url: SYSTEMS.ownName, valueString: person.surname }];
  if (person.prefix) parts.unshift({ url: SYSTEMS.ownPrefix, valueString: person.prefix });
  const identifier = [{ system: SYSTEMS.client, value: person.clientNumber }];
  if (person.bsn) identifier.push({ system: SYSTEMS.bsn, value: person.bsn });
  return {
    resourceType: 'Patient',
    id: person.clientNumber.toLowerCase(),
    identifier,
    name: [
      {
        use: 'official',
        family: parts.map((part) => part.valueString).join(' '),
        _family: { extension: parts },
        given: [person.given],
      },
    ],
    birthDate: person.birthDate,
  };
}

function organizationResource({ name, agb }: CareTrajectory['provider']): Json {
  return { resourceType: 'Organization', id: `agb-${agb}`, identifier: [{ system: SYSTEMS.agb, value: agb }], name };
}

function episodeResource(person: CarePerson, trajectory: CareTrajectory): Json {
  const { number, status, law, care, provider, start, end, lastUpdated } = trajectory;
  const careCoding = { system: SYSTEMS.care, code: care, display: KINDS[care] };
  const lawCoding = { system: SYSTEMS.law, code: law, display: LAWS[law] };
  return {
    resourceType: 'EpisodeOfCare',
    id: number.toLowerCase(),
    meta: { lastUpdated },
    identifier: [{ system: SYSTEMS.trajectory, value: number }],
    status,
    type: [{ coding: [careCoding, lawCoding] }],
    patient: { reference: `Patient/${person.clientNumber.toLowerCase()}` },
    managingOrganization: provider.agb
      ? { reference: `Organization/agb-${provider.agb}`, display: provider.name }
      : { display: provider.name },
    ...((start ?? end) && { period: { ...(start && { start }), ...(end && { end }) } }),
  };
}

function outcome(code: string, diagnostics: string): Json {
  return { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code, diagnostics }] };
}

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

/** Starts Zorgspoor on a free port of this machine. */
export async function startCareSuite(options: CareOptions): Promise<{ url: string; close: () => Promise<void> }> {
  const { tls, persons = carePeople, mode = 'normal', slowMs = 10_000 } = options;
  let base = '';

  function search(body: Json): Json | null {
    const filter = Object(body.filter) as { subject?: { identifier?: Json }; status?: unknown };
    const { system, value } = Object(filter.subject?.identifier) as Json;
    if (typeof value !== 'string' || (system !== SYSTEMS.bsn && system !== SYSTEMS.client)) return null;
    const isAsked = ({ bsn, clientNumber }: CarePerson): boolean =>
      value === (system === SYSTEMS.bsn ? bsn : clientNumber);
    const person =
      mode === 'wrong-person'
        ? [...persons, ...carePeople].find((other) => !isAsked(other) && other.trajectories.length > 0)
        : persons.find(isAsked);
    const states = filter.status === undefined ? [...STATES] : [filter.status].flat();
    const found = (person?.trajectories ?? []).filter(({ status }) => states.includes(status));

    const entry: Json[] = [];
    const add = (part: 'match' | 'include', resource: Json): void => {
      entry.push({ fullUrl: `${base}/${resource.resourceType}/${resource.id}`, resource, search: { mode: part } });
    };
    if (person && found.length > 0) {
      for (const trajectory of found) add('match', episodeResource(person, trajectory));
      add('include', patientResource(person));
      const providers = new Map(found.map(({ provider }) => [provider.agb, provider]));
      for (const [agb, provider] of providers) if (agb) add('include', organizationResource(provider));
    }
    return {
      resourceType: 'Bundle',
      type: 'searchset',
      timestamp: new Date().toISOString(),
      total: found.length,
      ...(entry.length > 0 && { entry }),
    };
  }

  const server = createServer({ ...tls, requestCert: true, rejectUnauthorized: true }, async (request, response) => {
    const send = (status: number, body: Json): void => {
      response.writeHead(status, { 'content-type': 'application/fhir+json; charset=utf-8' });
      response.end(JSON.stringify(body));
    };
    const body = await readJson(request);
    if (mode === 'error') return send(500, outcome('exception', 'Zorgspoor cannot answer at the moment'));
    if (mode === 'slow')
      await new Promise<void>((done) => {
        const timer = setTimeout(done, slowMs);
        response.once('close', () => {
          clearTimeout(timer);
          done();
        });
      });
    if (`${request.method} ${request.url}` !== `POST ${SEARCH_PATH}`) {
      return send(404, outcome('not-found', 'No such address'));
    }
    const bundle = search(body);
    if (bundle) return send(200, bundle);
    send(400, outcome('invalid', 'filter.subject.identifier: unknown system or no value'));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as { port: number };
  base = `https://localhost:${port}/connect/v4`;
  const close = (): Promise<void> =>
    new Promise((closed) => {
      server.close(() => closed());
      server.closeAllConnections();
    });
  return { url: `https://localhost:${port}`, close };
}
