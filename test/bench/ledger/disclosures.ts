import type pg from 'pg';
import { v7 } from 'uuid';
import type { EntryId, Instant, RequestId, SubjectId } from '../../../src/core/brand.ts';
import { instant } from '../../../src/core/brand.ts';
import type { Work } from '../../../src/core/disclosure/ports.ts';
import type { SubjectCipher } from '../../../src/core/subject/ports.ts';
import { entropy } from '../../../src/crypto/entropy.ts';
import type { OpeningKeys } from '../../../src/store/journal/pending-work.ts';
import { policySet, purpose, recipient, requestRecord, seedWorld, source } from '../../world/journal-world.ts';
import { realDisclosure } from '../../world/real-entries.ts';

/** Twice as many people as connections, so that not everybody wants the same row. */
const people = 64;

/** What disclosures rest on: people with keys, and requests that wait for their answer. */
export interface Disclosures {
  readonly openingKeys: OpeningKeys;
  /** The last transaction of the next request: the answer goes on record, and the request is delivered. */
  next(): Work;
  /** Requests of which `next` can make a disclosure; throws when there are none left. */
  prepare(count: number): Promise<void>;
}

/** Rows of one statement. */
const atOnce = 20_000;

export async function disclosures(
  { owner, vaultOwner }: { readonly owner: pg.Pool; readonly vaultOwner: pg.Pool },
  cipher: SubjectCipher,
): Promise<Disclosures> {
  await seedWorld(owner);
  const subjects = Array.from({ length: people }, () => v7() as SubjectId);
  await owner.query('INSERT INTO subject (id, created_at) SELECT id, now() FROM unnest($1::uuid[]) AS id', [subjects]);
  const openingKeys = new Map<string | null, Buffer>(subjects.map((id) => [id, cipher.newKey()]));
  for (const [id, key] of openingKeys) {
    await vaultOwner.query('INSERT INTO vault.subject_key VALUES ($1, $2, now())', [id, key]);
  }
  let ready: RequestId[] = [];
  let made = 0;
  return {
    openingKeys,
    next() {
      const request = ready.pop();
      if (request === undefined) throw new RangeError('more disclosures than requests were made ready');
      const subject = subjects[made++ % subjects.length] as SubjectId;
      return disclosureWork(request, subject);
    },
    async prepare(count) {
      for (let missing = count - ready.length; missing > 0; missing -= atOnce) {
        const ids = Array.from({ length: Math.min(missing, atOnce) }, () => v7() as RequestId);
        await owner.query(openStatement, [ids, JSON.stringify(requestRecord(null).decision), recipient, source]);
        ready = [...ids, ...ready];
      }
      await owner.query('VACUUM ANALYZE request');
    },
  };
}

const openStatement = `INSERT INTO request (id, trace, direction, recipient, source, purpose, subject_id, fields, state,
    decision, received_at, moved_at, entry_id)
  SELECT id, repeat('ab', 16), 'pull', $3, $4, 'some-purpose', NULL, '{}', 'fetching', $2::jsonb, now(), now(), id
  FROM unnest($1::uuid[]) AS id`;

function disclosureWork(request: RequestId, subject: SubjectId): Work {
  const time: Instant = instant(new Date());
  const id = v7() as EntryId;
  const { body, ...draft } = realDisclosure;
  const { sealed: _, ...said } = body;
  const frame = { id, time, trace: entropy.trace(), policySet, purpose, source, recipient };
  return {
    rests: { subject: { id: subject, epoch: 1 }, registryVersion: 0, policySet },
    moves: false,
    entries: [{ ...draft, ...frame, subject, body: { ...said, request }, personal: { subject } }],
    changes: [
      { type: 'request-moved', id: request, from: 'fetching', to: 'delivered', at: time, entry: id, decision: null },
    ],
  };
}
