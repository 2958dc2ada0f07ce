import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Credentials, createAuthority, type DemoAuthority } from '../../../src/demo/authority.ts';
import { gatewayOin } from '../../../src/demo/world.ts';
import { type ManagerSigner, managerSigner } from '../../world/fsc.ts';

/** What may stand before a gateway, with what it needs to be believed. */
export interface Fronts {
  readonly proxy: Credentials;
  /** Under the proxies' authority, and not listed. */
  readonly unlisted: Credentials;
  readonly inway: Credentials;
  readonly manager: ManagerSigner;
  readonly env: Readonly<Record<string, string>>;
}

/** Certificates and settings of a proxy and an Inway before the gateways. `named`: in the certificate of whoever is not listed. */
export async function issueFronts(
  authority: DemoAuthority,
  named: { readonly cn: string; readonly organisation: string },
): Promise<Fronts> {
  const proxies = await createAuthority(join(authority.directory, 'proxies'), 'Proxies');
  const proxy = await proxies.issue({ name: 'proxy', usages: ['client'] });
  const unlisted = await proxies.issue({ name: 'proxy-unlisted', ...named, usages: ['client'] });
  const inway = await authority.issueClient({ name: 'inway', oin: gatewayOin });
  const manager = managerSigner('manager-1');
  const jwks = join(authority.directory, 'manager-jwks.json');
  writeFileSync(jwks, JSON.stringify({ keys: [manager.jwk] }));
  const env = {
    SLUIS_PROXY_PORT: '0',
    SLUIS_PROXY_CA: proxies.caFile,
    SLUIS_PROXY_CRL: proxies.crlFile,
    SLUIS_PROXY_CERTIFICATES: proxy.thumbprint,
    SLUIS_FSC_INWAYS: inway.thumbprint,
    SLUIS_FSC_GROUP: 'fsc.example',
    SLUIS_FSC_SERVICES: 'sluis',
    SLUIS_FSC_INWAY_ADDRESSES: 'https://inway.example:443',
    SLUIS_FSC_MANAGER_JWKS: jwks,
  };
  return { proxy, unlisted, inway, manager, env };
}
