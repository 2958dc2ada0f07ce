import { Problems } from '../../core/category/file-problem.ts';
import type { Pair } from '../../core/policy/compare-sets.ts';
import { compileProhibitions } from '../../core/policy/compile-prohibitions.ts';
import { grantsBetween, type PolicySet } from '../../core/policy/policy-set.ts';
import type { Prohibition } from '../../core/policy/prohibition.ts';
import { type ProhibitionsFile, prohibitionsFile } from '../../core/policy/prohibition-file.ts';
import { proveProhibitions } from '../../core/policy/prove-prohibitions.ts';
import type { Spoilt } from './judge.ts';

export type SpoiltProhibitions =
  | { readonly ok: true; readonly spoilt: Spoilt }
  | { readonly ok: false; readonly problems: readonly string[] };

/** A set under other prohibitions, of which the one by this id changed; proved anew against every rule. */
export function spoilProhibitions(set: PolicySet, content: unknown, id: string): SpoiltProhibitions {
  const notes = new Problems('');
  const form = notes.parse<ProhibitionsFile>(prohibitionsFile, content);
  const prohibitions = compileProhibitions(form ?? [], set.catalogue, notes);
  const changed = prohibitions.filter((prohibition) => prohibition.id === id);
  if (notes.found.length === 0) {
    for (const { purpose, grants } of set.policies.values()) {
      for (const grant of grants) {
        const [violation] = proveProhibitions(purpose, grant, changed, set.catalogue);
        if (violation !== undefined) return { ok: false, problems: [violation.message] };
      }
    }
  }
  if (notes.found.length > 0) return { ok: false, problems: notes.found.map(({ message }) => message) };
  const before = set.prohibitions.filter((prohibition) => prohibition.id === id);
  // The others are taken as they were, so that it can be told which one changed.
  const kept = new Map(set.prohibitions.map((prohibition) => [prohibition.id, prohibition]));
  const spoilt = prohibitions.map((prohibition) =>
    prohibition.id === id ? prohibition : (kept.get(prohibition.id) ?? prohibition),
  );
  return {
    ok: true,
    spoilt: {
      set: { ...set, prohibitions: spoilt },
      everywhere: true,
      pairs: pairsUnder([...before, ...changed], set),
    },
  };
}

/**
 * Every pair of kinds and purpose of which one of these prohibitions speaks. Where nothing is granted
 * the prohibitions alone decide, so that of pairs of which the same ones speak one is enough.
 */
function pairsUnder(prohibitions: readonly Prohibition[], set: PolicySet): readonly Pair[] {
  const kinds = [...set.catalogue.partnerKinds.keys()];
  const speaks = (prohibition: Prohibition, { purpose, source, recipient }: Pair): boolean =>
    (prohibition.purposes?.has(purpose) ?? true) &&
    (prohibition.sources?.has(source) ?? true) &&
    (prohibition.recipients?.has(recipient) ?? true);
  const found = new Map<string, Pair>();
  for (const purpose of set.catalogue.purposes.keys()) {
    for (const source of kinds) {
      for (const recipient of kinds) {
        const pair = { purpose, source, recipient };
        if (!prohibitions.some((prohibition) => speaks(prohibition, pair))) continue;
        const granted = grantsBetween(set, purpose, source, recipient).length > 0;
        const policy = set.policies.has(purpose);
        const speaking = [...set.prohibitions, ...prohibitions].map((one) => (speaks(one, pair) ? 1 : 0)).join('');
        found.set(granted ? JSON.stringify(pair) : `${policy} ${speaking}`, pair);
      }
    }
  }
  return [...found.values()];
}
