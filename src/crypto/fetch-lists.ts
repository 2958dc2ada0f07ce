import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DerError } from './path/der.ts';
import { derInFile, PemError } from './path/pem-blocks.ts';
import { isCurrent, isListOf, parseRevocationList, type RevocationList } from './path/revocation-list.ts';
import type { Trust } from './trust.ts';
import { readListFile } from './trust-files.ts';

export interface ListFetching {
  readonly urls: readonly string[];
  /** Folder for what was fetched; a source of revocation lists like any other. */
  readonly folder: string;
  readonly everyMs: number;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** The CAs that may have signed a list; those that are configured and no others. */
  readonly trust: () => Pick<Trust, 'anchors' | 'intermediates'>;
  /** What did not work, in one line that names the address. */
  readonly onProblem: (text: string) => void;
}

/**
 * Fetches revocation lists now and on a schedule. What is fetched takes the place of what is there by a rename, and only
 * when it is better: signed by a configured CA, current, and not older. `first` settles after the first round.
 */
export function fetchLists(fetching: ListFetching): { readonly first: Promise<void>; close(): void } {
  mkdirSync(fetching.folder, { recursive: true, mode: 0o700 });
  const stop = new AbortController();
  const round = async (): Promise<void> => {
    await Promise.all(
      fetching.urls.map(async (url) => {
        const problem = await fetchList(url, fetching, stop.signal);
        if (problem !== null && !stop.signal.aborted) fetching.onProblem(`${url}: ${problem}`);
      }),
    );
  };
  const first = round();
  const timer = setInterval(() => {
    round().catch(() => fetching.onProblem('revocation lists could not be fetched'));
  }, fetching.everyMs);
  timer.unref();
  return {
    first,
    close() {
      clearInterval(timer);
      stop.abort();
    },
  };
}

/** Where the list of this address is kept. */
export function fetchedFile(folder: string, url: string): string {
  return join(folder, `${createHash('sha256').update(url).digest('hex').slice(0, 32)}.crl`);
}

async function fetchList(url: string, fetching: ListFetching, stopped: AbortSignal): Promise<string | null> {
  const got = await download(url, fetching, stopped);
  if (typeof got === 'string') return got;
  const lists = listsIn(got);
  if (lists === null) return 'what was fetched is not a revocation list';
  const file = fetchedFile(fetching.folder, url);
  const before = existsSync(file) ? readListFile(file) : null;
  const problem = problemOf(lists, before !== null && 'items' in before ? before.items : [], fetching.trust());
  if (problem === null && !isSameAs(lists, before)) replaceFile(file, got);
  return problem;
}

async function download(
  url: string,
  { timeoutMs, maxBytes }: ListFetching,
  stopped: AbortSignal,
): Promise<Buffer | string> {
  try {
    const signal = AbortSignal.any([AbortSignal.timeout(timeoutMs), stopped]);
    // an address that sends us elsewhere is not the one that was configured
    const response = await fetch(url, { redirect: 'error', signal, headers: { accept: 'application/pkix-crl' } });
    if (response.status !== 200) return `answered ${response.status}`;
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of response.body ?? []) {
      length += chunk.length;
      if (length > maxBytes) return `is larger than ${maxBytes} bytes`;
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } catch (error) {
    // fetch tells each way in which an address cannot be reached as one of these two
    if (error instanceof TypeError || error instanceof DOMException) return 'cannot be fetched';
    throw error;
  }
}

function listsIn(bytes: Buffer): RevocationList[] | null {
  try {
    const lists = derInFile(bytes, ['X509 CRL', 'CRL']).map(parseRevocationList);
    return lists.length === 0 ? null : lists;
  } catch (error) {
    if (error instanceof DerError || error instanceof PemError) return null;
    throw error;
  }
}

function problemOf(
  lists: readonly RevocationList[],
  before: readonly RevocationList[],
  { anchors, intermediates }: Pick<Trust, 'anchors' | 'intermediates'>,
): string | null {
  const now = new Date();
  for (const list of lists) {
    if (list.unusable !== null) return `the list says nothing by itself (${list.unusable})`;
    if (![...anchors, ...intermediates].some((authority) => isListOf(list, authority)))
      return 'the list is not signed by a configured CA';
    if (!isCurrent(list, now)) return 'the list has expired or is not valid yet';
    const newer = before.find((old) => old.issuer.key === list.issuer.key && old.thisUpdate > list.thisUpdate);
    if (newer !== undefined) return 'the list is older than the one that is here';
  }
  // whoever had a list here must have one still
  const missing = before.some(
    (old) => isCurrent(old, now) && !lists.some(({ issuer }) => issuer.key === old.issuer.key),
  );
  return missing ? 'the list is of another CA than the one that is here' : null;
}

function isSameAs(lists: readonly RevocationList[], before: ReturnType<typeof readListFile> | null): boolean {
  if (before === null || !('items' in before)) return false;
  return lists.map(({ digest }) => digest).join() === before.items.map(({ digest }) => digest).join();
}

/** Whoever reads sees the old list or the new one, also after a power cut. */
function replaceFile(file: string, bytes: Buffer): void {
  // gateways that share the folder may fetch at the same moment
  const fresh = `${file}.${randomUUID()}.new`;
  writeFileSync(fresh, bytes, { flag: 'wx', mode: 0o600, flush: true });
  renameSync(fresh, file);
}
