import type { FieldId, PurposeId } from '../brand.ts';
import type { ConsentKind } from '../consent/consent.ts';
import { decide } from './decide.ts';
import type { Decision } from './decision.ts';
import type { Grant } from './policy.ts';
import { grantsBetween, type PolicySet } from './policy-set.ts';
import { concerns, forbids, looksAtGrant, type Prohibition } from './prohibition.ts';
import { type Kinds, questionIn, type World } from './worlds/world.ts';
import { worldsOf } from './worlds.ts';

/** All questions of one purpose between two kinds of partners. */
export interface Pair extends Kinds {
  readonly purpose: PurposeId;
}

/** What two sets say to one question; `fields` are those to which they say the same everywhere. */
export interface Compared extends Pair {
  readonly trigger: 'pull' | 'push';
  readonly fields: readonly FieldId[];
  readonly world: World;
  readonly before: Decision;
  readonly after: Decision;
}

/** Conditions of which the situations are too many to compare: nobody may take that for the same. */
export interface Uncompared extends Pair {
  readonly trigger: null;
  readonly fields: readonly FieldId[];
}

const triggers = ['pull', 'push'] as const;

/**
 * Both answers to every question that can be told from another: each pair, trigger and group of
 * fields, in each situation that the conditions of both sets can tell apart. `reasons` tells why a
 * refusal fell too; without it only permits are told apart.
 */
export function* compareSets(
  before: PolicySet,
  after: PolicySet,
  pairs: Iterable<Pair>,
  reasons: boolean,
  known: KnownWorlds = new Map(),
): Generator<Compared | Uncompared> {
  for (const pair of pairs) {
    for (const group of groupsOf(before, after, pair)) {
      const { fields } = group;
      const first = fields.slice(0, 1);
      const worlds = worldsFor(before, after, pair, group, reasons, known);
      if (worlds === null) {
        yield { ...pair, trigger: null, fields };
        continue;
      }
      for (const trigger of triggers) {
        if (trigger === 'push' && isAlike(before, pair) && isAlike(after, pair)) continue;
        for (const world of worlds) {
          const asked = { ...pair, trigger, fields: first };
          yield {
            ...pair,
            trigger,
            fields,
            world,
            before: answer(before, world, asked),
            after: answer(after, world, asked),
          };
        }
      }
    }
  }
}

/** Situations that were found before, by what they were found for: many comparisons are over the same conditions. */
export type KnownWorlds = Map<string, readonly World[] | null>;

function worldsFor(
  before: PolicySet,
  after: PolicySet,
  { source, recipient }: Pair,
  { grants, prohibitions }: Group,
  reasons: boolean,
  known: KnownWorlds,
): readonly World[] | null {
  const lists = [
    ...grants.map(({ conditions }) => conditions),
    ...prohibitions.map(({ unless }) => unless?.conditions ?? []),
  ];
  const kinds = { source, recipient };
  const consents = consentsOf(grants);
  if (before.catalogue !== after.catalogue) {
    return worldsOf({ kinds, catalogues: [before.catalogue, after.catalogue], conjunctions: lists, reasons, consents });
  }
  // Under one catalogue a condition is its key.
  const byKeys = new Map(lists.map((list) => [list.map(({ key }) => key).join(' & '), list]));
  const sought = JSON.stringify([kinds, [...byKeys.keys()].sort(), consents, reasons]);
  const found = known.get(sought);
  if (found !== undefined) return found;
  const conjunctions = [...byKeys.values()];
  const worlds = worldsOf({ kinds, catalogues: [before.catalogue], conjunctions, reasons, consents });
  known.set(sought, worlds);
  return worlds;
}

/** Whether the set answers what is pushed as what is pulled, so that the one shows both. */
function isAlike({ policies }: PolicySet, { purpose }: Pair): boolean {
  return policies.get(purpose)?.trigger === 'both';
}

function answer(
  set: PolicySet,
  world: World,
  asked: Pair & { trigger: 'pull' | 'push'; fields: readonly FieldId[] },
): Decision {
  const notice = set.policies.get(asked.purpose)?.notice?.version ?? null;
  return decide(set, questionIn(world, asked, notice, set.catalogue));
}

