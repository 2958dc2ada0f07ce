import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { answerSealed, connect } from 'sluis/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type ConnectorConfig, connectorForm } from '../../src/core/partner/connector.ts';
import { partnersFile } from '../../src/core/partner/partners-file.ts';
import type { Credentials } from '../../src/demo/authority.ts';
import { demoPartners } from '../../src/demo/partners.ts';
import { ask, roles } from '../../src/demo/story/scene.ts';
import { gatewayOin } from '../../src/demo/world.ts';
import { applyPartners } from '../../src/store/partners.ts';
import { dump } from '../faults/canary/dump.ts';
import { detain, eventually, expectProblem, kindsOf, personOf, useChain } from '../world/chain.ts';
import { packClient, placeScripts, run } from '../world/packed-client.ts';
import { startVendor, type Vendor } from '../world/sources/vendor-server.ts';

const [source, recipient, oin] = ['pi-zwolle-medisch', 'zorg-de-wissel', '00000099000000006000'];
const fields = ['medical.diagnosis', 'medical.medication', 'medical.notes'];
const physician = { id: 'arts-3', role: 'physician', name: 'H. Huisarts' };
const secret = { 'medical.diagnosis': ['astma-gemerkt-7312'], 'medical.medication': ['salbutamol'] };
const chain = useChain();
const patience = { timeout: 240_000 };

let folder: string;
let running: ChildProcess | undefined;
let replay: Vendor;
let reference: string;
let number: string;

beforeAll(async () => {
  const { world } = chain();
  folder = join(world.directory, 'sealing');
  const person = personOf(chain(), 0);
  [reference, number] = [`MD-${person.skn}`, person.bsn];
  await packClient(folder);
  await detain(chain(), person);
  await involve(number);
  const own = await world.authority.issueServer({ name: 'medisch-bron' });
  await makeKey();
  const url = await startSource(own);
  replay = await startVendor(world.authority, {
    name: 'herhaling',
    clients: [world.gatewayCredentials.thumbprint],
    product: () => ({ status: 500, body: {} }),
  });
  await connectSource(sealingAt(`${url}/dossiers`, own.thumbprint));
}, 120_000);

afterAll(async () => {
  await replay?.close();
  if (running?.exitCode === null) {
    running.kill();
    await once(running, 'close');
  }
});

/** The scripts of pages and these files, in a folder of their own. */
function place(name: string, pages: readonly string[], written: Readonly<Record<string, unknown>>): string {
  const own = join(folder, name);
  placeScripts(own, pages, written);
  return own;
}

function credentialsOf(unit: string): Credentials {
  const found = chain().world.credentials.get(unit);
  if (found === undefined) throw new Error(`no certificate of ${unit}`);
  return found;
}

async function makeKey(): Promise<void> {
  const { world } = chain();
  const { certificate, key, certificateFile, keyFile } = credentialsOf(recipient);
  const [gateway] = world.gateways;
  const published = await world.visitor().visit('/.well-known/jwks.json');
  const own = place('recipient', ['docs/partners.md', 'docs/sealed.md'], {
    'recipient.json': { gateway: gateway?.ready.partnerUrl, gatewayOin, unit: recipient, oin },
    'gateway-jwks.json': published.html,
    'signing.json': world.signers.units.get(recipient)?.privateJwk,
    'client.pem': certificate,
    'client.key': key,
    'ca.pem': world.authority.ca,
  });
  await run(process.execPath, ['make-key.mjs', recipient, oin, certificateFile, keyFile], own);
  writeFileSync(join(own, 'private.json'), readFileSync(join(own, 'private.jwk')));
}

async function startSource(own: Credentials): Promise<string> {
  const { world } = chain();
  const cwd = place('source', ['docs/sealed.md'], {
    'source.json': { unit: source, gatewayOin, port: 0, recipients: [oin] },
    'gateway-jwks.json': readFileSync(join(folder, 'recipient', 'gateway-jwks.json'), 'utf8'),
    'files.json': { [reference]: { ...secret, 'identity.surname': 'niet gevraagd' } },
    'server.pem': own.certificate,
    'server.key': own.key,
    'ca.pem': world.authority.ca,
    'crl.pem': readFileSync(world.authority.crlFile, 'utf8'),
  });
  running = spawn(process.execPath, ['seal-source.mjs'], { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: running.stdout ?? process.stdin });
  const [port] = await once(lines, 'line');
  return `https://localhost:${port}`;
}

const registered = z.looseObject({ encryptionKeys: z.looseObject({ add: z.array(z.unknown()) }) });

const sealingAt = (url: string, thumbprint: string): ConnectorConfig =>
  connectorForm.parse({
    type: 'http',
    url,
    certificates: [thumbprint],
    subject: { scheme: 'caseReference', pointer: '/reference' },
    fields: Object.fromEntries(fields.map((field) => [field, '/none'])),
    answers: 'sealed',
  });

