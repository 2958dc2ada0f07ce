import type pg from 'pg';
import { z } from 'zod';

/** One entry of the ledger, with the moment at which its transaction committed. */
export interface Happened {
  readonly entry: string;
  readonly kind: string;
  readonly purpose: string | null;
  readonly source: string | null;
  readonly recipient: string | null;
  readonly subject: string;
  /** Consent or fact that the entry is about. */
  readonly about: string | null;
  readonly factType: string | null;
  /** Microseconds since 1970. */
  readonly committedUs: number;
}

const row = z.strictObject({
  entry: z.string(),
  kind: z.string(),
  purpose: z.string().nullable(),
  source: z.string().nullable(),
  recipient: z.string().nullable(),
  subject: z.string(),
  about: z.string().nullable(),
  factType: z.string().nullable(),
  committedUs: z.number(),
});

/**
 * Every entry about a known person in the order of commits.
 *
 * The order is PostgreSQL's own, not the gateway's word: `track_commit_timestamp` stamps each
 * transaction while it commits, and its locks are let go only after that. A disclosure locks its
 * subject's row FOR SHARE and a withdrawal FOR UPDATE, so of two that follow the rules the second can
 * only begin to write, let alone commit, after the stamp of the first. A gateway that checked without
 * the lock, or not at all, would get its disclosure stamped after the withdrawal that it ignored: that
 * is what `withoutBasis` finds. Neither epochs nor the ledger's own numbers play a part.
 */
export async function disclosureHistory(owner: pg.Pool): Promise<readonly Happened[]> {
  const { rows } = await owner.query(`
    SELECT e.id AS entry, e.kind, e.purpose, e.source, e.recipient, o.subject_id AS subject,
      coalesce(e.leaf::json #>> '{body,consent}', e.leaf::json #>> '{body,fact}') AS about,
      e.leaf::json #>> '{body,type}' AS "factType",
      (extract(epoch FROM pg_xact_commit_timestamp(e.xmin)) * 1000000)::bigint AS "committedUs"
    FROM ledger_entry e JOIN ledger_opening o ON o.entry_id = e.id AND o.name = 'subject'
    WHERE o.subject_id IS NOT NULL
    ORDER BY pg_xact_commit_timestamp(e.xmin), e.instance, e.sequence`);
  return rows.map((each) => row.parse(each));
}

export interface WithoutBasis {
  readonly entry: string;
  readonly lacks: 'consent' | 'involvement' | 'detention' | 'freedom from restriction';
}

const consentPurpose = 'housing-placement';

/**
 * The disclosures that committed when what they rest on was gone: a consent withdrawn (or never
 * given), an involvement ended (of source or recipient), a restriction in force. It knows the law's
 * rule and nothing of how a gateway keeps it.
 */
export function withoutBasis(history: readonly Happened[]): readonly WithoutBasis[] {
  const states = new Map<string, SubjectState>();
  const found: WithoutBasis[] = [];
  for (const happened of history) {
    const state = states.get(happened.subject) ?? { consents: new Map(), facts: new Map() };
    states.set(happened.subject, state);
    if (happened.kind === 'disclosure') {
      for (const lacks of lacking(state, happened)) found.push({ entry: happened.entry, lacks });
    } else {
      take(state, happened);
    }
  }
  return found;
}

interface SubjectState {
  /** Consents in force. */
  readonly consents: Map<string, Happened>;
  /** Facts that stand. */
  readonly facts: Map<string, Happened>;
}

function take({ consents, facts }: SubjectState, happened: Happened): void {
  const { kind, about } = happened;
  if (about === null) return;
  if (kind === 'consent-given') consents.set(about, happened);
  if (kind === 'consent-withdrawn') consents.delete(about);
  if (kind === 'fact-attested') facts.set(about, happened);
  if (kind === 'fact-ended') facts.delete(about);
}

function lacking({ consents, facts }: SubjectState, disclosure: Happened): WithoutBasis['lacks'][] {
  const { purpose, source, recipient } = disclosure;
  const standing = [...facts.values()];
  const involved = (unit: string | null): boolean =>
    standing.some((fact) => fact.factType === 'involvement' && fact.recipient === unit);
  const consented = [...consents.values()].some(
    (given) => given.source === source && given.recipient === recipient && given.purpose === purpose,
  );
  const isConsented = purpose === consentPurpose;
  const lacks: WithoutBasis['lacks'][] = [];
  if (isConsented && !consented) lacks.push('consent');
  if (!involved(source) || (!isConsented && !involved(recipient))) lacks.push('involvement');
  if (!isConsented && !standing.some((fact) => fact.factType === 'detention')) lacks.push('detention');
  if (standing.some((fact) => fact.factType === 'restriction')) lacks.push('freedom from restriction');
  return lacks;
}
