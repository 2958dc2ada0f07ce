import type { Instant } from '../../brand.ts';
import { momentOf, shifted } from '../../calendar.ts';
import { phaseType, phaseWord } from '../condition/phase.ts';
import { involvementRole } from '../condition.ts';
import type { ConditionForm, WindowForm } from '../condition-form.ts';
import type { RecordedCondition } from './recorded-decision.ts';

/** Which facts a condition looks at, where it looks at facts of one type about nobody in particular. */
interface Facts {
  readonly type: string;
  readonly is: NonNullable<WindowForm['is']>;
}

type Inputs = Readonly<Record<string, string>>;

/** Null for a condition about a unit, about the user, or about several conditions. */
export function factsOf(form: ConditionForm): Facts | null {
  if (form.phase !== undefined) return { type: phaseType, is: { [phaseWord]: form.phase } };
  const { holds } = form;
  if (typeof holds === 'string') return { type: holds, is: {} };
  const named = form.window ?? form.lasted ?? holds;
  return named === undefined || named.about !== undefined ? null : { type: named.type, is: named.is ?? {} };
}

/** Whether the fact that the one recorded may settle the other. */
export function mayShareFact(form: ConditionForm, recorded: ConditionForm): boolean {
  if (form.involved !== undefined) return form.involved.who === recorded.involved?.who;
  const [asked, named] = [factsOf(form), factsOf(recorded)];
  return asked !== null && named !== null && asked.type === named.type;
}

/**
 * Whether the fact that another condition recorded makes this one true, at whatever time of the days
 * on record it began and ended. One fact suffices for true; that it does not do so proves nothing,
 * since there may have been others. The two may share a fact.
 */
export function trueByFact(
  form: ConditionForm,
  { value, inputs }: Pick<RecordedCondition, 'value' | 'inputs'>,
  now: Instant,
): boolean {
  // What is true of a unit in its role is so though a narrower choice of roles is asked.
  if (form.involved !== undefined) return value === 'true' && form.involved.as.includes(inputs[involvementRole] ?? '');
  if (inputs.state !== 'attested' && inputs.state !== 'ended') return false;
  // What a fact's own words would hide behind the dates of the record is not there to be read.
  const matches = Object.entries(factsOf(form)?.is ?? {}).every(
    ([attribute, words]) => !dateNames.has(attribute) && words.includes(inputs[attribute] ?? ''),
  );
  if (!matches) return false;
  const { window, lasted } = form;
  if (window !== undefined) return liesIn(window, inputs, now);
  if (!standsSurely(inputs, now)) return false;
  return lasted === undefined || everyTime(inputs.from, (from) => shifted(from, lasted.atLeast) <= momentOf(now));
}

const dateNames: ReadonlySet<string> = new Set(['state', 'from', 'until']);

function liesIn({ edge, opens, closes }: WindowForm, inputs: Inputs, now: Instant): boolean {
  const moment = momentOf(now);
  return everyTime(edge === 'start' ? inputs.from : inputs.until, (at) => {
    return (
      (opens === undefined || shifted(at, opens) <= moment) && (closes === undefined || moment < shifted(at, closes))
    );
  });
}

function standsSurely({ from, until }: Inputs, now: Instant): boolean {
  const today = now.slice(0, 10);
  return from !== undefined && from < today && until !== undefined && (until === 'open' || until > today);
}

/** Whether it holds from the first to the last moment of a day. False where there is no day. */
function everyTime(day: string | undefined, holds: (at: Instant) => boolean): boolean {
  if (day === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(day)) return false;
  return holds(`${day}T00:00:00.000Z` as Instant) && holds(`${day}T23:59:59.999Z` as Instant);
}
