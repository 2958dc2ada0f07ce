import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { RequestId, TraceId } from '../../src/core/brand.ts';
import type { SourceQuestion } from '../../src/core/disclosure/ports.ts';
import { type Fault, isSourceFault } from '../../src/core/fault.ts';
import { type HttpConnector, httpOf } from '../../src/core/partner/connector.ts';
import type { Unit } from '../../src/core/partner/partner.ts';
import { unitsOf } from '../../src/core/partner/partners-file.ts';
import { loadIdentity, sourceClientTls } from '../../src/crypto/tls.ts';
import { loadTrust } from '../../src/crypto/trust.ts';
import { type Credentials, createAuthority, type DemoAuthority } from '../../src/demo/authority.ts';
import { type DemoSource, demoPartners, demoUnits } from '../../src/demo/partners.ts';
import { type Person, population } from '../../src/demo/population.ts';
import type { Behaviour } from '../../src/demo/source-behaviour.ts';
import { type SourceProcess, startSource } from '../../src/demo/source-process.ts';
import { type HttpSources, httpSources } from '../../src/source/http-connector.ts';
import { temporaryDirectory } from '../crypto/peers.ts';

const directory = temporaryDirectory();
const world = { seed: 7, count: 80, today: '2026-11-21' };
const prisoners = population(world).filter(({ detention }) => detention !== null);
const [person, another] = prisoners as [Person, Person];
const fields = ['identity.surname', 'detention.expectedRelease', 'identityDocument.hasValid'];
let authority: DemoAuthority;
let gateway: Credentials;
let source: SourceProcess;
let unit: Unit;
let sources: HttpSources;

beforeAll(async () => {
  authority = await createAuthority(directory.path);
  gateway = await authority.issueClient({ name: 'gateway', oin: '00000099000000009000' });
  const server = await authority.issueServer({ name: 'pi-zwolle' });
  const { caFile, crlFile } = authority;
  const files = { caFile, crlFile, certificateFile: server.certificateFile, keyFile: server.keyFile };
  source = await startSource({ ...world, ...files, unit: 'pi-zwolle', port: 0, gateway: gateway.thumbprint });
  unit = unitAt(source);
  sources = await sourcesAs(gateway);
});

afterEach(() => source.behave({ type: 'well' }));
afterAll(async () => {
  sources.close();
  await source.stop();
  directory.remove();
});

async function tlsOf(credentials: Credentials, trusted = authority) {
  const demo = { environment: 'demo', now: new Date() } as const;
  const trust = await loadTrust({ caFiles: [trusted.caFile], crlFiles: [trusted.crlFile] }, demo);
  return sourceClientTls(loadIdentity(credentials, demo), trust);
}

async function sourcesAs(credentials: Credentials, trusted = authority): Promise<HttpSources> {
  return httpSources({ tls: await tlsOf(credentials, trusted) });
}

function unitAt({ url, thumbprint }: DemoSource): Unit {
  const thumbprints = new Map(demoUnits.map(({ id }) => [id, '0'.repeat(64)]));
  const [found] = unitsOf(demoPartners({ thumbprints, sources: new Map([['pi-zwolle', { url, thumbprint }]]) }));
  if (found === undefined) throw new Error('no unit');
  return found;
}

function asking(change: Partial<SourceQuestion> = {}): SourceQuestion {
  return {
    unit,
    identifiers: { bsn: person.bsn },
    fields,
    purpose: 'plan-basic-conditions',
    obtained: Object.fromEntries(fields.map((field) => [field, ['own']])),
    request: '01890a5d-ac96-774b-bcce-b302099a8057' as RequestId,
    trace: '0af7651916cd43dd8448eb211c80319c' as TraceId,
    ...change,
  };
}

function connected(change: Partial<HttpConnector>): Unit {
  const connector = httpOf(unit.connector);
  if (connector === null) throw new Error('no connector');
  return { ...unit, connector: { ...connector, ...change } };
}

async function faultOf(attempt: Promise<unknown>): Promise<Fault> {
  try {
    await attempt;
  } catch (error) {
    if (isSourceFault(error)) return error;
    throw error;
  }
  throw new Error('the source answered');
}

