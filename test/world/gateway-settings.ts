import { createAuthority, type DemoAuthority } from '../../src/demo/authority.ts';

const gatewayOin = '00000099000000009000';

/** A demo authority below `directory`, and every setting that `sluis serve` needs; without a database. */
export async function gatewaySettings(
  directory: string,
): Promise<{ readonly authority: DemoAuthority; readonly settings: Readonly<Record<string, string>> }> {
  const authority = await createAuthority(`${directory}/certificates`);
  const server = await authority.issueServer({ name: 'server' });
  const client = await authority.issueClient({ name: 'client', oin: gatewayOin });
  const settings = {
    SLUIS_ENVIRONMENT: 'demo',
    // Nobody asks here for anything that policies decide.
    SLUIS_POLICY_SIGNATURES: 'off',
    SLUIS_DATA_DIR: `${directory}/data`,
    SLUIS_PARTNER_PORT: '0',
    SLUIS_PUBLIC_PORT: '0',
    SLUIS_TLS_CERT: server.certificateFile,
    SLUIS_TLS_KEY: server.keyFile,
    SLUIS_CLIENT_CA: authority.caFile,
    SLUIS_CLIENT_CRL: authority.crlFile,
    SLUIS_SOURCE_CERT: client.certificateFile,
    SLUIS_SOURCE_KEY: client.keyFile,
    SLUIS_SOURCE_CA: authority.caFile,
    SLUIS_SOURCE_CRL: authority.crlFile,
    SLUIS_OIN: gatewayOin,
  };
  return { authority, settings };
}
