import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { text } from 'node:stream/consumers';
import { TLSSocket } from 'node:tls';
import { endWithParent, reportReady } from '../processes/end-with-parent.ts';
import { population } from './population.ts';
import { type SourceAnswer, sourceAnswers } from './source-answer.ts';
import { type Behaviour, type FromSource, sourceSettings, toSource } from './source-behaviour.ts';
import { sourceViews } from './source-views.ts';

/**
 * Entry file of one partner's own system in the demo: a process that knows its people, answers the
 * gateway and nobody else, and can be told to misbehave.
 */
endWithParent(stop);
const settings = sourceSettings.parse(JSON.parse(process.argv[2] ?? 'null'));
const view = sourceViews.get(settings.unit);
if (view === undefined) throw new Error(`${settings.unit} heeft geen bronsysteem`);
const people = population(settings);
const answer = sourceAnswers(people, view);
let behaviour: Behaviour = { type: 'well' };

const server = createServer(
  {
    minVersion: 'TLSv1.2',
    cert: readFileSync(settings.certificateFile),
    key: readFileSync(settings.keyFile),
    ca: readFileSync(settings.caFile),
    // Node reads one list per element, and the file holds one for each CA.
    crl: readFileSync(settings.crlFile, 'utf8').match(/-----BEGIN X509 CRL-----[^-]+-----END X509 CRL-----/g) ?? [],
    requestCert: true,
    rejectUnauthorized: true,
    keepAliveTimeout: 60_000,
  },
  (incoming, outgoing) => {
    // The gateway hears of whatever goes wrong here as a broken connection.
    serve(incoming, outgoing).catch(() => outgoing.destroy());
  },
);

process.on('message', (message) => {
  behaviour = toSource.parse(message).behaviour;
  tell({ type: 'behaving' });
});

server.listen(settings.port, '127.0.0.1', () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('geen adres');
  reportReady({ url: `https://localhost:${address.port}/personen` });
});

async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  if (!isGateway(incoming)) return reply(outgoing, 403, '{}');
  const told = behaviour;
  if (told.type !== 'well') tell({ type: 'asked' });
  const { status, body } = answer(await text(incoming));
  await behave(outgoing, told, { status, body });
}

function isGateway({ socket }: IncomingMessage): boolean {
  if (!(socket instanceof TLSSocket)) return false;
  const peer = socket.getPeerX509Certificate()?.fingerprint256;
  return peer?.replaceAll(':', '').toLowerCase() === settings.gateway;
}

async function behave(outgoing: ServerResponse, told: Behaviour, { status, body }: SourceAnswer): Promise<void> {
  switch (told.type) {
    case 'well':
      return reply(outgoing, status, JSON.stringify(body));
    case 'late':
      await delay(told.delayMs);
      return reply(outgoing, status, JSON.stringify(body));
    case 'slow':
      outgoing.writeHead(status, { 'content-type': 'application/json' }).write(' ');
      await delay(told.delayMs);
      outgoing.end(JSON.stringify(body));
      return;
    case 'down':
      outgoing.destroy();
      return;
    case 'cutOff':
      outgoing.writeHead(200, { 'content-type': 'application/json' });
      outgoing.write(JSON.stringify(body), () => outgoing.destroy());
      return;
    case 'failing':
      return reply(outgoing, 503, JSON.stringify({ fout: 'storing' }));
    case 'redirecting':
      outgoing.writeHead(302, { location: 'https://localhost:1/elders' }).end();
      return;
    case 'tooLarge':
      return pour(outgoing, told.bytes, told.declared);
    case 'notJson':
      return reply(outgoing, 200, JSON.stringify(body).slice(0, -1));
    case 'wrongType':
      return reply(outgoing, 200, JSON.stringify(body), 'text/html');
    case 'wrongSchema':
      return reply(
        outgoing,
        200,
        JSON.stringify(body, (_, value) => (typeof value === 'boolean' ? 'ja' : value)),
      );
    case 'wrongPerson':
      return reply(outgoing, 200, JSON.stringify(body, replaceNumber));
    case 'nobody':
      return reply(outgoing, 200, '{}');
    case 'strangeText':
      return reply(
        outgoing,
        200,
        JSON.stringify(body, (_, value) =>
          typeof value === 'string' && !isNumberOfSomebody(value) ? value + told.text : value,
        ),
      );
  }
}

function isNumberOfSomebody(value: string): boolean {
  return people.some(({ bsn, skn }) => value === bsn || value === skn);
}

/** Somebody else's number, wherever the asked person's stands. */
function replaceNumber(_: string, value: unknown): unknown {
  const other = people.find(view?.holds ?? (() => false));
  if (typeof value !== 'string' || !isNumberOfSomebody(value)) return value;
  return value === other?.bsn ? '999999990' : other?.bsn;
}

function pour(outgoing: ServerResponse, bytes: number, declared: boolean): void {
  outgoing.writeHead(200, {
    'content-type': 'application/json',
    ...(declared ? { 'content-length': String(bytes) } : {}),
  });
  outgoing.end(`{"opvulling":"${'x'.repeat(Math.max(bytes - 16, 0))}"}`.padEnd(bytes, ' '));
}

function reply(outgoing: ServerResponse, status: number, body: string, type = 'application/json'): void {
  outgoing.writeHead(status, { 'content-type': type, 'content-length': String(Buffer.byteLength(body)) }).end(body);
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function tell(message: FromSource): void {
  process.send?.(message);
}

async function stop(): Promise<void> {
  server.close();
  server.closeAllConnections();
}
