import type { Catalogue } from '../../category/catalogue.ts';
import { phaseType, phaseWord } from '../condition/phase.ts';
import type { Condition } from '../condition.ts';
import { involvementRole, involvementType } from '../condition.ts';
import type { ConditionForm, ConditionName } from '../condition-form.ts';

/** Whose facts a condition looks at: those about one of the two sides, or those about anybody. */
export type About = 'source' | 'recipient' | 'anybody';

/** What one leaf of a condition reads of the facts of one type. */
export interface Reading {
  readonly type: string;
  readonly about: About;
  /** Attribute → the words that count; an attribute that is not named may say anything. */
  readonly is: Readonly<Record<string, readonly string[]>>;
  /** Offsets after `from` and after `until` at which the answer may turn. */
  readonly starts: readonly string[];
  readonly ends: readonly string[];
  /** Whether the answer depends on what the reference of a fact is. */
  readonly byReference: boolean;
  /** Whether a holder of an exclusive role elsewhere can make the answer unknown. */
  readonly byExclusion: boolean;
}

type Form<K extends ConditionName> = NonNullable<ConditionForm[K]>;
type Readers = {
  readonly [K in Exclude<ConditionName, 'any' | 'all' | 'user'>]: (form: Form<K>) => readonly Reading[];
};

const plain = { starts: [], ends: [], byReference: false, byExclusion: false };

/** INVARIANT: every condition that reads facts has a reader; the compiler of TypeScript insists. */
const readers: Readers = {
  involved: ({ who, as }) => [
    { ...plain, type: involvementType, about: who, is: { [involvementRole]: as }, byExclusion: true },
  ],
  holds: (form) =>
    typeof form === 'string'
      ? [{ ...plain, type: form, about: 'anybody', is: {} }]
      : [{ ...plain, type: form.type, about: form.about ?? 'anybody', is: form.is ?? {} }],
  phase: (words) => [{ ...plain, type: phaseType, about: 'anybody', is: { [phaseWord]: words } }],
  member: ({ of }) =>
    (['source', 'recipient'] as const).map((about) => ({
      ...plain,
      type: involvementType,
      about,
      is: { [involvementRole]: [of] },
      byReference: true,
    })),
  window: ({ type, is, about, edge, opens, closes }) => {
    const offsets = [opens, closes].filter((offset) => offset !== undefined);
    return [
      {
        ...plain,
        type,
        about: about ?? 'anybody',
        is: is ?? {},
        starts: edge === 'start' ? offsets : [],
        ends: edge === 'end' ? offsets : [],
      },
    ];
  },
  lasted: ({ type, is, about, atLeast }) => [
    { ...plain, type, about: about ?? 'anybody', is: is ?? {}, starts: [atLeast] },
  ],
};

/** A reading of every fact of a type. */
export function anyFact(type: string, about: About): Reading {
  return { ...plain, type, about, is: {} };
}

/** What a leaf reads; nothing for one that asks about the user, and never asked of `any` and `all`. */
export function readingsOf(form: ConditionForm): readonly Reading[] {
  if (form.involved !== undefined) return readers.involved(form.involved);
  if (form.holds !== undefined) return readers.holds(form.holds);
  if (form.phase !== undefined) return readers.phase(form.phase);
  if (form.member !== undefined) return readers.member(form.member);
  if (form.window !== undefined) return readers.window(form.window);
  if (form.lasted !== undefined) return readers.lasted(form.lasted);
  return [];
}

/** The conditions at the ends of `any` and `all`. */
export function leavesOf(condition: Condition): readonly Condition[] {
  return condition.members.length === 0 ? [condition] : condition.members.flatMap(leavesOf);
}

/** Groups of roles of which a person has one holder at a time, for the roles of a reading. */
export function exclusiveGroups(reading: Reading, catalogue: Catalogue): readonly string[] {
  if (!reading.byExclusion) return [];
  const words = catalogue.factTypes.get(reading.type)?.words.get(involvementRole);
  const groups = (reading.is[involvementRole] ?? []).map((role) => words?.get(role)?.exclusive ?? null);
  return [...new Set(groups.filter((group) => group !== null))];
}
