import type { FieldId, PurposeId } from '../brand.ts';
import type { ConsentKind } from '../consent/consent.ts';
import { decide } from './decide.ts';
import type { Decision } from './decision.ts';
import type { Grant } from './policy.ts';
import { grantsBetween, type PolicySet } from './policy-set.ts';
import { concerns, forbids, type Prohibition } from './prohibition.ts';
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
): Generator<Compared | Uncompared> {
  for (const pair of pairs) {
    for (const group of groupsOf(before, after, pair)) {
      const { fields, grants, prohibitions } = group;
      const first = fields.slice(0, 1);
      const worlds = worldsOf({
        kinds: pair,
        catalogues: before.catalogue === after.catalogue ? [before.catalogue] : [before.catalogue, after.catalogue],
        conditions: [
          ...grants.flatMap(({ conditions }) => conditions),
          ...prohibitions.flatMap(({ unless }) => unless?.conditions ?? []),
        ],
        reasons,
        consents: consentsOf(grants),
      });
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

/** Fields that the same grants name and the same prohibitions speak of, in both sets. */
function groupsOf(before: PolicySet, after: PolicySet, pair: Pair): readonly Group[] {
  const sets = before === after ? [before] : [before, after];
  const fields = new Set(sets.flatMap(({ catalogue }) => [...catalogue.fields.keys()]));
  const groups = new Map<string, { fields: FieldId[] } & Omit<Group, 'fields'>>();
  const found = sets.map((set) => ({
    grants: grantsBetween(set, pair.purpose, pair.source, pair.recipient),
    prohibitions: set.prohibitions,
  }));
  for (const field of fields) {
    const flow = { ...pair, field };
    const grants = found.map((one) => one.grants.map((grant) => grant.fields.has(field)));
    const prohibitions = found.map((one) => one.prohibitions.map((prohibition) => forbids(prohibition, flow)));
    const key = JSON.stringify([grants, prohibitions]);
    const group = groups.get(key);
    if (group !== undefined) group.fields.push(field);
    else {
      const naming = found.flatMap((one, set) => one.grants.filter((_, index) => grants[set]?.[index]));
      const forbidding = found.flatMap((one, set) =>
        one.prohibitions.filter(
          (prohibition, index) => prohibitions[set]?.[index] && naming.some((grant) => concerns(prohibition, grant)),
        ),
      );
      groups.set(key, { fields: [field], grants: naming, prohibitions: forbidding });
    }
  }
  return [...groups.values()];
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
