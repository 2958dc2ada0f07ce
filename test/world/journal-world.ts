import { createHash, randomBytes } from 'node:crypto';
import type pg from 'pg';
import { v7 } from 'uuid';
import type {
  Digest,
  EntryId,
  Instant,
  PurposeId,
  RequestId,
  SubjectId,
  TraceId,
  UnitId,
} from '../../src/core/brand.ts';
import { instant } from '../../src/core/brand.ts';
import type { IdempotencyClaim, OpenedRequest } from '../../src/core/disclosure/change.ts';
import type { Work } from '../../src/core/disclosure/ports.ts';
import type { DecisionSummary } from '../../src/core/disclosure/request.ts';
import type { EntryDraft } from '../../src/core/ledger/entry.ts';
import type { LedgerSigner } from '../../src/core/ledger/ports.ts';
import type { SubjectCipher } from '../../src/core/subject/ports.ts';
import { type JournalOptions, type OpenJournal, openJournal } from '../../src/store/journal/open-journal.ts';
import { testSecrets } from '../store/test-secrets.ts';
import type { FreshDatabase } from './database.ts';
import { newCipher, newSigner } from './ledger-keys.ts';
import { someContent } from './some-content.ts';

export const policySet = `sha256:${'cd'.repeat(32)}` as Digest;
export const source = 'unit-source' as UnitId;
export const recipient = 'unit-recipient' as UnitId;
export const purpose = 'some-purpose' as PurposeId;

/** Two units, one policy set, registry version 0. */
export async function seedWorld(owner: pg.Pool): Promise<void> {
  await owner.query(`INSERT INTO organisation VALUES ('00000099000000001000', 'Somewhere')`);
  for (const unit of [source, recipient]) {
    await owner.query(`INSERT INTO unit VALUES ($1, '00000099000000001000', $1, 'kind', 'active', '{}')`, [unit]);
  }
  await owner.query('INSERT INTO policy_set VALUES ($1, now())', [policySet]);
  await owner.query('INSERT INTO active_policy_set (digest, activated_at) VALUES ($1, now())', [policySet]);
}

export async function seedSubject(
  { owner, vaultOwner }: Pick<FreshDatabase['pools'], 'owner' | 'vaultOwner'>,
  cipher: SubjectCipher,
): Promise<SubjectId> {
  const id = v7() as SubjectId;
  await owner.query('INSERT INTO subject (id, created_at) VALUES ($1, now())', [id]);
  await vaultOwner.query('INSERT INTO vault.subject_key VALUES ($1, $2, now())', [id, cipher.newKey()]);
  return id;
}

export function journalOn(
  { serve, vault }: Pick<FreshDatabase['pools'], 'serve' | 'vault'>,
  options: Partial<JournalOptions> & { signer?: LedgerSigner; cipher?: SubjectCipher } = {},
): Promise<OpenJournal> {
  return openJournal({
    servePool: serve,
    vaultPool: vault,
    signer: newSigner(),
    cipher: newCipher(),
    secrets: testSecrets(),
    orderMark: (text) => createHash('sha256').update(`order\n${text}`).digest('base64url'),
    random: randomBytes,
    entropy: { id: () => v7(), trace: () => randomBytes(16).toString('hex') as TraceId },
    clock: { now },
    ...options,
  });
}

export function now(): Instant {
  return instant(new Date());
}

/** An entry of its kind's form: what is not said here is made up, always the same. A refusal leads to no other entry. */
export function entry(changes: Partial<EntryDraft> = {}): EntryDraft {
  const kind = changes.kind ?? 'refusal';
  const some = someContent(kind);
  return {
    id: v7() as EntryId,
    kind,
    time: now(),
    trace: randomBytes(16).toString('hex') as TraceId,
    policySet: some.policySet && policySet,
    purpose: some.purpose && purpose,
    source: some.source && source,
    recipient: some.recipient && recipient,
    subject: null,
    ...changes,
    body: { ...some.body, ...changes.body },
    personal: { ...some.personal, ...changes.personal },
    fleeting: { ...some.fleeting, ...changes.fleeting },
  };
}

/** Work that rests on a subject at an epoch, or on nobody. */
export function work(
  subject: { readonly id: SubjectId; readonly epoch: number } | null,
  changes: Partial<Work> = {},
): Work {
  return {
    rests: { subject, registryVersion: 0, policySet },
    moves: false,
    entries: [entry({ subject: subject?.id ?? null })],
    changes: [],
    ...changes,
  };
}

const decision: DecisionSummary = {
  outcome: 'permit',
  class: null,
  policyVersion: 1,
  policySet,
  law: [],
  regimes: { source: 'avg', recipient: 'avg' },
  permitted: [],
  refused: [],
  obligations: null,
  obtained: {},
  informAfter: null,
  consented: false,
  given: null,
  decidedAt: '2026-03-01T12:00:00.000Z' as Instant,
};

export function requestRecord(subject: SubjectId | null, changes: Partial<OpenedRequest> = {}): OpenedRequest {
  return {
    id: v7() as RequestId,
    trace: '0af7651916cd43dd8448eb211c80319c' as TraceId,
    direction: 'pull',
    recipient,
    source,
    purpose,
    subject,
    fields: [],
    state: 'fetching',
    decision,
    receivedAt: now(),
    movedAt: now(),
    entry: v7() as EntryId,
    userRole: null,
    asker: null,
    approvals: [],
    destructionConfirmedAt: null,
    destroyedHow: null,
    held: null,
    dueAt: null,
    stoppedFor: null,
    openedBy: null,
    ...changes,
  };
}

export function claimOf(unit: UnitId, key: string = v7()): IdempotencyClaim {
  return { unit, key, digest: 'd', resource: { type: 'request', id: v7() }, claimedAt: now() };
}
