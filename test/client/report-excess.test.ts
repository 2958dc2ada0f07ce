import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { JWK } from 'jose';
import { connect } from 'sluis/client';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { excessReportRoute } from '../../src/api/routes/excess-reports.ts';
import { temporaryDirectory } from '../crypto/peers.ts';
import { gatewayOin, sealingWorld } from '../world/sealing-world.ts';

const user = { id: 'arts-3', role: 'physician', name: 'H. Huisarts' };
const said = z.looseObject({ fields: z.array(z.string()), by: z.string() });

/** What the client sends over the wire, as the gateway's own form of it reads it. */
async function sent(fields: readonly string[]): Promise<readonly string[]> {
  const directory = temporaryDirectory();
  const { authority, credentials } = await sealingWorld(directory.path);
  const { certificate, key } = await authority.issueServer({ name: 'poort' });
  directory.remove();
  const bodies: unknown[] = [];
  const tls = { cert: certificate, key, ca: authority.ca, requestCert: true };
  const server = createServer(tls, async (incoming, outgoing) => {
    bodies.push(await json(incoming));
    outgoing.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const gateway = `https://localhost:${(server.address() as AddressInfo).port}`;
  const own = { cert: credentials.certificate, key: credentials.key, ca: authority.ca, unit: 'gemeente' };
  const signingKey = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }) as JWK;
  const connection = connect({ gateway, gatewayOin, signingKey, ...own });
  try {
    await connection.reportExcess('01890a5d-ac96-774b-bcce-b302099a8057', fields, user);
  } finally {
    connection.close();
    server.close();
  }
  expect(excessReportRoute.body.safeParse(bodies[0]).error?.issues).toBeUndefined();
  return said.parse(bodies[0]).fields;
}

const letters = (n: number) => `veld.${String.fromCharCode(97 + Math.floor(n / 26), 97 + (n % 26))}`;

it('reports an excess as it is, and one that is too large so that the gateway takes it', async () => {
  const fitting = Array.from({ length: 64 }, (_, n) => letters(n));
  expect(await sent(fitting)).toEqual(fitting);
  const most = Array.from({ length: 300 }, (_, n) => letters(n));
  expect(await sent(most)).toEqual([...most.slice(0, 63), 'rest.unnamed']);
  expect(await sent([`veld.${'n'.repeat(65)}`, 'Jan Ebbink', 'veld.aa', 'veld.aa'])).toEqual([
    'rest.unnamed',
    'veld.aa',
  ]);
});
