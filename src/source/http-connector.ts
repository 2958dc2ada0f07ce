import { randomBytes } from 'node:crypto';
import type { SecureContextOptions } from 'node:tls';
import type { SealingSources, SourceQuestion, Sources } from '../core/disclosure/ports.ts';
import { Fault } from '../core/fault.ts';
import { type HttpConnector, httpOf } from '../core/partner/connector.ts';
import type { FieldRead } from '../core/partner/field-read.ts';
import { agentsFor, type ConnectionNeeds } from './agents.ts';
import { type CircuitWatch, circuitsFor } from './circuits.ts';
import { exchange } from './exchange.ts';
import { mappedFields } from './mapping.ts';
import { allPages } from './pages.ts';
import { partsAbout, writtenNumber, wrongSubject } from './person.ts';
import { type Asked, bodyOf, sealedBodyOf } from './query-body.ts';
import { readFields } from './read-fields.ts';

export interface HttpSourcesOptions {
  /** The gateway's own client certificate, and the CAs and lists that a source's certificate must stand under. */
  readonly tls: SecureContextOptions;
  /** Client certificates for sources that know the gateway by another one; null: there is none of that name. */
  readonly certificate?: (name: string) => { readonly cert: string; readonly key: string } | null;
  /** No source gets longer than this, whatever its connector says. */
  readonly maxTimeoutMs?: number;
  /** Connections kept open per source. */
  readonly maxConnections?: number;
  readonly circuits?: Partial<CircuitWatch>;
}

export interface HttpSources extends Sources, SealingSources {
  /** As `fetch`, for who sets up a connector: what was found of each field that it maps, not judged any further. */
  read(question: SourceQuestion): Promise<ReadonlyMap<string, FieldRead>>;
  /** Newer certificates or lists: exchanges under way end on the old ones, no other begins on them. */
  renew(tls: SecureContextOptions): void;
  /** Closes kept connections; exchanges under way end as faults. */
  close(): void;
}

/**
 * Asks sources over mutual TLS, each as its connector says: POSTs with the person's number and the
 * places of the fields that are permitted, nothing about the asker. A source that does not answer
 * about exactly that person, in JSON, in time and within its size, is a `source-*` Fault.
 */
export function httpSources(options: HttpSourcesOptions): HttpSources {
  const { certificate = () => null, maxTimeoutMs = 60_000, maxConnections = 64 } = options;
  const { nowMs = () => performance.now(), onState = () => undefined } = options.circuits ?? {};
  const circuits = circuitsFor({ nowMs, onState });
  let agents = agentsFor(options.tls, maxConnections);
  /** Every page of what the source answers, in the time that its connector gives it. */
  const pagesOf = (
    question: SourceQuestion,
    connector: HttpConnector,
    body: (marker?: string | number) => string,
  ): Promise<readonly unknown[]> => {
    // Those of now at each attempt: newer lists may have come since the last.
    const agent = (kept: boolean) => agents.to(needsOf(connector, certificate), kept);
    needsOf(connector, certificate); // a certificate that is not there says nothing of how the source answers
    return circuits.through(question.unit, connector, () => {
      const deadline = AbortSignal.timeout(Math.min(connector.timeoutMs, maxTimeoutMs));
      const { url, safe = false, mediaType = 'application/json' } = connector;
      const common = { url, agent, headers: headersOf(question, mediaType), mediaType, deadline, safe };
      return allPages(connector, (marker, maxBytes) => exchange({ ...common, body: body(marker), maxBytes }));
    });
  };
  const read = async (question: SourceQuestion): Promise<ReadonlyMap<string, FieldRead>> => {
    const asked = askedOf(question);
    const { connector, mapped } = asked;
    // A source that holds none of it is not told that somebody asks about this person.
    if (mapped.length === 0) return new Map();
    const pages = await pagesOf(question, connector, (marker) => bodyOf(asked, marker));
    return readFields(personsParts(pages, asked), mapped, asked);
  };
  return {
    read,
    fetch: async (question) => given(await read(question)),
    fetchSealed: async (question) => {
      const { connector, number } = askedOf(question);
      const body = sealedBodyOf(question, connector.subject.scheme, number);
      const [page] = await pagesOf(question, connector, () => body);
      return sealedIn(partsAbout(page, number, connector)[0]);
    },
    renew(tls) {
      agents.retire();
      agents = agentsFor(tls, maxConnections);
    },
    close: () => agents.destroy(),
  };
}

function askedOf(question: SourceQuestion): Asked {
  const connector = httpOf(question.unit.connector);
  if (connector === null) throw new Fault('source-unavailable', 'the source has no connector');
  const { scheme } = connector.subject;
  const known = question.identifiers[scheme];
  if (known === undefined)
    throw new Fault('source-unavailable', `no ${scheme} of the person is on record for this source`, {
      reason: 'number-not-on-record',
    });
  const number = writtenNumber(known, connector.subject);
  if (number === null)
    throw new Fault('source-unavailable', `the ${scheme} of the person cannot be written as this source wants it`, {
      reason: 'number-not-writable',
    });
  return { question, connector, number, mapped: mappedFields(connector, question.fields, question.obtained) };
}

function needsOf(
  { certificates, certificate: name }: HttpConnector,
  certificate: NonNullable<HttpSourcesOptions['certificate']>,
): ConnectionNeeds {
  if (name === undefined) return { certificates, identity: null };
  const pair = certificate(name);
  if (pair === null)
    throw new Fault('source-unavailable', 'the client certificate that the connector names is not there');
  return { certificates, identity: { ...pair, name } };
}

function headersOf({ trace }: SourceQuestion, mediaType: string): Readonly<Record<string, string>> {
  return {
    'content-type': 'application/json',
    accept: mediaType,
    'accept-encoding': 'identity',
    traceparent: `00-${trace}-${randomBytes(8).toString('hex')}-01`,
  };
}

/** Of records exactly one is the person's: none is nobody's, and between two nobody may choose. */
function personsParts(pages: readonly unknown[], { connector, number }: Asked): readonly unknown[] {
  const parts = pages.flatMap((page) => partsAbout(page, number, connector));
  if (connector.record !== undefined && parts.length !== 1) throw wrongSubject();
  return parts;
}

/** INVARIANT: an answer in clear is refused whole and read no further, whatever else stands in it. */
function sealedIn(answer: unknown): unknown {
  if (typeof answer !== 'object' || answer === null || !Object.hasOwn(answer, 'sealed')) {
    throw new Fault('source-invalid', 'the source answered in clear what it must seal');
  }
  return (answer as { readonly sealed: unknown }).sealed;
}

/** INVARIANT: a field that cannot be read refuses the whole answer, for then the source speaks of something else. */
function given(read: ReadonlyMap<string, FieldRead>): Readonly<Record<string, unknown>> {
  const values: (readonly [string, unknown])[] = [];
  for (const [field, one] of read) {
    if (one.found === 'value') values.push([field, one.value]);
    else if (one.found !== 'nothing') throw new Fault('source-invalid', `the source's ${field} ${problems[one.found]}`);
  }
  return Object.fromEntries(values);
}

const problems = {
  'wrong-type': 'is of another form than its connector says',
  'unknown-code': 'has a code that its connector does not list',
  contradicts: 'is one thing on one page and another on the next',
  ambiguous: 'could be in more than one member of a list',
} as const;
