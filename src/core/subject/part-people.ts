import { z } from 'zod';
import type { SubjectChangeId, SubjectId, UnitId } from '../brand.ts';
import type { Change } from '../disclosure/change.ts';
import { settle, type stale } from '../disclosure/settle.ts';
import { type Result, refuse } from '../result.ts';
import type {
  Asked,
  Holdings,
  PersonNamed,
  SubjectChangeOutcome,
  SubjectChangePorts,
  SubjectChangeRefusal,
} from './change-ports.ts';
import { findPerson } from './find-person.ts';
import { havingParted, recordSubjectChange, shownTo, type Told } from './record-subject-change.ts';
import { type Movable, movables, numberSchemes } from './subject-change.ts';

const ids = z.array(z.uuid()).max(100_000).default([]);
const caseReference = z.strictObject({ unit: z.string().min(1).max(64), reference: z.string().min(1).max(64) });

/** What goes with the person who comes out of a record: everything else stays. */
export const partingFile = z.strictObject({
  facts: ids,
  consents: ids,
  requests: ids,
  notices: ids,
  claims: ids,
  pseudonyms: ids,
  caseReferences: z.array(caseReference).max(100_000).default([]),
  numbers: z.array(z.enum(numberSchemes)).max(2).default([]),
});

export type Parting = z.infer<typeof partingFile>;

/**
 * One record turns out to be of two people: what is named goes to a new one, the rest stays. Timers go
 * with their facts. Openings in the ledger stay under the key that they were written under.
 * @law AVG 5(1)(d), 16, 19
 */
export function partPeople(
  ports: SubjectChangePorts,
  person: PersonNamed,
  parting: Parting,
  asked: Asked,
  dryRun: boolean,
): Promise<Result<SubjectChangeOutcome, SubjectChangeRefusal>> {
  return settle(ports, () => part(ports, person, parting, asked, dryRun));
}

async function part(
  ports: SubjectChangePorts,
  person: PersonNamed,
  parting: Parting,
  asked: Asked,
  dryRun: boolean,
): Promise<Result<SubjectChangeOutcome, SubjectChangeRefusal> | typeof stale> {
  const holdings = await findPerson(ports, person);
  if (holdings === null) return refuse({ kind: 'unknown-person', which: 'first' });
  const strangers = [...strangersIn(holdings, parting)];
  if (strangers.length > 0) return refuse({ kind: 'not-theirs', rows: strangers });
  const rows = rowsOf(holdings, parting);
  if (parting.numbers.length === 0 && movables.every((what) => rows[what].length === 0)) {
    return refuse({ kind: 'nothing-named' });
  }
  const id = ports.entropy.id() as SubjectId;
  const numbers = numberSchemes.filter((scheme) => parting.numbers.includes(scheme));
  return recordSubjectChange(
    ports,
    {
      kind: 'subject-split',
      record: {
        subject: holdings.subject.id,
        other: id,
        movedNumbers: numbers,
        withdrawnNumbers: [],
        takesBack: null,
      },
      people: [holdings],
      personal: {},
      first: [{ type: 'subject-created', id, wrappedKey: ports.newKey(), at: ports.clock.now() }],
      moves: countsOf(rows),
      changes: (change) => changesOf(ports, holdings, { id, rows, numbers: parting.numbers }, change),
      after: havingParted(holdings, id, rows.fact),
      told: toldOfParting(holdings, parting, id),
    },
    asked,
    dryRun,
  );
}

type Rows = Readonly<Record<Movable, readonly string[]>>;

function rowsOf(holdings: Holdings, parting: Parting): Rows {
  const facts = new Set<string>(parting.facts);
  return {
    fact: [...facts],
    consent: [...new Set(parting.consents)],
    request: [...new Set(parting.requests)],
    notice: [...new Set(parting.notices)],
    timer: holdings.timers.filter(({ fact }) => facts.has(fact)).map(({ id }) => id),
    claim: [...new Set(parting.claims)],
    pseudonym: [...new Set(parting.pseudonyms)],
    'case-reference': holdings.caseReferences
      .filter((own) =>
        parting.caseReferences.some((named) => named.unit === own.unit && named.reference === own.reference),
      )
      .map(({ row }) => row),
    person: [],
  };
}

function countsOf(rows: Rows): Readonly<Record<Movable, number>> {
  const counts = Object.fromEntries(movables.map((what) => [what, rows[what].length]));
  return counts as Record<Movable, number>;
}

/** Whatever the file names that is not this person's: a slip there would move somebody else's data. */
function* strangersIn(holdings: Holdings, parting: Parting): Iterable<string> {
  const theirs: readonly (readonly [readonly string[], readonly string[]])[] = [
    [parting.facts, holdings.facts.map(({ id }) => id)],
    [parting.consents, holdings.consents.map(({ id }) => id)],
    [parting.requests, holdings.requests.map(({ id }) => id)],
    [parting.notices, holdings.notices],
    [parting.claims, holdings.claims],
    [parting.pseudonyms, holdings.pseudonyms.map(({ pseudonym }) => pseudonym)],
    [
      parting.caseReferences.map(({ unit, reference }) => `${unit} ${reference}`),
      holdings.caseReferences.map(({ unit, reference }) => `${unit} ${reference}`),
    ],
    [parting.numbers, numberSchemes.filter((scheme) => holdings.numbers[scheme] !== undefined)],
  ];
  for (const [named, own] of theirs) {
    const known = new Set(own);
    yield* named.filter((row) => !known.has(row));
  }
}

function changesOf(
  ports: SubjectChangePorts,
  { subject, numbers }: Holdings,
  goes: { readonly id: SubjectId; readonly rows: Rows; readonly numbers: Parting['numbers'] },
  change: SubjectChangeId,
): readonly Change[] {
  const [from, to] = [subject.id, goes.id];
  const schemes = numberSchemes.filter((scheme) => goes.numbers.includes(scheme));
  return [
    ...schemes.flatMap((scheme): Change[] => [
      { type: 'subject-number-removed', subject: from, scheme },
      { type: 'subject-number-set', subject: to, number: ports.seal(scheme, numbers[scheme] ?? '', to) },
    ]),
    ...movables
      .filter((what) => goes.rows[what].length > 0)
      .map((what) => ({ type: 'subject-rows-moved', change, what, from, to, rows: goes.rows[what] }) as const),
  ];
}

/**
 * Every unit that knows the person. It learns of the one who came out only where something of that one
 * is its own to know.
 */
function toldOfParting(holdings: Holdings, parting: Parting, other: SubjectId): readonly Told[] {
  const gone = new Set<string>([...parting.facts, ...parting.consents, ...parting.pseudonyms]);
  const facts = holdings.facts.filter(({ id }) => gone.has(id));
  const consents = holdings.consents.filter(({ id }) => gone.has(id));
  const knows = (unit: UnitId): boolean =>
    facts.some((fact) => fact.unit === unit || fact.attestedBy === unit) ||
    consents.some(({ source, recipient }) => source === unit || recipient === unit) ||
    parting.caseReferences.some((each) => each.unit === unit) ||
    holdings.pseudonyms.some((each) => each.unit === unit && gone.has(each.pseudonym));
  const stays = (unit: UnitId): boolean =>
    holdings.pseudonyms.some((each) => each.unit === unit && !gone.has(each.pseudonym));
  return [...shownTo(holdings)].map(([unit, pseudonym]) => ({
    unit,
    before: [pseudonym],
    persons: [...(stays(unit) ? [holdings.subject.id] : []), ...(knows(unit) ? [other] : [])],
  }));
}
