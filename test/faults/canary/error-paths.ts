import { connect } from 'node:tls';
import { v7 } from 'uuid';
import { z } from 'zod';
import { isBsn } from '../../../src/core/subject/reference.ts';
import type { Behaviour } from '../../../src/demo/source-behaviour.ts';
import { roles } from '../../../src/demo/story/scene.ts';
import { approver, type CanaryWorld, mark, user } from './canary-world.ts';
import { attest, command, housing, involvement, plan } from './good-flows.ts';

const withId = z.looseObject({ id: z.uuid() });

/** Of nobody: valid by its form, unlikely by its digits. */
export const nobody = Array.from({ length: 2_000 }, (_, index) => String(987_654_000 + index)).find(isBsn) ?? '';

const misbehaviours: readonly Behaviour[] = [
  ...(['down', 'failing', 'cutOff', 'redirecting', 'notJson', 'wrongType', 'wrongSchema'] as const).map((type) => ({
    type,
  })),
  { type: 'wrongPerson' },
  { type: 'nobody' },
  { type: 'late', delayMs: 2_600 },
  { type: 'tooLarge', bytes: 2_000_000, declared: true },
  { type: 'tooLarge', bytes: 2_000_000, declared: false },
  { type: 'strangeText', text: `${mark('field of a source')}\0` },
  { type: 'strangeText', text: `${mark('field of a source')}\ud800` },
  { type: 'strangeText', text: mark('field of a source').repeat(400) },
];

export async function failSources(c: CanaryWorld, bsn: string): Promise<void> {
  const source = c.world.sources.get(roles.prison);
  for (const behaviour of misbehaviours) {
    await source?.behave(behaviour);
    await c.call('/v1/requests', { body: plan(bsn) });
  }
  await source?.behave({ type: 'failing' });
  const key = `${mark('Idempotency-Key')}-${v7()}`;
  for (const _ of ['failed', 'failed already']) await c.call('/v1/requests', { body: plan(bsn), key });
  await source?.behave({ type: 'well' });
}

export async function wrongCertificates(c: CanaryWorld, bsn: string): Promise<void> {
  const body = plan(bsn);
  await c.call('/v1/requests', { body, credentials: null });
  await c.call('/v1/requests', { body, headers: { 'acting-as': `${mark('Authorization')}.e30.e30` } });
  for (const credentials of c.strangers.values()) await c.call('/v1/requests', { body, credentials });
  await c.good('/v1/events', { unit: roles.housing, credentials: c.strangers.get('accepted') ?? null }, 200);
  const said = ['--by', mark('who closes a unit'), '--ground', mark('ground of a closing')];
  await command(c.world, ['partner', 'suspend', 'zorg-de-wissel', ...said], '');
  await seen(c, 'suspended-partner', () => c.call('/v1/events', { unit: 'zorg-de-wissel' }));
}

