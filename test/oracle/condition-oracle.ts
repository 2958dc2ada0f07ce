import { moved, readInstant } from './calendar.ts';
import type { PolicyContent, RawAttributes, RawCondition, RawWindow, SideName } from './policy-content.ts';
import type { OracleQuestion, RecordedFact, Value } from './question.ts';

function isUnreadable(fact: RecordedFact): boolean {
  if (fact.state === 'corrected') return false;
  const from = readInstant(fact.from);
  if (from === null) return true;
  if (fact.until === null) return false;
  const until = readInstant(fact.until);
  return until === null || until <= from;
}

function isWithinPeriod(fact: RecordedFact, now: number): boolean {
  const from = readInstant(fact.from);
  if (from === null || now < from) return false;
  if (fact.until === null) return true;
  const until = readInstant(fact.until);
  return until !== null && now < until;
}

function stands(fact: RecordedFact, now: number): boolean {
  return counts(fact) && isWithinPeriod(fact, now);
}

function isDisputedNow(fact: RecordedFact, now: number): boolean {
  return fact.state === 'disputed' && !isUnreadable(fact) && isWithinPeriod(fact, now);
}

function counts(fact: RecordedFact): boolean {
  return (fact.state === 'attested' || fact.state === 'ended') && !isUnreadable(fact);
}

/** true when one stands; else unknown when one is disputed or unreadable; else false. */
function standing(matching: readonly RecordedFact[], now: number): Value {
  if (matching.some((fact) => stands(fact, now))) return 'true';
  if (matching.some((fact) => isDisputedNow(fact, now) || isUnreadable(fact))) return 'unknown';
  return 'false';
}

function anyOf(values: readonly Value[]): Value {
  if (values.includes('true')) return 'true';
  return values.includes('unknown') ? 'unknown' : 'false';
}

export function allOf(values: readonly Value[]): Value {
  if (values.includes('false')) return 'false';
  return values.includes('unknown') ? 'unknown' : 'true';
}

/** The moment of the question; a question without a readable one is a fault of who asks. */
export function momentOf(question: OracleQuestion): number {
  const now = readInstant(question.now);
  if (now === null) throw new Error(`${question.now} is no moment to ask at`);
  return now;
}

/** The value of one condition of a rule or of an `unless`. */
export function conditionValue(condition: RawCondition, question: OracleQuestion, content: PolicyContent): Value {
  const now = momentOf(question);
  const { facts } = question;
  if ('involved' in condition) {
    const { who, as } = condition.involved;
    return anyOf(as.map((role) => involvedAs(role, who, question, content)));
  }
  if ('holds' in condition) {
    const holds = typeof condition.holds === 'string' ? { type: condition.holds } : condition.holds;
    return standing(aboutSide(matchingFacts(facts, holds.type, holds.is), holds.about, question), now);
  }
  if ('phase' in condition) return standing(matchingFacts(facts, 'phase', { phase: condition.phase }), now);
  if ('member' in condition) return memberValue(condition.member.of, question);
  if ('window' in condition) {
    const { type, is, about } = condition.window;
    return windowValue(condition.window, aboutSide(matchingFacts(facts, type, is), about, question), now);
  }
  if ('lasted' in condition) {
    const { type, is, about, atLeast } = condition.lasted;
    return lastedValue(aboutSide(matchingFacts(facts, type, is), about, question), atLeast, now);
  }
  if ('user' in condition) {
    if (question.userRole === null) return 'unknown';
    return condition.user.role.includes(question.userRole) ? 'true' : 'false';
  }
  if ('any' in condition) return anyOf(condition.any.map((inner) => conditionValue(inner, question, content)));
  return allOf(condition.all.map((inner) => conditionValue(inner, question, content)));
}

function matchingFacts(facts: readonly RecordedFact[], type: string, is: RawAttributes | undefined): RecordedFact[] {
  return facts.filter((fact) => {
    if (fact.type !== type) return false;
    return Object.entries(is ?? {}).every(([attribute, words]) => {
      const word = fact.attributes[attribute];
      return word !== undefined && words.includes(word);
    });
  });
}

