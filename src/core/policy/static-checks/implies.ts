import type { Catalogue } from '../../category/catalogue.ts';
import { phaseType, phaseWord } from '../condition/phase.ts';
import { involvementRole, involvementType, wordsOf } from '../condition.ts';
import type { ConditionForm, FactsForm } from '../condition-form.ts';

/** Between which kinds two conditions are compared: they decide which roles can mean anything. */
export interface Between {
  readonly catalogue: Catalogue;
  /** Partner kinds. */
  readonly source: string;
  readonly recipient: string;
}

/**
 * Whether `b` is true wherever `a` is, as far as their words alone show it. `false` may also mean
 * that they cannot be compared, so it proves nothing.
 */
export function implies(a: ConditionForm, b: ConditionForm, between: Between): boolean {
  if (b.all !== undefined) return b.all.every((member) => implies(a, member, between));
  if (a.any !== undefined) return a.any.every((member) => implies(member, b, between));
  if (b.any?.some((member) => implies(a, member, between))) return true;
  if (a.all !== undefined) return a.all.some((member) => implies(member, b, between));
  return impliesSimply(a, b, between);
}

/** Roles of an `involved` that a unit of its side's kind can have at all. */
export function possibleRoles(form: NonNullable<ConditionForm['involved']>, between: Between): string[] {
  const kind = between[form.who];
  return form.as.filter((role) => rolesOf(kind, between.catalogue).includes(role));
}

/** Every role in which a unit of this kind can be involved. */
export function rolesOf(kind: string, catalogue: Catalogue): string[] {
  const words = wordsOf(catalogue, involvementType, involvementRole);
  return [...words].filter(([, { about }]) => about?.includes(kind) ?? false).map(([role]) => role);
}

function impliesSimply(a: ConditionForm, b: ConditionForm, between: Between): boolean {
  if (a.user && b.user) return subset(a.user.role, b.user.role);
  if (a.member && b.member) return a.member.of === b.member.of;
  if (a.involved && b.involved) {
    return a.involved.who === b.involved.who && subset(possibleRoles(a.involved, between), b.involved.as);
  }
  if (a.window && b.window) return windowWithin(a.window, b.window);
  if (a.lasted && b.lasted) {
    const { atLeast } = b.lasted;
    return sameFacts(a.lasted, b.lasted) && atMost(atLeast, a.lasted.atLeast);
  }
  const stands = holdsOf(a) ?? a.lasted;
  const asked = holdsOf(b);
  return stands !== undefined && asked !== undefined && sameFacts(stands, asked);
}

/** `holds` and `phase` ask the same of different facts. */
function holdsOf(form: ConditionForm): FactsForm | undefined {
  if (typeof form.holds === 'string') return { type: form.holds };
  if (form.holds !== undefined) return form.holds;
  return form.phase === undefined ? undefined : { type: phaseType, is: { [phaseWord]: form.phase } };
}

/** Whether each fact that `a` is about is one that `b` is about. */
function sameFacts(a: FactsForm, b: FactsForm): boolean {
  if (a.type !== b.type || (b.about !== undefined && a.about !== b.about)) return false;
  return Object.entries(b.is ?? {}).every(([attribute, words]) => {
    const narrower = a.is?.[attribute];
    return narrower !== undefined && subset(narrower, words);
  });
}

type WindowForm = NonNullable<ConditionForm['window']>;

function windowWithin(a: WindowForm, b: WindowForm): boolean {
  if (a.edge !== b.edge || !sameFacts(a, b)) return false;
  const opens = b.opens === undefined || (a.opens !== undefined && atMost(b.opens, a.opens));
  const closes = b.closes === undefined || (a.closes !== undefined && atMost(a.closes, b.closes));
  return opens && closes;
}

function subset(inner: readonly string[], outer: readonly string[]): boolean {
  return inner.every((word) => outer.includes(word));
}

const units: Readonly<Record<string, readonly [family: 'months' | 'days', count: number]>> = {
  Y: ['months', 12],
  M: ['months', 1],
  W: ['days', 7],
  D: ['days', 1],
};

/** Months and years compare, weeks and days compare, the two families do not. */
function atMost(a: string, b: string): boolean {
  const [first, second] = [measured(a), measured(b)];
  return first !== null && second !== null && first.family === second.family && first.count <= second.count;
}

function measured(duration: string): { readonly family: string; readonly count: number } | null {
  const [, sign = '', count = '', letter = ''] = /^(-?)P([0-9]+)([YMWD])$/.exec(duration) ?? [];
  const unit = units[letter];
  if (unit === undefined) return null;
  return { family: unit[0], count: Number(`${sign}${count}`) * unit[1] };
}