/** Gateways take up what changed in the registry within a second. */
async function seen(c: CanaryWorld, problem: string, ask: () => Promise<unknown>): Promise<void> {
  for (let tried = 0; tried < 50 && !c.problems.has(problem); tried++) {
    await ask();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** What no reader of the API's description would send. */
export async function wrongForms(c: CanaryWorld, bsn: string): Promise<void> {
  const body = plan(bsn);
  const text = mark('malformed body');
  const query = `?bsn=${bsn}&naam=${mark('query')}`;
  for (const path of [`/zoek/${mark('path')}${query}`, `/v1/requests/${mark('path')}${query}`, `/v1/facts/${bsn}`]) {
    await c.call(path);
  }
  await c.call(`/v1/events?after=${mark('query')}`);
  await c.call('/v1/requests', { body, method: 'PUT' });
  await c.call('/v1/requests', { body, headers: { accept: 'text/html' } });
  await c.call('/v1/requests', { body, headers: { 'content-type': `text/${mark('body member')}` } });
  await c.call('/v1/requests', { body, key: `${mark('Idempotency-Key')} with a space` });
  await c.call('/v1/requests', { body: { ...body, [mark('body member')]: mark('body member') } });
  await c.call('/v1/requests', {
    body: { ...body, purpose: mark('unknown purpose'), source: mark('unknown purpose') },
  });
  await c.call('/v1/requests', { body: { ...body, onBehalfOf: `${mark('user name')}.${mark('user id')}.x` } });
  await c.call('/v1/requests', { unit: roles.probation, raw: JSON.stringify({ ...body, onBehalfOf: 'e30.e30.e30' }) });
  for (const raw of [
    `{"naam":"${text}`,
    `{"naam":"${text}\\ud800"}`,
    `{"${text}":1,"${text}":2}`,
    Buffer.from([0xff]),
  ]) {
    await c.call('/v1/requests', { raw });
  }
  await c.call('/v1/requests', { raw: JSON.stringify({ naam: text.repeat(6_000) }) });
  await c.call('/v1/requests', { body, headers: { 'x-veel': text.repeat(2_000) } });
  await c.call('/access/v1/search/subject', {
    body: {
      subject: { type: 'person' },
      action: { name: 'plan-basic-conditions' },
      resource: { type: 'person', id: bsn, properties: { naam: mark('AuthZEN property') } },
    },
  });
  await onTheWire(c, `POST /${mark('path')} HTTP/1.1\r\nhost: x\r\nx ${text}: a\r\n\r\n`);
  await onTheWire(c, `${text} / HTTP/9.9\r\n\r\n`);
}

/** Bytes that are no request, from a partner. */
function onTheWire(c: CanaryWorld, bytes: string): Promise<void> {
  const { certificate, key } = c.world.credentials.get(roles.municipality) ?? { certificate: '', key: '' };
  const port = Number(new URL(c.world.gateways[0]?.ready.partnerUrl ?? '').port);
  return new Promise((resolve, reject) => {
    let answered = '';
    const socket = connect({
      host: '127.0.0.1',
      port,
      servername: 'localhost',
      ca: c.world.authority.ca,
      cert: certificate,
      key,
    });
    socket.on('data', (chunk: Buffer) => {
      answered += chunk.toString('utf8');
    });
    socket.on('error', reject);
    socket.on('close', () => {
      c.problems.set('malformed-request', [...(c.problems.get('malformed-request') ?? []), answered]);
      resolve();
    });
    socket.write(bytes);
  });
}

/** What is well-formed, and may not be. */
export async function refusals(c: CanaryWorld, bsn: string, claimed: string): Promise<void> {
  const onPrison = { unit: roles.prison };
  await c.call('/v1/requests', { unit: roles.neighbour, body: plan(bsn) });
  await c.call('/v1/requests', { unit: roles.neighbour, body: plan(nobody) });
  await c.call('/v1/requests', { unit: roles.housing, body: { ...plan(bsn), source: roles.municipality } });
  await c.call('/v1/facts', {
    unit: roles.housing,
    body: { subject: { type: 'bsn', value: bsn }, from: '2026-01-01T00:00:00Z', type: 'detention' },
  });
  await c.call('/v1/facts', {
    body: { subject: { type: 'bsn', value: bsn }, from: '2026-01-01T00:00:00Z', type: 'detention' },
  });
  const consent = {
    subject: { type: 'bsn', value: bsn },
    source: roles.prison,
    recipient: roles.housing,
    purpose: 'housing-placement',
  };
  const more = {
    categories: ['identity'],
    validUntil: new Date(Date.now() + 86_400_000).toISOString(),
    language: 'nl',
  };
  await c.call('/v1/consents', {
    unit: roles.police,
    body: { ...consent, ...more, caseReference: mark('case reference') },
  });
  const key = `${mark('Idempotency-Key')}-${v7()}`;
  await c.call('/v1/requests', { body: plan(bsn), key });
  await c.call('/v1/requests', { body: plan(nobody), key });
  const ended = await attest(c, roles.prison, claimed, involvement(roles.neighbour, 'return-municipality'));
  for (const until of ['2026-02-01T00:00:00Z', '2026-03-01T00:00:00Z']) {
    await c.call(`/v1/facts/${ended}/end`, { ...onPrison, body: { until } });
  }
  await c.call(`/v1/facts/${ended}/confirmation`, { ...onPrison, body: {} });
  await decidedBefore(c, bsn, claimed);
  await sideBySide(c, bsn);
  await subscriptions(c);
  await tooMany(c);
}

async function decidedBefore(c: CanaryWorld, bsn: string, claimed: string): Promise<void> {
  const claim = { subject: { type: 'bsn', value: claimed }, role: 'return-municipality', attester: roles.prison };
  const body = { ...claim, justification: `Meldde zich ${mark('claim justification')}`, onBehalfOf: user() };
  const { id } = withId.parse(await c.good('/v1/involvement-claims', { unit: roles.neighbour, body }, 202));
  for (const _ of [1, 2]) {
    const ground = { ground: mark('rejection ground') };
    await c.call(`/v1/involvement-claims/${id}/rejection`, { unit: roles.prison, body: ground });
  }
  const waiting = withId.parse(await c.good('/v1/requests', { unit: roles.housing, body: housing(bsn) }, 202));
  await c.call(`/v1/requests/${waiting.id}/collections`, { unit: roles.housing, body: {} });
  for (const person of [{ ...user(), role: 'woonconsulent' }, approver(), approver()]) {
    await c.call(`/v1/requests/${waiting.id}/approvals`, { body: { decision: 'approved', approver: person } });
  }
}

/** To a host that is not registered, and to one that is, once too often. */
async function subscriptions(c: CanaryWorld): Promise<void> {
  await c.call('/v1/subscriptions', { body: { url: `https://${mark('query').toLowerCase()}.example/` } });
  const { url } = c.world.receiver;
  for (let asked = 0; asked < 11; asked++) await c.call('/v1/subscriptions', { body: { url } });
}

/** A unit of which this world's limits allow little. */
async function tooMany(c: CanaryWorld): Promise<void> {
  for (let asked = 0; asked < 8; asked++) await c.call(`/v1/events?naam=${mark('query')}`, { unit: roles.police });
}

/** The same call from many sides at once, and facts that change while a source thinks. */
async function sideBySide(c: CanaryWorld, bsn: string): Promise<void> {
  const source = c.world.sources.get(roles.prison);
  await source?.behave({ type: 'late', delayMs: 700 });
  const key = `${mark('Idempotency-Key')}-${v7()}`;
  const twins = [0, 1, 0, 1].map((gateway) => c.call('/v1/requests', { body: plan(bsn), key, gateway }));
  await Promise.all(twins);
  const asked = source?.asked();
  const under = c.call('/v1/requests', { body: plan(bsn), unit: roles.probation });
  await asked;
  await attest(c, roles.prison, bsn, involvement(roles.probation, 'supervising-probation'));
  await under;
  await source?.behave({ type: 'well' });
}
