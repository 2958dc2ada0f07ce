import { createHash } from 'node:crypto';
import type { Digest, Instant } from '../../brand.ts';
import { momentOf } from '../../calendar.ts';
import type { Leaf } from '../entry.ts';
import type { LedgerSource, PolicyFile } from '../ledger-source.ts';
import type { Findings } from './findings.ts';

/** Whether what entries were decided under was in force, and whether its files are the ones of its digest. */
export interface PolicyLinks {
  leaf(leaf: Leaf): void;
  /** An entry whose leaf is gone: what it activated cannot be told. */
  gone(kind: string): void;
  end(source: LedgerSource, since: number): Promise<void>;
}

interface Use {
  readonly id: string;
  readonly time: string;
}

/** Gateways' clocks differ, and their entries are taken up in no order between them. */
const tolerance = 60_000;

export function policyLinks(findings: Findings): PolicyLinks {
  const activated = new Set<string>();
  /** Earliest use of a set before its activation came by. */
  const early = new Map<string, Use>();
  /** Used before any activation was on record. */
  const before = new Map<string, Use>();
  const late: string[] = [];
  let latest: string | null = null;
  let isGone = false;

  const use = (digest: string, { id, time }: Use): void => {
    const uses = activated.size === 0 ? before : early;
    const known = uses.get(digest);
    if (known === undefined || time < known.time) uses.set(digest, { id, time });
  };
  const activate = (digest: string, time: string): void => {
    activated.add(digest);
    before.delete(digest);
    const used = early.get(digest);
    early.delete(digest);
    if (used === undefined) return;
    if (momentOf(time as Instant) > momentOf(used.time as Instant) + tolerance) late.push(used.id);
  };
  return {
    leaf(leaf) {
      const { policySet } = leaf;
      if (policySet !== null && policySet !== latest) {
        if (activated.has(policySet)) latest = policySet;
        else use(policySet, leaf);
      }
      if (leaf.kind === 'policy-activated' && typeof leaf.body.set === 'string') activate(leaf.body.set, leaf.time);
    },
    gone(kind) {
      if (kind === 'policy-activated') isGone = true;
    },
    async end(source, since) {
      const unknown = [...early.values()].map(({ id }) => id);
      // What was not read, or is gone, may have activated it.
      if (since > 0) findings.notChecked('activations before the beginning', 'they were not read');
      else if (isGone) for (const id of [...unknown, ...late]) findings.note('link-erased', id);
      else {
        for (const id of unknown) findings.problem('policy-unknown', id);
        for (const id of late) findings.problem('policy-early', id);
      }
      for (const { id } of before.values()) findings.note('policy-before', id);
      const kept = new Set<string>(await source.policySets());
      for (const digest of kept) await checkFiles(source, digest as Digest, activated.has(digest), findings);
      for (const digest of activated) if (!kept.has(digest)) findings.problem('policy-files', `policies/${digest}`);
    },
  };
}

/** Sets from before files were kept have none; whatever was activated on record has them. */
async function checkFiles(source: LedgerSource, digest: Digest, isActivated: boolean, findings: Findings) {
  const files = await source.policyFiles(digest);
  findings.checked.policySets += 1;
  if (files.length === 0 && !isActivated) findings.note('policy-unkept', `policies/${digest}`);
  else if (policyDigest(files) !== digest) findings.problem('policy-files', `policies/${digest}`);
}

/** As docs/ledger.md § Policy sets. */
export function policyDigest(files: readonly PolicyFile[]): string {
  const hash = createHash('sha256');
  for (const { file, bytes } of files.toSorted((a, b) => (a.file < b.file ? -1 : 1))) {
    hash.update(`${Buffer.byteLength(file)}:${file}\n${bytes.length}:`).update(bytes);
  }
  return `sha256:${hash.digest('hex')}`;
}
