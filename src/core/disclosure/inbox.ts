import type { Digest, FieldId, Instant, RequestId, UnitId } from '../brand.ts';
import type { Field, Label, Purpose } from '../category/catalogue.ts';
import type { KeptUsers } from '../partner/kept-users.ts';
import type { Unit } from '../partner/partner.ts';
import type { SubjectIdentifiers } from '../subject/reference.ts';
import type { ConsultPorts } from './consult.ts';
import type { IssuePorts, Sealing } from './issue-permit.ts';
import type { Answers } from './kept-answer.ts';
import type { CaseReferences, Journal, Requests, Subjects } from './ports.ts';
import type { RequestRecord } from './request.ts';
import type { Delegate, Messages } from './said-on-request.ts';
import type { WaitingState } from './state.ts';

/** What people of a source have to do. */
export const tasks = ['approval', 'answer'] as const;
export type Task = (typeof tasks)[number];

const statesOf = {
  approval: ['awaiting-approval'],
  answer: ['awaiting-source', 'partly-answered'],
} as const satisfies Readonly<Record<Task, readonly WaitingState[]>>;

export type InboxState = (typeof statesOf)[Task][number];

/** In which a request stands that waits for this; null: for either. */
export function statesFor(task: Task | null): readonly InboxState[] {
  return task === null ? tasks.flatMap<InboxState>((each) => statesOf[each]) : statesOf[task];
}

/** What a request waits for at its source; null: for nothing. */
export function taskOf({ state }: Pick<RequestRecord, 'state'>): Task | null {
  const states: Readonly<Record<Task, readonly string[]>> = statesOf;
  return tasks.find((task) => states[task].includes(state)) ?? null;
}

/** Place in an inbox, which runs from what ends first to what ends last: what comes strictly after it. */
export interface InboxPlace {
  readonly at: Instant;
  readonly id: RequestId;
}

/** A request without a deadline yet stands where it came in. */
export function placeOf({ dueAt, receivedAt, id }: Pick<RequestRecord, 'dueAt' | 'receivedAt' | 'id'>): InboxPlace {
  return { at: dueAt ?? receivedAt, id };
}

export interface InboxQuery {
  /** null: whatever it waits for. */
  readonly task: Task | null;
  readonly after: InboxPlace | null;
  readonly limit: number;
}

export interface InboxRequests {
  /** Requests of this source in these states whose time is not over, in order. Throws `Fault('database-unavailable')`. */
  page(
    source: UnitId,
    of: Omit<InboxQuery, 'task'> & { readonly states: readonly InboxState[] },
    now: Instant,
  ): Promise<readonly RequestRecord[]>;
}

/** The person as one unit may know them. */
export interface OwnSubject {
  readonly pseudonym: string;
  /** By which the unit itself knows them, as far as the gateway was told. */
  readonly caseReferences: readonly string[];
  /** Official numbers that a unit of its kind may process. */
  readonly numbers: Pick<SubjectIdentifiers, 'bsn' | 'skn'>;
}

/** What somebody must see to decide: the whole question, and nothing that is not part of it. */
export interface InboxView {
  /** With its decision as it is made now. */
  readonly request: RequestRecord;
  /** `stepRead` of what is shown here: whoever approves says what they read. */
  readonly step: Digest;
  readonly task: Task;
  readonly subject: OwnSubject;
  readonly purpose: Purpose;
  /** What would be given: permitted still, and struck by nobody. */
  readonly fields: readonly Field[];
  /** What of it was given already, in parts. */
  readonly answered: readonly FieldId[];
  /** Who is to answer, as the source said last; null: nobody in particular. */
  readonly delegatedTo: Delegate | null;
  readonly recipient: Unit;
  /** Whether the gateway may not see the answer: nobody gives it by hand here, whatever `sealing` is. */
  readonly mustSeal: boolean;
  /** By what the source seals what nobody else may see; null: it answers in clear, or cannot be sealed to now. */
  readonly sealing: Sealing | null;
  /** What its kind is called. */
  readonly kind: Label;
  /** null: not on record any more; nobody may approve it then. */
  readonly said: {
    readonly justification: string;
    readonly caseReference: string | null;
    /** `name` null: not kept any more. */
    readonly asker: { readonly role: Label; readonly name: string | null } | null;
  } | null;
}

export interface ReadInboxPorts extends ConsultPorts, IssuePorts {
  readonly answers: Answers;
  readonly journal: Pick<Journal, 'receipt'>;
  readonly requests: Pick<Requests, 'find'>;
  readonly inbox: InboxRequests;
  readonly messages: Messages;
  readonly references: CaseReferences;
  readonly subjects: Pick<Subjects, 'pseudonym'>;
  readonly users: KeptUsers;
}