function consentsOf(grants: readonly Grant[]): readonly ConsentKind[] {
  const kinds: readonly (ConsentKind | null)[] = grants.map(({ consent }) =>
    consent === 'required' ? 'consent' : consent === 'waiver' ? 'waiver' : null,
  );
  return [...new Set(kinds.filter((kind) => kind !== null))];
}

interface Group {
  readonly fields: readonly FieldId[];
  readonly grants: readonly Grant[];
  readonly prohibitions: readonly Prohibition[];
}

/** Fields that the same grants name and the same prohibitions speak of, in both sets; those on which nothing that decides differs are left out. */
function groupsOf(before: PolicySet, after: PolicySet, pair: Pair): readonly Group[] {
  const sets = [before, after];
  const grants = sets.map((set) => grantsBetween(set, pair.purpose, pair.source, pair.recipient));
  const prints = new Map(grants.flat().map((grant) => [grant, fingerprint(grant)]));
  const triggers = new Set(sets.map(({ policies }) => policies.get(pair.purpose)?.trigger));
  const unlike = before.catalogue !== after.catalogue || triggers.size > 1;
  const changed = new Set(
    [...before.prohibitions, ...after.prohibitions].filter((one) => !isInBoth(one, before, after)),
  );
  const naming = (field: FieldId): readonly (readonly Grant[])[] =>
    grants.map((some) => some.filter((grant) => grant.fields.has(field)));
  const differs = (field: FieldId): boolean => {
    if (unlike || [...changed].some((one) => forbids(one, { ...pair, field }) && bears(one, naming(field).flat())))
      return true;
    const [old, now] = naming(field).map((some) => some.map((grant) => prints.get(grant)).join());
    return old !== now;
  };
  const fields = new Set(sets.flatMap(({ catalogue }) => [...catalogue.fields.keys()]).filter(differs));
  const speaking = (field: FieldId): readonly (readonly Prohibition[])[] =>
    sets.map(({ prohibitions }) => prohibitions.filter((one) => forbids(one, { ...pair, field })));
  const groups = Map.groupBy(fields, (field) =>
    JSON.stringify([
      naming(field).map((some) => some.map(({ rule }) => rule)),
      speaking(field).map((some) => some.map(({ id }) => id)),
    ]),
  );
  return [...groups.values()].flatMap((some): readonly Group[] => {
    const [first] = some;
    if (first === undefined) return [];
    const named = naming(first).flat();
    const prohibitions = speaking(first)
      .flat()
      .filter((one) => named.some((grant) => concerns(one, grant)));
    return [{ fields: some, grants: named, prohibitions }];
  });
}

/**
 * Whether a prohibition can change an answer about a field that these grants name. Both sets were
 * proved at load: where a grant permits, what lifts the prohibition is so, and it says nothing.
 */
function bears(prohibition: Prohibition, grants: readonly Grant[]): boolean {
  if (prohibition.unless !== null && grants.length > 0) return false;
  return !looksAtGrant(prohibition) || grants.some((grant) => concerns(prohibition, grant));
}

function isInBoth(prohibition: Prohibition, before: PolicySet, after: PolicySet): boolean {
  return before.prohibitions.includes(prohibition) && after.prohibitions.includes(prohibition);
}

/** Everything of a grant that a decision depends on, but for its fields. */
function fingerprint({ rule, conditions, consent, obligations, obtained, bases }: Grant): string {
  return JSON.stringify([rule, conditions.map(({ key }) => key), consent, obligations, obtained, bases]);
}

/** Every pair between which one of the sets grants anything. */
export function grantedPairs(...sets: readonly PolicySet[]): readonly Pair[] {
  const pairs = new Map<string, Pair>();
  for (const { policies } of sets) {
    for (const { purpose, grants } of policies.values()) {
      for (const { source, recipient } of grants) {
        pairs.set(JSON.stringify([purpose, source, recipient]), { purpose, source, recipient });
      }
    }
  }
  return [...pairs.values()];
}
