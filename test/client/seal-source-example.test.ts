import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { connect, openSealed, type Reply } from 'sluis/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Credentials } from '../../src/demo/authority.ts';
import { temporaryDirectory } from '../crypto/peers.ts';
import { packClient, placeScripts } from '../world/packed-client.ts';
import { gatewayOin, type SealingWorld, sealingWorld } from '../world/sealing-world.ts';

const directory = temporaryDirectory();
const files = { 'MD-1': { 'identity.surname': 'Ebbink' }, 'MD-2': { 'identity.surname': 'Yildiz' } };
const running: ChildProcess[] = [];
let ends: SealingWorld;
let url: string;
let gateway: Credentials;

afterAll(async () => {
  for (const child of running.filter(({ exitCode }) => exitCode === null)) {
    child.kill();
    await once(child, 'close');
  }
  directory.remove();
});

beforeAll(async () => {
  ends = await sealingWorld(directory.path);
  gateway = await ends.issue('poort', gatewayOin);
  await packClient(directory.path);
  url = await startSource('source');
}, 60_000);

/** The source of `docs/sealed.md` in a process of its own, with the lists of what is revoked as they are by now. */
async function startSource(name: string): Promise<string> {
  const { authority, gatewayKeys } = ends;
  const own = await authority.issueServer({ name: `bron-${name}` });
  const cwd = join(directory.path, name);
  placeScripts(cwd, ['docs/sealed.md'], {
    'source.json': { unit: 'pi', gatewayOin, port: 0, recipients: 'any' },
    'gateway-jwks.json': gatewayKeys,
    'files.json': files,
    'server.pem': own.certificate,
    'server.key': own.key,
    'ca.pem': authority.ca,
    'crl.pem': await authority.writeCrls(),
  });
  const child = spawn(process.execPath, ['seal-source.mjs'], { cwd, stdio: ['ignore', 'pipe', 'ignore'] });
  running.push(child);
  const [port] = await once(createInterface({ input: child.stdout }), 'line');
  return `https://localhost:${port}`;
}

/** A question of the gateway's, with a permit of its own. */
function question(reference: string) {
  const now = Math.floor(Date.now() / 1_000);
  const request = randomUUID();
  const claims = {
    ...{ iss: `urn:nld:oin:${gatewayOin}`, aud: 'pi', jti: randomUUID(), request, purpose: 'plan-basic-conditions' },
    ...{ recipient: { unit: 'gemeente', oin: ends.recipient.organisation.oin } },
    ...{ fields: { identity: ['identity.surname'] }, key: ends.pair.thumbprint, iat: now, nbf: now, exp: now + 300 },
  };
  const { jws: permit } = ends.world.ports.permits.sign(claims as never);
  const recipientKey = { jwk: ends.pair.jwk, proof: ends.proofFor(ends.pair) };
  return { request, subject: { type: 'caseReference', value: reference }, permit, recipientKey };
}

/** Brought by whoever has this certificate. */
async function bring({ certificate: cert, key }: Credentials, body: object, to = url): Promise<Reply> {
  const caller = { gateway: to, gatewayOin, unit: 'gemeente', signingKey: {}, cert, key, ca: ends.authority.ca };
  const connection = connect(caller);
  try {
    return await connection.post('/dossiers', body);
  } finally {
    connection.close();
  }
}

const sealed = z.object({ reference: z.string(), sealed: z.object({ identity: z.string() }) });

async function opened(asked: ReturnType<typeof question>, { status, body }: Reply): Promise<object> {
  expect(status).toBe(200);
  const { identity } = sealed.parse(body).sealed;
  const parts = [{ category: 'identity', fields: [], sealed: identity, permit: asked.permit }];
  const own = { unit: 'gemeente', oin: ends.recipient.organisation.oin, privateKey: ends.privateJwk(ends.pair) };
  const { gatewayKeys } = ends;
  return (await openSealed({ parts, request: asked.request, ...own, gatewayKeys, gatewayOin })).data;
}

describe('the source that the documentation shows', { timeout: 60_000 }, () => {
  it('seals for the gateway, by each permit once', async () => {
    const asked = question('MD-1');
    expect(await opened(asked, await bring(gateway, asked))).toEqual({ 'identity.surname': 'Ebbink' });
    expect((await bring(gateway, asked)).status).toBe(500);
    const again = question('MD-2');
    expect(await opened(again, await bring(gateway, again))).toEqual({ 'identity.surname': 'Yildiz' });
  });

  it('answers no recipient that brings a permit itself, used or not, about whomever', async () => {
    const fresh = question('MD-2');
    const { status, body } = await bring(ends.credentials, fresh);
    expect([status, body]).toEqual([403, '']);
    const delivered = question('MD-1');
    await bring(gateway, delivered);
    expect((await bring(ends.credentials, { ...delivered, subject: fresh.subject })).status).toBe(403);
    expect((await bring(gateway, fresh)).status).toBe(200);
  });

  it('does not let in a certificate of the gateway that was taken back', async () => {
    const lost = await ends.issue('poort-verloren', gatewayOin);
    const asked = question('MD-1');
    expect((await bring(lost, asked)).status).toBe(200);
    await ends.authority.revoke(lost);
    const later = await startSource('later');
    await expect(bring(lost, question('MD-1'), later)).rejects.toThrow(/alert|reset|socket/i);
    expect((await bring(gateway, question('MD-1'), later)).status).toBe(200);
  });
});