describe('a source that does well', () => {
  test('answers with the fields that were asked, by their catalogue names', async () => {
    expect(await sources.fetch(asking())).toEqual({
      'identity.surname': person.surname,
      'detention.expectedRelease': person.detention?.expectedRelease,
      'identityDocument.hasValid': person.documentValidUntil !== null,
    });
  });

  test('gives no more than was asked, whatever its connector maps', async () => {
    expect(Object.keys(await sources.fetch(asking({ fields: ['numbers.bsn'] })))).toEqual(['numbers.bsn']);
  });

  test('leaves out what it does not hold', async () => {
    expect(await sources.fetch(asking({ fields: ['medical.diagnosis', 'toString.constructor'] }))).toEqual({});
    const mapped = connected({ fields: { 'identity.surname': '/nergens/te/vinden' } });
    expect(await faultOf(sources.fetch(asking({ unit: mapped })))).toMatchObject({ code: 'source-invalid' });
  });

  test('is believed only with the certificate that its connector names', async () => {
    const other = { ...connected({ certificates: ['0'.repeat(64)] }), id: unit.id };
    const stranger = await sourcesAs(gateway);
    expect(await faultOf(stranger.fetch(asking({ unit: other })))).toMatchObject({ code: 'source-unavailable' });
    stranger.close();
  });

  test('keeps its connection, also where the connector names the certificate', async () => {
    const reused: boolean[] = [];
    const note = (message: unknown): void => {
      reused.push((message as { request: ClientRequest }).request.reusedSocket);
    };
    const kept = await sourcesAs(gateway);
    subscribe('http.client.response.finish', note);
    for (let asked = 0; asked < 4; asked++) await kept.fetch(asking());
    unsubscribe('http.client.response.finish', note);
    kept.close();
    expect(httpOf(unit.connector)?.certificates).toHaveLength(1);
    expect(reused).toEqual([false, true, true, true]);
  });

  test('answers many at once over few kept connections', async () => {
    const questions = prisoners.slice(0, 20).map(({ bsn }) => asking({ identifiers: { bsn } }));
    const answers = await Promise.all(questions.map((question) => sources.fetch(question)));
    expect(answers.map((answer) => answer['identity.surname'])).toEqual(prisoners.slice(0, 20).map((p) => p.surname));
  });
});

describe('a source that misbehaves', () => {
  const quick = (timeoutMs = 5_000) => connected({ timeoutMs, maxBytes: 20_000 });

  test.each<[Behaviour, string]>([
    [{ type: 'late', delayMs: 5_000 }, 'source-timeout'],
    [{ type: 'slow', delayMs: 5_000 }, 'source-timeout'],
    [{ type: 'down' }, 'source-unavailable'],
    [{ type: 'cutOff' }, 'source-unavailable'],
    [{ type: 'failing' }, 'source-unavailable'],
    [{ type: 'redirecting' }, 'source-invalid'],
    [{ type: 'tooLarge', bytes: 20_001, declared: true }, 'source-too-large'],
    [{ type: 'tooLarge', bytes: 2_000_000, declared: false }, 'source-too-large'],
    [{ type: 'notJson' }, 'source-invalid'],
    [{ type: 'wrongType' }, 'source-invalid'],
    [{ type: 'wrongPerson' }, 'source-wrong-subject'],
    [{ type: 'nobody' }, 'source-wrong-subject'],
  ])('gives a fault and nothing else: %o → %s', async (behaviour, code) => {
    await source.behave(behaviour);
    const began = performance.now();
    const fault = await faultOf(sources.fetch(asking({ unit: quick(code === 'source-timeout' ? 300 : 5_000) })));
    expect(fault.code).toBe(code);
    expect(performance.now() - began).toBeLessThan(4_000);
    for (const value of [person.bsn, person.surname, another.bsn, person.detention?.start ?? '-']) {
      expect(`${fault.stack} ${JSON.stringify(fault.cause)}`).not.toContain(value);
    }
    await source.behave({ type: 'well' });
    expect(await sources.fetch(asking())).toMatchObject({ 'identity.surname': person.surname });
  });

  test('in the form of its values is left to the catalogue, which knows the forms', async () => {
    await source.behave({ type: 'wrongSchema' });
    expect(await sources.fetch(asking())).toMatchObject({ 'identityDocument.hasValid': 'ja' });
  });

  test('just within the size that it may have is heard', async () => {
    await source.behave({ type: 'tooLarge', bytes: 20_000, declared: false });
    expect(await faultOf(sources.fetch(asking({ unit: quick() })))).toMatchObject({ code: 'source-wrong-subject' });
  });

  test('tells when it is being asked, so that a story can act in between', async () => {
    await source.behave({ type: 'late', delayMs: 1_000 });
    const asked = source.asked();
    let answered = false;
    const answer = sources.fetch(asking()).then(() => {
      answered = true;
    });
    await asked;
    expect(answered).toBe(false);
    await answer;
  });
});

