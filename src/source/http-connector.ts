import { randomBytes } from 'node:crypto';
import type { SecureContextOptions } from 'node:tls';
import type { SourceQuestion, Sources } from '../core/disclosure/ports.ts';
import { Fault } from '../core/fault.ts';
import type { ConnectorConfig } from '../core/partner/partner.ts';
import { agentsFor } from './agents.ts';
import { exchange } from './exchange.ts';
import { valueAt } from './pointer.ts';
import { type Mapped, provenance } from './provenance.ts';

export interface HttpSourcesOptions {
  /** The gateway's own client certificate, and the CAs and lists that a source's certificate must stand under. */
  readonly tls: SecureContextOptions;
  /** No source gets longer than this, whatever its connector says. */
  readonly maxTimeoutMs?: number;
  /** Connections kept open per source. */
  readonly maxConnections?: number;
}

export interface HttpSources extends Sources {
  /** Newer certificates or lists: exchanges under way end on the old ones, no other begins on them. */
  renew(tls: SecureContextOptions): void;
  /** Closes kept connections; exchanges under way end as faults. */
  close(): void;
}

/**
 * Asks sources over mutual TLS, each as its connector says: one POST with the person's number and the
 * places of the fields that are permitted, nothing about the asker. A source that does not answer
 * about exactly that person, in JSON, in time and within its size, is a `source-*` Fault.
 */
export function httpSources(options: HttpSourcesOptions): HttpSources {
  const maxTimeoutMs = options.maxTimeoutMs ?? 60_000;
  const maxSockets = options.maxConnections ?? 64;
  let agents = agentsFor(options.tls, maxSockets);
  return {
    async fetch(question) {
      const connector = connectorOf(question);
      const number = question.identifiers[connector.subject.scheme];
      if (number === undefined)
        throw new Fault(
          'source-unavailable',
          `no ${connector.subject.scheme} of the person is on record for this source`,
        );
      const mapped = mappedFields(connector, question.fields);
      // A source that holds none of it is not told that somebody asks about this person.
      if (mapped.length === 0) return {};
      const bytes = await exchange({
        url: connector.url,
        agent: agents.to(connector.certificates),
        headers: headersOf(question),
        body: bodyOf(question, connector, number, mapped),
        timeoutMs: Math.min(connector.timeoutMs, maxTimeoutMs),
        maxBytes: connector.maxBytes,
      });
      const answer = parseAnswer(bytes);
      if (valueAt(answer, connector.subject.pointer) !== number)
        throw new Fault('source-wrong-subject', 'the source did not answer about the person who was asked about');
      return pick(answer, mapped);
    },
    renew(tls) {
      agents.retire();
      agents = agentsFor(tls, maxSockets);
    },
    close: () => agents.destroy(),
  };
}

function connectorOf({ unit }: SourceQuestion): ConnectorConfig {
  if (unit.connector === null) throw new Fault('source-unavailable', 'the source has no connector');
  return unit.connector;
}

function mappedFields(connector: ConnectorConfig, fields: readonly string[]): Mapped {
  const pointers = new Map(Object.entries(connector.fields));
  return fields.flatMap((field) => {
    const pointer = pointers.get(field);
    return pointer === undefined ? [] : [[field, pointer] as const];
  });
}

function headersOf({ trace }: SourceQuestion): Readonly<Record<string, string>> {
  return {
    'content-type': 'application/json',
    accept: 'application/json',
    'accept-encoding': 'identity',
    traceparent: `00-${trace}-${randomBytes(8).toString('hex')}-01`,
  };
}

function bodyOf(question: SourceQuestion, connector: ConnectorConfig, number: string, mapped: Mapped): string {
  return JSON.stringify({
    request: question.request,
    purpose: question.purpose,
    subject: { scheme: connector.subject.scheme, value: number },
    fields: mapped.map(([, pointer]) => pointer),
    obtained: provenance(question.obtained, mapped),
  });
}

function parseAnswer(bytes: Buffer): object {
  let answer: unknown;
  try {
    answer = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    // INVARIANT: without its cause, because a SyntaxError quotes the text that it could not read.
    throw new Fault('source-invalid', 'the answer of the source is not JSON');
  }
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer))
    throw new Fault('source-invalid', 'the answer of the source is not a JSON object');
  return answer;
}

/** `null` is how many systems write that they hold nothing. */
function pick(answer: object, mapped: Mapped): Readonly<Record<string, unknown>> {
  const found = mapped.map(([field, pointer]) => [field, valueAt(answer, pointer)] as const);
  return Object.fromEntries(found.filter(([, value]) => value !== undefined && value !== null));
}
