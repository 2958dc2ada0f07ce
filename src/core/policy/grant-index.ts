import type { PurposeId } from '../brand.ts';
import type { Grant, Policy } from './policy.ts';

type Policies = ReadonlyMap<PurposeId, Policy>;
type ByKinds = ReadonlyMap<string, ReadonlyMap<string, readonly Grant[]>>;

const indexes = new WeakMap<Policies, ReadonlyMap<PurposeId, ByKinds>>();
const none: readonly Grant[] = [];

/** Every grant of the purpose between two kinds; none for any word that does not exist. */
export function grantsIn(policies: Policies, purpose: PurposeId, source: string, recipient: string): readonly Grant[] {
  let index = indexes.get(policies);
  if (index === undefined) {
    index = new Map([...policies].map(([id, policy]) => [id, byKinds(policy.grants)]));
    indexes.set(policies, index);
  }
  return index.get(purpose)?.get(source)?.get(recipient) ?? none;
}

function byKinds(grants: readonly Grant[]): ByKinds {
  const bySource = Map.groupBy(grants, ({ source }) => source);
  return new Map(
    [...bySource].map(([source, from]) => [source, Map.groupBy(from, ({ recipient }) => recipient)] as const),
  );
}
