import { accessSync, constants, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { JWK } from 'jose';
import { afterAll, describe, expect, it } from 'vitest';
import { permitTokens } from '../../src/crypto/permit-tokens.ts';
import { temporaryDirectory } from '../crypto/peers.ts';
import { newSigner } from '../world/ledger-keys.ts';
import { packClient, placeScripts, run } from '../world/packed-client.ts';
import { gatewayOin, sealingWorld } from '../world/sealing-world.ts';

const directory = temporaryDirectory();
afterAll(() => directory.remove());

const bothEnds = `import { readFileSync } from 'node:fs';
import { answerSealed, openSealed } from 'sluis/client';
const { source, recipient } = JSON.parse(readFileSync('ends.json', 'utf8'));
const { sealed, permit } = await answerSealed(source);
const parts = Object.entries(sealed).map(([category, jwe]) => ({ category, sealed: jwe, permit: source.permit, fields: [] }));
const { data } = await openSealed({ ...recipient, parts });
const refused = await answerSealed({ ...source, crls: source.otherCrls }).catch(({ code }) => code);
console.log(JSON.stringify({ node: process.versions.node, data, refused, request: permit.request }));
`;

/** The Node that runs this, and those that the machine has of its own: a partner does not run what a gateway runs. */
function nodes(): string[] {
  const found = (process.env.PATH ?? '').split(':').map((folder) => join(folder, 'node'));
  return [...new Set([process.execPath, ...found.filter(isProgram)])];
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false;
    throw error;
  }
}

const majorOf = (version: string): number => Number(version.match(/^(?:>=)?v?(\d+)/)?.[1]);

describe('the client library', { timeout: 60_000 }, () => {
  it('needs `jose` and nothing of what the gateway needs, by the manifest that a partner installs', async () => {
    const folder = join(directory.path, 'alone');
    const manifest = await packClient(folder);
    const gateway = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../package.json'), 'utf8'));
    expect(manifest).toMatchObject({ version: gateway.version, engines: gateway.engines, license: gateway.license });
    expect(manifest.dependencies).toEqual({ jose: `^${gateway.dependencies.jose}` });
    const optional = ['devDependencies', 'optionalDependencies', 'peerDependencies', 'bin', 'scripts'];
    expect(Object.keys(manifest).filter((member) => optional.includes(member))).toEqual([]);
    const files = readdirSync(join(folder, 'node_modules', 'sluis'));
    expect(files).toEqual(expect.arrayContaining(['client.d.mts', 'client.mjs', 'client-types.d.mts', 'package.json']));
    expect(files.filter((name) => !/\.m(js|ts)$|^package\.json$/.test(name))).toEqual([]);
  });

  it('seals and opens on every Node of this machine that the package says it runs on', async () => {
    const ends = await sealingWorld(directory.path);
    const strange = await sealingWorld(join(directory.path, 'strange'));
    const signer = newSigner();
    const gatewayKeys = { keys: [{ ...signer.jwk, kid: signer.keyId, sluis_use: 'answers' }] };
    const request = '01890a5d-ac96-774b-bcce-b302099a8057';
    const now = Math.floor(Date.now() / 1_000);
    const { oin } = ends.recipient.organisation;
    const claims = {
      ...{ iss: `urn:nld:oin:${gatewayOin}`, aud: 'pi', jti: request, request, purpose: 'plan-basic-conditions' },
      ...{ recipient: { unit: 'gemeente', oin }, fields: { identity: ['identity.surname'] } },
      ...{ key: ends.pair.thumbprint, iat: now, nbf: now, exp: now + 300 },
    };
    const { jws: permit } = permitTokens(signer, gatewayOin).sign(claims as never);
    const recipientKey = { jwk: ends.pair.jwk as JWK, proof: ends.proofFor(ends.pair) };
    const data = { 'identity.surname': 'Ebbink' };
    const common = { request, gatewayKeys, gatewayOin };
    const trust = { anchors: ends.anchors, crls: ends.crls, otherCrls: strange.crls, recipients: [oin] };
    placeScripts(directory.path, [], {
      'both-ends.mjs': bothEnds,
      'ends.json': {
        source: { ...common, ...trust, unit: 'pi', permit, recipientKey, data },
        recipient: { ...common, unit: 'gemeente', oin, privateKey: ends.privateJwk(ends.pair) },
      },
    });
    const manifest = await packClient(directory.path);
    const versions = await Promise.all(
      nodes().map(async (path) => [path, await run(path, ['--version'], directory.path)] as const),
    );
    const promised = versions.filter(([, version]) => majorOf(version) >= majorOf(manifest.engines.node));
    expect(promised.length).toBeGreaterThan(0);
    for (const [path, version] of promised) {
      const said = JSON.parse(await run(path, ['both-ends.mjs'], directory.path));
      expect(said).toEqual({ node: version.trim().slice(1), data, refused: 'certificate', request });
    }
  });
});
