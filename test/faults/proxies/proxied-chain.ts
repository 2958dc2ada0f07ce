import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Credentials, createAuthority, type DemoAuthority } from '../../../src/demo/authority.ts';
import { type Chain, useChain } from '../../world/chain.ts';

export interface ProxiedChain {
  readonly chain: Chain;
  /** Where the gateway's entrance for proxies is. */
  readonly entrance: URL;
  /** Under the proxies' authority, and listed. */
  readonly proxy: Credentials;
  /** Under the proxies' authority, and not listed. */
  readonly unlisted: Credentials;
  /** Certificates of others, by what is wrong with them. */
  readonly strangers: ReadonlyMap<string, Credentials>;
  readonly server: Credentials;
}

const hourMs = 3_600_000;

/** A chain whose gateway has an entrance for proxies, and certificates to knock with. */
export function useProxiedChain(socket?: string): () => ProxiedChain {
  const env: Record<string, string> = {};
  const made: { proxy?: Credentials; unlisted?: Credentials; server?: Credentials } = {};
  const strangers = new Map<string, Credentials>();

  async function prepare(authority: DemoAuthority): Promise<void> {
    const proxies = await createAuthority(join(authority.directory, 'proxies'), 'Proxies');
    made.proxy = await proxies.issue({ name: 'proxy', usages: ['client'] });
    made.unlisted = await proxies.issue({ name: 'proxy-unlisted', usages: ['client'] });
    made.server = await authority.issueServer({ name: 'proxy-server' });
    const own = { oins: ['00000099000000003000'] };
    strangers.set('unregistered', await authority.issueClient({ name: 'unregistered', oin: '00000099000000777000' }));
    strangers.set('revoked', await authority.issue({ name: 'revoked', ...own, revoked: true }));
    const past = { notBefore: new Date(Date.now() - 2 * hourMs), notAfter: new Date(Date.now() - hourMs) };
    strangers.set('expired', await authority.issue({ name: 'expired', ...own, ...past }));
    strangers.set('withoutOin', await authority.issue({ name: 'without-oin' }));
    const foreign = await createAuthority(join(authority.directory, 'foreign'), 'Elders');
    strangers.set('foreign', await foreign.issue({ name: 'foreign', ...own }));
    Object.assign(env, {
      SLUIS_PROXY_PORT: '0',
      SLUIS_PROXY_CA: proxies.caFile,
      SLUIS_PROXY_CRL: proxies.crlFile,
      SLUIS_PROXY_CERTIFICATES: made.proxy.thumbprint,
      SLUIS_METRICS_PORT: '0',
      ...(socket === undefined ? {} : { SLUIS_PROXY_SOCKET: socket }),
    });
  }

  const chain = useChain({ prepare, env });
  return () => {
    const { proxy, unlisted, server } = made;
    const url = chain().world.gateways[0]?.ready.proxyUrl;
    if (!proxy || !unlisted || !server || !url) throw new Error('the chain is used in tests, after it started');
    return { chain: chain(), entrance: new URL(url), proxy, unlisted, strangers, server };
  };
}

/** Copies a configuration as it is delivered into a folder, with other addresses, ports and files. */
export function deployed(source: string, folder: string, changes: Readonly<Record<string, string>>): string {
  mkdirSync(folder, { recursive: true });
  let text = readFileSync(new URL(`../../../deploy/${source}`, import.meta.url), 'utf8');
  for (const [delivered, here] of Object.entries(changes)) {
    if (!text.includes(delivered)) throw new RangeError(`${source} says nothing of ${delivered}`);
    text = text.replaceAll(delivered, here);
  }
  const path = join(folder, source.replaceAll('/', '-'));
  writeFileSync(path, text);
  return path;
}

/** Puts files where a configuration looks for them. */
export function placeFiles(folder: string, files: Readonly<Record<string, string | { readonly copy: string }>>): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    if (typeof content === 'string') writeFileSync(join(folder, name), content, { mode: 0o600 });
    else copyFileSync(content.copy, join(folder, name));
  }
}
