import { readFile } from 'node:fs/promises';
import type { Config } from '../config.ts';
import { managerKeys } from '../crypto/manager-keys.ts';
import type { KnownInways } from './identify.ts';

const strippedEveryMs = 60_000;

/** The FSC Inways that are set up, with the keys of their Manager. `fetch` gives the bytes at an https address. */
export function knownInways(
  config: Pick<Config, 'demo' | 'oin' | 'fronts'>,
  { fetch, alarm }: { readonly fetch: (url: string) => Promise<Buffer>; readonly alarm: (text: string) => void },
): KnownInways | null {
  const { inway } = config.fronts;
  if (inway === null) return null;
  const { certificates, group, services, addresses, managerJwks } = inway;
  const bytes = () => (managerJwks.startsWith('https://') ? fetch(managerJwks) : readFile(managerJwks));
  const keys = managerKeys(bytes, { onProblem: () => alarm('the keys of the FSC Manager cannot be read') });
  const issuer = inway.peer ?? config.oin;
  return {
    certificates,
    rules: { group, services, issuer, audiences: addresses, keys, acceptTestOins: config.demo },
  };
}

/**
 * Counts requests with headers that only a front of ours may send, and tells an operator at most once a minute:
 * anybody can send them, and nobody may fill the log.
 */
export function unbelievedHeaders(options: {
  readonly count: () => void;
  readonly tell: (text: string) => void;
  readonly now?: () => number;
}): () => void {
  const { now = () => performance.now() } = options;
  let toldAt = Number.NEGATIVE_INFINITY;
  let untold = 0;
  return () => {
    options.count();
    untold += 1;
    if (now() - toldAt < strippedEveryMs) return;
    options.tell(
      `headers that only a proxy or an Inway may send came from elsewhere and were removed: ${untold} times`,
    );
    toldAt = now();
    untold = 0;
  };
}