function aboutSide(facts: readonly RecordedFact[], about: SideName | undefined, question: OracleQuestion) {
  return about === undefined ? facts : facts.filter((fact) => fact.unit === question[about].unit);
}

function involvedAs(role: string, who: SideName, question: OracleQuestion, content: PolicyContent): Value {
  const now = momentOf(question);
  const unit = question[who].unit;
  const involvements = question.facts.filter((fact) => fact.type === 'involvement');
  const own = involvements.filter((fact) => fact.unit === unit && fact.attributes.role === role);
  const value = standing(own, now);
  const group = exclusiveGroup(role, content);
  if (value !== 'true' || group === null) return value;
  const rivals = involvements.filter((fact) => {
    const rivalRole = fact.attributes.role;
    if (fact.unit === null || fact.unit === unit || rivalRole === undefined) return false;
    return exclusiveGroup(rivalRole, content) === group;
  });
  const mayStand = (fact: RecordedFact): boolean => stands(fact, now) || isDisputedNow(fact, now) || isUnreadable(fact);
  return rivals.some(mayStand) ? 'unknown' : 'true';
}

function exclusiveGroup(role: string, content: PolicyContent): string | null {
  return content.facts.involvement?.attributes?.role?.[role]?.exclusive ?? null;
}

function memberValue(role: string, question: OracleQuestion): Value {
  const now = momentOf(question);
  const members = matchingFacts(question.facts, 'involvement', { role: [role] }).filter(
    (fact) => fact.reference !== null,
  );
  const bySource = members.filter((fact) => fact.unit === question.source.unit);
  const byRecipient = members.filter((fact) => fact.unit === question.recipient.unit);
  const meet = (takesPart: (fact: RecordedFact) => boolean) =>
    bySource.some(
      (mine) =>
        takesPart(mine) && byRecipient.some((theirs) => takesPart(theirs) && mine.reference === theirs.reference),
    );
  if (meet((fact) => stands(fact, now))) return 'true';
  if (meet((fact) => stands(fact, now) || isDisputedNow(fact, now))) return 'unknown';
  return [...bySource, ...byRecipient].some(isUnreadable) ? 'unknown' : 'false';
}

function windowValue(window: RawWindow, matching: readonly RecordedFact[], now: number): Value {
  const counting = matching.filter(counts);
  const edges = counting.map((fact) => readInstant(window.edge === 'start' ? fact.from : fact.until));
  for (const edge of edges) {
    if (edge === null) continue;
    const isOpen = window.opens === undefined || moved(edge, window.opens) <= now;
    const isNotClosed = window.closes === undefined || now < moved(edge, window.closes);
    if (isOpen && isNotClosed) return 'true';
  }
  const isDoubtful = matching.some((fact) => fact.state === 'disputed' || isUnreadable(fact));
  return isDoubtful || edges.includes(null) ? 'unknown' : 'false';
}

function lastedValue(matching: readonly RecordedFact[], atLeast: string, now: number): Value {
  const hasLasted = matching.some((fact) => {
    const from = readInstant(fact.from);
    return stands(fact, now) && from !== null && moved(from, atLeast) <= now;
  });
  if (hasLasted) return 'true';
  return matching.some((fact) => isDisputedNow(fact, now) || isUnreadable(fact)) ? 'unknown' : 'false';
}

/** Whether the person's processing is restricted: stands, is disputed now, or cannot be read. */
export function isRestricted(question: OracleQuestion): boolean {
  return standing(matchingFacts(question.facts, 'restriction', undefined), momentOf(question)) !== 'false';
}

/** Whether the recipient is on record as involved with the person, in whatever role. */
export function isRecipientInvolved(question: OracleQuestion): boolean {
  const own = question.facts.filter((fact) => fact.type === 'involvement' && fact.unit === question.recipient.unit);
  return standing(own, momentOf(question)) === 'true';
}

/** Whether the person does not decide alone, or may not. */
export function needsRepresentative(question: OracleQuestion, content: PolicyContent): boolean {
  const marked = question.facts.filter((fact) =>
    Object.entries(fact.attributes).some(
      ([attribute, word]) => content.facts[fact.type]?.attributes?.[attribute]?.[word]?.representativeDecides === true,
    ),
  );
  return standing(marked, momentOf(question)) !== 'false';
}
