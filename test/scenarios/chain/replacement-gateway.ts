import { join } from 'node:path';
import { z } from 'zod';
import { type PartnerClient, partnerClient } from '../../../src/demo/partner-client.ts';
import { databaseEnvironment } from '../../../src/demo/story/proof.ts';
import { gatewayOin, userSigner, type World } from '../../../src/demo/world.ts';
import { createProcesses } from '../../../src/processes/processes.ts';
import { main } from './running-chain.ts';

const address = z.object({ partnerUrl: z.url(), publicUrl: z.url() });

export interface ReplacementGateway {
  readonly partnerUrl: string;
  readonly pid: number;
  client(unit: string): PartnerClient;
  stop(): Promise<void>;
}

/** The settings of a gateway of this world, as its operator would write them down. */
async function gatewaySettings(world: World): Promise<Record<string, string>> {
  const { authority, gatewayCredentials: source } = world;
  const server = await authority.issueServer({ name: `sluis-server-${Date.now()}` });
  return {
    ...databaseEnvironment(world),
    SLUIS_ENVIRONMENT: 'demo',
    SLUIS_PARTNER_PORT: '0',
    SLUIS_PUBLIC_PORT: '0',
    SLUIS_TLS_CERT: server.certificateFile,
    SLUIS_TLS_KEY: server.keyFile,
    SLUIS_CLIENT_CA: authority.caFile,
    SLUIS_CLIENT_CRL: authority.crlFile,
    SLUIS_SOURCE_CERT: source.certificateFile,
    SLUIS_SOURCE_KEY: source.keyFile,
    SLUIS_SOURCE_CA: authority.caFile,
    SLUIS_SOURCE_CRL: authority.crlFile,
    SLUIS_OIN: gatewayOin,
    SLUIS_LOG_LEVEL: 'error',
  };
}

/** Starts a gateway on the world's database and keys, in the place of one that died, or beside others. */
export async function replacementGateway(
  world: World,
  changes: Readonly<Record<string, string>> = {},
): Promise<ReplacementGateway> {
  const processes = createProcesses({ signals: false });
  const { ready, pid } = await processes.start({
    name: 'the gateway that came after',
    module: new URL(`file://${main}`),
    args: ['serve'],
    env: { ...(await gatewaySettings(world)), ...changes },
    log: join(world.directory, 'gateway-after.log'),
    ready: address,
  });
  return {
    partnerUrl: ready.partnerUrl,
    pid,
    client(unit) {
      const credentials = world.credentials.get(unit);
      if (credentials === undefined) throw new RangeError(`no unit ${unit} takes part`);
      const files = { ...credentials, caFile: world.authority.caFile };
      return partnerClient(ready.partnerUrl, files, userSigner(world.signers, unit));
    },
    stop: () => processes.stop(),
  };
}
