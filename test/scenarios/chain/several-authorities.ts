import { copyFileSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { partnersFile } from '../../../src/core/partner/partners-file.ts';
import { type Credentials, createAuthority, type DemoAuthority } from '../../../src/demo/authority.ts';
import { demoPartners } from '../../../src/demo/partners.ts';
import { roles } from '../../../src/demo/story/scene.ts';
import { applyPartners } from '../../../src/store/partners.ts';
import { type Chain, eventually, useChain } from '../../world/chain.ts';
import { type HeldConnection, holdConnection } from '../../world/held-connection.ts';

/** Two gateways that trust what is in folders, and certificates of partners under more than one authority. */
export interface SeveralAuthorities {
  readonly chain: Chain;
  readonly authorities: {
    /** Whose list stands at an address and in no file. */
    readonly byAddress: DemoAuthority;
    /** That the gateways do not trust at first. */
    readonly later: DemoAuthority;
    /** Of the gateways' own proxies, and the one that follows it, which the gateways do not know at first. */
    readonly proxies: DemoAuthority;
    readonly proxiesNext: DemoAuthority;
  };
  credentials(who: string): Credentials;
  /** Puts a file in a folder of the gateways in one step, as whoever keeps lists should. */
  place(folder: 'cas' | 'lists', name: string, file: string): void;
  takeAway(folder: 'cas' | 'lists', name: string): void;
  /** What is at the address from now on. */
  publish(list: string): void;
  /** A connection of a unit of the demo, or of a certificate made here, to one of the gateways. */
  hold(who: string, gateway: number, more?: object): Promise<HeldConnection>;
  /** The same to its entrance for proxies. */
  holdAsProxy(who: string, gateway: number): Promise<HeldConnection>;
  /** Waits until a new connection is answered so. */
  answered(open: () => Promise<HeldConnection>, answer: string): Promise<void>;
}

type Made = SeveralAuthorities['authorities'] & { readonly issued: Readonly<Record<string, Credentials>> };

const probation = { oin: '00000099000000002000' };
const neighbour = { oin: '00000099000000004000' };

/** `listed`: thumbprints of certificates that speak for the prison besides its own. */
export async function useSeveralAuthorities(listed: readonly string[]): Promise<() => SeveralAuthorities> {
  const directory = mkdtempSync(join(tmpdir(), 'sluis-authorities-'));
  const folderOf = (folder: 'cas' | 'lists'): string => join(directory, folder);
  for (const folder of ['cas', 'lists'] as const) mkdirSync(folderOf(folder));
  let published = '';
  const publisher = createServer((_, response) => response.end(published));
  await new Promise<void>((resolve) => publisher.listen(0, '127.0.0.1', resolve));
  const { port } = publisher.address() as AddressInfo;
  let made: Made | undefined;

  const place: SeveralAuthorities['place'] = (folder, name, file) => {
    const path = join(folderOf(folder), name);
    copyFileSync(file, `${path}.new`);
    renameSync(`${path}.new`, path);
  };
  const env: Record<string, string> = {
    SLUIS_CLIENT_CA: folderOf('cas'),
    SLUIS_CLIENT_CRL: folderOf('lists'),
    SLUIS_CLIENT_CRL_URLS: `http://127.0.0.1:${port}/elders.crl`,
    SLUIS_CLIENT_CRL_EVERY_MS: '1000',
  };
  const prepare = async (authority: DemoAuthority): Promise<void> => {
    made = await makeAuthorities(authority);
    place('cas', 'own.pem', authority.caFile);
    place('cas', 'elders.pem', made.byAddress.caFile);
    place('lists', 'own.pem', authority.crlFile);
    published = await made.byAddress.writeCrls();
    const ofProxies = Object.entries(made.issued).filter(([who]) => who.startsWith('proxy'));
    Object.assign(env, {
      SLUIS_PROXY_PORT: '0',
      SLUIS_PROXY_CA: made.proxies.caFile,
      SLUIS_PROXY_CRL: made.proxies.crlFile,
      SLUIS_PROXY_CERTIFICATES: ofProxies.map(([, { thumbprint }]) => thumbprint).join(),
    });
  };
  const chain = useChain({ gateways: 2, prepare, env });
  const world = (): SeveralAuthorities => {
    if (made === undefined) throw new Error('the authorities are used in tests, after the chain started');
    return worldOf(chain(), made);
  };
  const worldOf = (started: Chain, { issued, ...authorities }: Made): SeveralAuthorities => {
    const credentials = (who: string): Credentials => {
      const found = issued[who] ?? started.world.credentials.get(who);
      if (found === undefined) throw new RangeError(`no certificate of ${who}`);
      return found;
    };
    const holdAt = (who: string, url: string | null | undefined, more: object): Promise<HeldConnection> => {
      const { certificate: cert, key } = credentials(who);
      return holdConnection(url ?? '', { cert, key, ca: started.world.authority.ca, ...more });
    };
    return {
      chain: started,
      authorities,
      credentials,
      place,
      takeAway: (folder, name) => rmSync(join(folderOf(folder), name)),
      publish(list) {
        published = list;
      },
      hold: (who, gateway, more = {}) => holdAt(who, started.world.gateways[gateway]?.ready.partnerUrl, more),
      holdAsProxy: (who, gateway) => holdAt(who, started.world.gateways[gateway]?.ready.proxyUrl, {}),
      answered,
    };
  };
  beforeAll(async () => {
    if (made !== undefined) await listCertificates(chain(), made.issued, listed);
    for (const gateway of [0, 1]) await answered(() => world().hold('elsewhere', gateway), '200');
  });
  afterAll(() => {
    publisher.close();
    rmSync(directory, { recursive: true, force: true });
  });
  return world;
}

async function makeAuthorities(authority: DemoAuthority): Promise<Made> {
  const byAddress = await createAuthority(join(authority.directory, 'elders'), 'Elders');
  const later = await createAuthority(join(authority.directory, 'later'), 'Later');
  const proxies = await createAuthority(join(authority.directory, 'proxies'), 'Proxies');
  const proxiesNext = await createAuthority(join(authority.directory, 'proxies-next'), 'Proxies next');
  const proxy = { usages: ['client'] } as const;
  const issued = {
    proxy: await proxies.issue({ name: 'proxy', ...proxy }),
    proxyTakenBack: await proxies.issue({ name: 'proxy-taken-back', ...proxy }),
    proxyNext: await proxiesNext.issue({ name: 'proxy-next', ...proxy }),
    elsewhere: await byAddress.issueClient({ name: 'elsewhere', ...probation }),
    elsewhereToo: await byAddress.issueClient({ name: 'elsewhere-too', ...probation }),
    newcomer: await later.issueClient({ name: 'newcomer', ...neighbour }),
    withOldTls: await authority.issueClient({ name: 'with-old-tls', ...neighbour }),
    withNewTls: await authority.issueClient({ name: 'with-new-tls', ...neighbour }),
  };
  return { byAddress, later, proxies, proxiesNext, issued };
}

/** Registers every certificate that was made here for a unit, beside those that the demo has. */
async function listCertificates(
  { world, owner }: Chain,
  issued: Made['issued'],
  ofPrison: readonly string[],
): Promise<void> {
  const thumbprints = new Map([...world.credentials].map(([unit, { thumbprint }]) => [unit, thumbprint]));
  const signingKeys = new Map([...world.signers.units].map(([unit, { publicJwk }]) => [unit, publicJwk]));
  const file = demoPartners({ thumbprints, sources: world.sources, signingKeys });
  const of = (...names: readonly string[]) => names.map((name) => issued[name]?.thumbprint ?? '');
  const more: Readonly<Record<string, readonly string[]>> = {
    [roles.probation]: of('elsewhere', 'elsewhereToo'),
    [roles.neighbour]: of('newcomer', 'withOldTls', 'withNewTls'),
    [roles.prison]: ofPrison,
  };
  const organisations = file.organisations.map((organisation) => ({
    ...organisation,
    units: organisation.units.map((unit) => ({
      ...unit,
      thumbprints: [...unit.thumbprints, ...(more[unit.id] ?? [])],
    })),
  }));
  await applyPartners(owner, partnersFile.parse({ organisations }));
}

async function answered(open: () => Promise<HeldConnection>, answer: string): Promise<void> {
  await eventually(async () => {
    const connection = await open();
    const got = await connection.ask();
    connection.end();
    return got === answer ? got : null;
  });
}
