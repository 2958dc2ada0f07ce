import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { v7 } from 'uuid';
import { expect, it } from 'vitest';
import type { Credentials, DemoAuthority } from '../../src/demo/authority.ts';
import { gatewayOin } from '../../src/demo/world.ts';
import { expectProblem, useChain } from '../world/chain.ts';
import { confirmation, managerSigner } from '../world/fsc.ts';
import { rawCall } from '../world/raw-call.ts';

const signer = managerSigner('manager-1');
const env: Record<string, string> = {};
let inway: Credentials;

async function prepare(authority: DemoAuthority): Promise<void> {
  inway = await authority.issueClient({ name: 'inway', oin: gatewayOin });
  const jwks = join(authority.directory, 'manager-jwks.json');
  writeFileSync(jwks, 'not there yet');
  Object.assign(env, {
    SLUIS_FSC_INWAYS: inway.thumbprint,
    SLUIS_FSC_GROUP: 'fsc.example',
    SLUIS_FSC_SERVICES: 'sluis',
    SLUIS_FSC_INWAY_ADDRESSES: 'https://inway.example',
    SLUIS_FSC_MANAGER_JWKS: jwks,
  });
}

const chain = useChain({ prepare, env });

it('ERROR_CODE_SERVICE_UNREACHABLE: a token that cannot be checked lets nobody in, and an operator is told', async () => {
  const { world } = chain();
  const claims = { gid: 'fsc.example', svc: 'sluis', sub: '00000099000000003000', cnf: confirmation(inway.thumbprint) };
  const reply = await rawCall({
    url: new URL('/v1/events', world.gateways[0]?.ready.partnerUrl).href,
    ca: world.authority.ca,
    credentials: inway,
    headers: { 'Fsc-Authorization': signer.token(claims), 'Fsc-Transaction-Id': v7() },
  });
  expectProblem({ ...reply, body: JSON.parse(reply.text) }, 502, 'fsc-keys-unavailable');
  expect(reply.headers['fsc-error-code']).toBe('ERROR_CODE_SERVICE_UNREACHABLE');
  expect(reply.headers['retry-after']).toBe('15');
  expect(chain().log()).toContain('the keys of the FSC Manager cannot be read');
});