/** As two people approved it: the source's connector, and the recipient's key that it signed. */
async function connectSource(connector: ConnectorConfig): Promise<void> {
  const { world, owner } = chain();
  const rotation = registered.parse(JSON.parse(readFileSync(join(folder, 'recipient', 'rotation.json'), 'utf8')));
  const thumbprints = new Map([...world.credentials].map(([id, { thumbprint: own }]) => [id, own]));
  const signingKeys = new Map([...world.signers.units].map(([id, { publicJwk }]) => [id, publicJwk]));
  const { organisations } = demoPartners({ thumbprints, sources: world.sources, signingKeys });
  const written = organisations.map((organisation) => ({
    ...organisation,
    units: organisation.units.map((unit) => {
      if (unit.id === source) return { ...unit, connector };
      return unit.id === recipient ? { ...unit, encryptionKeys: rotation.encryptionKeys.add } : unit;
    }),
  }));
  await applyPartners(owner, partnersFile.parse(JSON.parse(JSON.stringify({ organisations: written }))));
}

/** The medical service treats the person, and says itself who takes over outside. */
async function involve(bsn: string): Promise<void> {
  const fact = { type: 'involvement', from: '2026-01-01T00:00:00Z' };
  const treats = { ...fact, unit: source, attributes: { role: 'treating-care-provider' }, caseReference: reference };
  const byPrison = { subject: { type: 'bsn', value: bsn }, ...treats };
  expect((await chain().client(roles.prison).post('/v1/facts', byPrison)).status).toBe(201);
  const joins = { ...fact, unit: recipient, attributes: { role: 'joining-care-provider' } };
  const bySource = { subject: { type: 'caseReference', value: reference }, ...joins };
  expect((await chain().client(source).post('/v1/facts', bySource)).status).toBe(201);
}

const waiting = z.looseObject({ id: z.uuid(), state: z.literal('awaiting-approval') });

/** Asked by a physician outside, approved by one inside. */
async function approved(): Promise<string> {
  const asking = { ...ask('care-continuity', source, { type: 'bsn', value: number }, fields), onBehalfOf: physician };
  const asked = await chain().client(recipient).post('/v1/requests', asking);
  expect(asked.status).toBe(202);
  const { id } = waiting.parse(asked.body);
  const approver = { ...physician, id: 'arts-8' };
  const path = `/v1/requests/${id}/approvals`;
  expect((await chain().client(source).post(path, { decision: 'approved', approver })).status).toBe(200);
  return id;
}

/** The system of a unit, with the client library. */
function clientOf(unit: string) {
  const { world } = chain();
  const { certificate: cert, key } = credentialsOf(unit);
  const signingKey = world.signers.units.get(unit)?.privateJwk ?? {};
  const gateway = world.gateways[0]?.ready.partnerUrl ?? '';
  return connect({ gateway, gatewayOin, cert, key, ca: world.authority.ca, unit, signingKey });
}

const jwk = z.looseObject({ kty: z.string() });
const inboxItem = z.looseObject({
  sealing: z.object({ permit: z.string(), recipientKey: z.object({ jwk, proof: z.string() }) }),
});
const collected = z.looseObject({
  parts: z.array(z.looseObject({ category: z.string(), sealed: z.string(), permit: z.string() })),
});
let before: Readonly<Record<string, string>> = {};
const opened: string[] = [];

