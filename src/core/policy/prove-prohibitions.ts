import type { FieldId, PurposeId } from '../brand.ts';
import type { Catalogue } from '../category/catalogue.ts';
import type { Condition } from './condition.ts';
import type { Grant } from './policy.ts';
import { allowsGrant, concerns, type Exception, forbids, type Prohibition } from './prohibition.ts';
import { restrictionIn } from './restriction-in.ts';
import { describeRequest } from './worlds/describe.ts';
import { leavesOf, readingsOf } from './worlds/reading.ts';
import { evidenceIn, type World } from './worlds/world.ts';
import { worldsOf } from './worlds.ts';

/** A field that a grant permits in a situation in which a prohibition forbids it. */
export interface Violation {
  readonly prohibition: string;
  readonly field: FieldId;
  /** What the author of the rule reads: the counterexample as a request, or that it cannot be proved. */
  readonly message: string;
}

/**
 * The proof that a grant permits nothing that a prohibition forbids: every situation that the
 * conditions of the rule and of `unless` can tell apart is tried. Empty: it is proved.
 *
 * INVARIANT: what cannot be tried is a violation; a rule with too many conditions does not load.
 */
export function proveProhibitions(
  purpose: PurposeId,
  grant: Grant,
  prohibitions: readonly Prohibition[],
  catalogue: Catalogue,
): readonly Violation[] {
  return prohibitions.flatMap((prohibition) => {
    if (!concerns(prohibition, grant)) return [];
    const { source, recipient } = grant;
    const fields = [...grant.fields].filter((field) => forbids(prohibition, { purpose, source, recipient, field }));
    if (fields.length === 0) return [];
    const found = counterexample(grant, prohibition, catalogue);
    if (found === null) return [];
    const { id } = prohibition;
    return fields.map((field) => ({ prohibition: id, field, message: messageOf(found, id, field, grant) }));
  });
}

function messageOf(found: World | 'too many', prohibition: string, field: FieldId, grant: Grant): string {
  if (found === 'too many') {
    return `too many conditions to prove that ${field} to ${grant.recipient} keeps prohibition "${prohibition}": split rule "${grant.rule}"`;
  }
  const request = describeRequest(found, grant, [field]);
  return `prohibition "${prohibition}" forbids ${field} to ${grant.recipient}, but the rule permits it when ${request}`;
}

/** A situation in which the grant permits and the prohibition forbids; null: there is none. */
function counterexample(grant: Grant, { unless }: Prohibition, catalogue: Catalogue): World | 'too many' | null {
  const lifting = unless !== null && allowsGrant(unless, grant) ? unless : null;
  if (lifting === null) return violationOf(grant, null, catalogue);
  if (asksAll(grant, lifting)) return null;
  // A grant that asked less would permit more: where even that one keeps the prohibition, the whole one does too.
  const read = new Set(lifting.conditions.flatMap(typesOf));
  const near = grant.conditions.filter((condition) => typesOf(condition).some((type) => read.has(type)));
  if (near.length < grant.conditions.length) {
    const found = violationOf({ ...grant, conditions: near }, lifting, catalogue);
    if (found === null) return null;
  }
  return violationOf(grant, lifting, catalogue);
}

/** Types of fact that a condition reads. */
function typesOf(condition: Condition): readonly string[] {
  return leavesOf(condition).flatMap(({ form }) => readingsOf(form).map(({ type }) => type));
}

function violationOf(grant: Grant, lifting: Exception | null, catalogue: Catalogue): World | 'too many' | null {
  const worlds = worldsOf({
    kinds: grant,
    catalogues: [catalogue],
    conjunctions: [grant.conditions, lifting?.conditions ?? []],
    needed: grant.conditions,
    reasons: false,
    consents: grant.consent === 'required' ? ['consent'] : grant.consent === 'waiver' ? ['waiver'] : [],
  });
  if (worlds === null) return 'too many';
  for (const world of worlds) if (isViolated(world, grant, lifting)) return world;
  return null;
}

/** What the rule asks itself needs no trying: one and the same condition cannot be true and not true. */
function asksAll(grant: Grant, { conditions }: Exception): boolean {
  const asked = new Set(grant.conditions.map(({ key }) => key));
  return conditions.every(({ key }) => asked.has(key));
}

function isViolated(world: World, grant: Grant, lifting: Exception | null): boolean {
  // Without the consent that it rests on a grant permits nothing.
  if ((grant.consent === 'required' || grant.consent === 'waiver') && world.consents.length === 0) return false;
  const evidence = evidenceIn(world, grant);
  const isTrue = (conditions: Exception['conditions']): boolean =>
    conditions.every((condition) => condition.evaluate(evidence).value === 'true');
  if (!isTrue(grant.conditions)) return false;
  if (restrictionIn(evidence).value !== 'false') return false;
  return lifting === null || !isTrue(lifting.conditions);
}