describe('no question leaves', () => {
  test('about a person whose number is not on record', async () => {
    expect(await faultOf(sources.fetch(asking({ identifiers: {} })))).toMatchObject({ code: 'source-unavailable' });
    expect(await faultOf(sources.fetch(asking({ identifiers: { skn: person.skn } })))).toMatchObject({
      code: 'source-unavailable',
      reason: 'number-not-on-record',
    });
  });

  test('about them however often, and the source is asked about others as before', async () => {
    const breakable = connected({ breaker: { after: 1, forMs: 60_000 } });
    for (let times = 0; times < 3; times++) await faultOf(sources.fetch(asking({ unit: breakable, identifiers: {} })));
    expect(Object.keys(await sources.fetch(asking({ unit: breakable })))).toContain('identity.surname');
  });

  test('to a unit without a connector', async () => {
    expect(await faultOf(sources.fetch(asking({ unit: { ...unit, connector: null } })))).toMatchObject({
      code: 'source-unavailable',
    });
  });

  test('to a server whose certificate is not for its name, not of a trusted authority, or taken back', async () => {
    const otherName = connected({ url: source.url.replace('localhost', '127.0.0.2') });
    expect(await faultOf(sources.fetch(asking({ unit: otherName })))).toMatchObject({ code: 'source-unavailable' });

    const elsewhere = temporaryDirectory();
    const foreign = await createAuthority(elsewhere.path, 'Elders');
    const distrusting = await sourcesAs(gateway, foreign);
    expect(await faultOf(distrusting.fetch(asking()))).toMatchObject({ code: 'source-unavailable' });
    distrusting.close();
    elsewhere.remove();

    const { caFile, crlFile } = authority;
    const server = await authority.issueServer({ name: 'revoked-source', revoked: true });
    const files = { caFile, crlFile, certificateFile: server.certificateFile, keyFile: server.keyFile };
    const taken = await startSource({ ...world, ...files, unit: 'pi-zwolle', port: 0, gateway: gateway.thumbprint });
    const informed = await sourcesAs(gateway);
    const fault = await faultOf(informed.fetch(asking({ unit: unitAt(taken) })));
    expect(fault).toMatchObject({ code: 'source-unavailable' });
    expect(fault.message).toContain('CERT_REVOKED');
    informed.close();
    await taken.stop();
  });
});

test('a source whose certificate is taken back is asked no more, not even over a connection that stands open', async () => {
  const { caFile, crlFile } = authority;
  const server = await authority.issueServer({ name: 'later-revoked' });
  const files = { caFile, crlFile, certificateFile: server.certificateFile, keyFile: server.keyFile };
  const running = await startSource({ ...world, ...files, unit: 'pi-zwolle', port: 0, gateway: gateway.thumbprint });
  const asked = await sourcesAs(gateway);
  const question = asking({ unit: unitAt(running) });
  expect(await asked.fetch(question)).toHaveProperty('identity.surname');
  const underWay = asked.fetch(question);
  await authority.revoke(server);
  asked.renew(await tlsOf(gateway));
  expect(await underWay).toHaveProperty('identity.surname');
  expect((await faultOf(asked.fetch(question))).message).toContain('CERT_REVOKED');
  asked.close();
  await running.stop();
});

describe('the source system', () => {
  test('lets nobody in but the gateway', async () => {
    const partner = await sourcesAs(await authority.issueClient({ name: 'partner', oin: '00000099000000003000' }));
    expect(await faultOf(partner.fetch(asking()))).toMatchObject({
      code: 'source-invalid',
      message: expect.stringContaining('403'),
    });
    partner.close();
  });

  test('knows only its own people, and only by a number', async () => {
    const free = population(world).find(({ detention }) => detention === null);
    const unknown = asking({ identifiers: { bsn: free?.bsn ?? '' } });
    expect(await faultOf(sources.fetch(unknown))).toMatchObject({
      code: 'source-invalid',
      message: expect.stringContaining('404'),
    });
  });

  test('that has gone is unavailable, and that comes back is asked again', async () => {
    const { caFile, crlFile } = authority;
    const server = await authority.issueServer({ name: 'short-lived' });
    const files = { caFile, crlFile, certificateFile: server.certificateFile, keyFile: server.keyFile };
    const settings = { ...world, ...files, unit: 'pi-zwolle', gateway: gateway.thumbprint };
    const first = await startSource({ ...settings, port: 0 });
    const question = asking({ unit: unitAt(first) });
    expect(await sources.fetch(question)).toHaveProperty('identity.surname');
    await first.stop();
    expect(await faultOf(sources.fetch(question))).toMatchObject({ code: 'source-unavailable' });
    const second = await startSource({ ...settings, port: Number(new URL(first.url).port) });
    expect(await sources.fetch(question)).toHaveProperty('identity.surname');
    await second.stop();
  });
});
