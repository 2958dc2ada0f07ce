import { randomUUID } from 'node:crypto';
import { v7 } from 'uuid';
import { instant, type SubjectId, type TraceId, type UnitId } from '../../../src/core/brand.ts';
import type { Change } from '../../../src/core/disclosure/change.ts';
import type { Work } from '../../../src/core/disclosure/ports.ts';
import type { EntryDraft } from '../../../src/core/ledger/entry.ts';
import { attemptFlush } from '../../../src/store/journal/attempt-flush.ts';
import type { FlushKeys } from '../../../src/store/journal/compose-flush.ts';
import type { LaneConnection } from '../../../src/store/journal/lane-connection.ts';
import { type OpeningKeys, pendingWork } from '../../../src/store/journal/pending-work.ts';
import { firstPosition, type Position } from '../../../src/store/journal/position.ts';
import { now, policySet, purpose, recipient, requestRecord, source } from '../../world/journal-world.ts';
import { realDisclosure, realPermit } from '../../world/real-entries.ts';

/** A statement of the store with the values that it was sent with; without values: a command. */
export interface SentStatement {
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Whom disclosures are about, and with what their entries are written. */
export interface RecordingWorld {
  readonly subjects: readonly SubjectId[];
  readonly openingKeys: OpeningKeys;
  readonly keys: FlushKeys;
}

/** The writing of one disclosure after another, as an instance that shares no flush sends it. */
export function statementsOf(instance: string, { subjects, openingKeys, keys }: RecordingWorld) {
  let position: Position = firstPosition(instance);
  const sent: SentStatement[] = [];
  const flush = async (work: Work): Promise<void> => {
    const pending = pendingWork(work, openingKeys, 0, { resolve: () => undefined, reject: () => undefined });
    const { durable } = await attemptFlush(recorder(sent, work), [pending], position, keys, 'at-once');
    if (durable === null) throw new Error('a flush was not recorded');
    position = durable.next;
  };
  return {
    /** Permit and disclosure of the next request. */
    async next(): Promise<readonly SentStatement[]> {
      sent.length = 0;
      const subject = subjects[position.number % subjects.length] as SubjectId;
      const [permit, disclosure] = worksAbout(subject);
      await flush(permit);
      await flush(disclosure);
      return [...sent];
    },
  };
}

function worksAbout(subject: SubjectId): readonly [Work, Work] {
  const rests = { subject: { id: subject, epoch: 1 }, registryVersion: 0, policySet };
  const request = requestRecord(subject, { state: 'fetching' });
  const [permit, disclosure] = [realPermit, realDisclosure].map((real) => entryOf(real, request.id, subject));
  if (permit === undefined || disclosure === undefined) throw new RangeError('two entries make two');
  const at = now();
  const claim = { unit: recipient, key: randomUUID(), digest: 'sha256:d', claimedAt: at };
  const { id, entry } = { id: request.id, entry: disclosure.id };
  const told = { id: v7(), unit: source, type: 'nl.sluis.request.delivered', time: at, about: subject };
  return [
    {
      rests,
      moves: false,
      entries: [permit],
      changes: [
        { type: 'idempotency-claimed', claim: { ...claim, resource: { type: 'request', id } } },
        { type: 'request-opened', request },
      ],
    },
    {
      rests,
      moves: false,
      entries: [disclosure],
      changes: [
        { type: 'request-moved', id, from: 'fetching', to: 'delivered', at, entry, decision: request.decision },
        { type: 'event-emitted', event: { ...told, dataref: `/v1/requests/${id}` } },
      ],
    },
  ];
}

function entryOf(real: EntryDraft, request: string, subject: SubjectId): EntryDraft {
  const { sealed: _, ...body } = real.body;
  const frame = { id: v7() as EntryDraft['id'], time: instant(new Date()), trace: traceOf(), policySet, purpose };
  const parties: { readonly source: UnitId; readonly recipient: UnitId } = { source, recipient };
  return {
    ...real,
    ...frame,
    ...parties,
    subject,
    body: { ...body, request },
    personal: { ...real.personal, subject },
  };
}

function traceOf(): TraceId {
  return randomUUID().replaceAll('-', '') as TraceId;
}

/** A connection that writes down what it is sent, and answers as the database does when everything holds. */
function recorder(sent: SentStatement[], work: Work): LaneConnection {
  const held = work.rests.subject === null ? {} : { [work.rests.subject.id]: work.rests.subject.epoch };
  const basis = {
    basis: 'locked',
    version: 0,
    digest: policySet,
    noSet: false,
    readers: held,
    movers: {},
    offers: {},
  };
  return {
    async query({ name, text }, values) {
      sent.push({ name, text, values });
      return name === 'journal-lock-basis' ? [basis] : work.changes.map((change) => ({ done: markOf(change) }));
    },
    async command(text) {
      sent.push({ name: text, text, values: [] });
      return text;
    },
    end: () => undefined,
  };
}

function markOf(change: Change): string {
  if (change.type === 'idempotency-claimed') return `claim ${change.claim.unit} ${change.claim.key}`;
  if (change.type === 'event-emitted') return `event ${change.event.id}`;
  if (change.type === 'request-opened') return `request ${change.request.id}`;
  if (change.type === 'request-moved') return `request ${change.id}`;
  throw new TypeError('a disclosure makes no such change');
}