describe('what is secret', patience, () => {
  it('is sealed by its source and opened by its recipient, each with the client library', async () => {
    const id = await eventually(async () => approved());
    const out = await run(process.execPath, ['open-sealed.mjs', id], join(folder, 'recipient'));
    expect(JSON.parse(out)).toEqual({ data: secret, excess: [] });
    expect(await kindsOf(chain(), id)).toEqual(['permit', 'approval', 'permit', 'disclosure']);
    opened.push(id);
  });

  it('is nothing but noise to the gateway and in its database', async () => {
    const id = await approved();
    const { status, body } = await chain().client(recipient).post(`/v1/requests/${id}/collections`, {});
    expect(status).toBe(200);
    expect(body).not.toHaveProperty('data');
    const { parts } = collected.parse(body);
    before = Object.fromEntries(parts.map(({ category, sealed }) => [category, sealed]));
    expect(Object.keys(before)).toEqual(['medical']);
    const text = [...(await dump(chain().owner)).values(), chain().log()].join('\n');
    expect(text).not.toContain('gemerkt-7312');
    expect(text).not.toContain(before.medical?.slice(0, 60));
  });

  it('is given to nobody in a role that may not ask for it, and a colleague who may is on record', async () => {
    const id = await approved();
    const take = (onBehalfOf: object) =>
      chain().client(recipient).post(`/v1/requests/${id}/collections`, { onBehalfOf });
    const adviser = { id: 'adviseur-1', role: 'experienceAdviser', name: 'T. Tan' };
    expectProblem(await take(adviser), 403, 'other-role');
    expect(await kindsOf(chain(), id)).toEqual(['permit', 'approval']);
    expect((await take({ ...physician, id: 'arts-4' })).status).toBe(200);
    expect(await kindsOf(chain(), id)).toEqual(['permit', 'approval', 'permit', 'disclosure', 'answer-taken']);
  });

  it('is not given where its source answers with what it sealed before, or in clear', async () => {
    await connectSource(sealingAt(`${replay.origin}/dossiers`, replay.thumbprint));
    const wrong = [{ sealed: before }, secret, { sealed: secret }, { data: secret }, { reference: 'MD-1', sealed: {} }];
    for (const body of wrong) {
      replay.behave(() => ({ status: 200, body: { reference, ...body } }));
      // Until the gateway follows, the source of before is asked.
      const { id, reply } = await eventually(async () => {
        const id = await approved();
        const reply = await chain().client(recipient).post(`/v1/requests/${id}/collections`, {});
        return replay.asked.length > 0 ? { id, reply } : null;
      });
      const kind = 'reference' in body ? 'source-wrong-subject' : 'source-invalid';
      const problem = expectProblem(reply, 502, kind);
      expect(JSON.stringify(problem)).not.toContain('gemerkt');
      expect((await kindsOf(chain(), id)).at(-1)).toBe('failed-attempt');
    }
  });

  it('is sealed by people of its source who find it in their inbox, and waits as noise', async () => {
    await connectSource({ type: 'inbox' });
    const client = clientOf(source);
    const { id, sealing } = await eventually(async () => {
      const id = await approved();
      const seen = inboxItem.safeParse((await client.get(`/v1/inbox/${id}`)).body);
      return seen.success ? { id, sealing: seen.data.sealing } : null;
    });
    const { world } = chain();
    const gatewayKeys = JSON.parse(readFileSync(join(folder, 'source', 'gateway-jwks.json'), 'utf8'));
    const { ca: anchors, crlFile } = world.authority;
    const crls = readFileSync(crlFile, 'utf8');
    const own = { request: id, unit: source, anchors, crls, recipients: 'any' as const };
    // More than any other call may bring, and as one category may be.
    const large = { ...secret, 'medical.notes': 'gemerkt-7312 '.repeat(14_000) };
    const made = await answerSealed({ ...sealing, ...own, data: large, gatewayKeys, gatewayOin });
    expect(made.sealed.medical?.length).toBeGreaterThan(240_000);
    const subject = { type: 'caseReference', value: reference };
    const signed = { member: 'by', user: { ...physician, id: 'arts-8' } };
    const path = `/v1/inbox/${id}/answers`;
    const clear = await client.post(path, { subject, data: secret, complete: true }, { signed });
    expect(expectProblem(clear, 400, 'invalid-input')).toMatchObject({ errors: [{ code: 'must-be-sealed' }] });
    const stale = { subject, sealed: before, permit: sealing.permit, complete: true };
    expect(expectProblem(await client.post(path, stale, { signed }), 400, 'invalid-input')).toMatchObject({
      errors: [{ location: { pointer: '#/sealed/medical' }, code: 'sealed-permit' }],
    });
    const body = { subject, sealed: made.sealed, permit: sealing.permit, complete: true };
    expect((await client.post(path, body, { signed })).status).toBe(200);
    client.close();
    expect([...(await dump(chain().owner)).values()].join('\n')).not.toContain('gemerkt-7312');
    const adviser = { id: 'adviseur-1', role: 'experienceAdviser', name: 'T. Tan' };
    const wrong = await chain().client(recipient).post(`/v1/requests/${id}/collections`, { onBehalfOf: adviser });
    expectProblem(wrong, 403, 'other-role');
    const out = await run(process.execPath, ['open-sealed.mjs', id], join(folder, 'recipient'));
    expect(JSON.parse(out)).toEqual({ data: large, excess: [] });
    expect(await kindsOf(chain(), id)).toEqual(['permit', 'approval', 'source-answered', 'permit', 'disclosure']);
  });

  it('is a breach that officers hear of, where its recipient found more than was permitted', async () => {
    const [id = ''] = opened;
    const client = clientOf(recipient);
    const reported = await client.reportExcess(id, ['identity.surname'], physician, 'te-veel-0123456789');
    const again = await client.reportExcess(id, ['identity.surname'], physician, 'te-veel-0123456789');
    client.close();
    expect([reported.status, again.status]).toEqual([200, 200]);
    expect((await kindsOf(chain(), id)).filter((kind) => kind === 'excess-reported')).toHaveLength(1);
    const { rows } = await chain().owner.query("SELECT unit_id FROM alert WHERE kind = 'excess-reported' ORDER BY 1");
    expect(rows.map(({ unit_id }) => unit_id)).toEqual([source, recipient, null]);
  });
});
