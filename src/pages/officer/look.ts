import type { EntryId } from '../../core/brand.ts';
import { settle, stale } from '../../core/disclosure/settle.ts';
import { Fault } from '../../core/fault.ts';
import type { EntryDraft } from '../../core/ledger/entry.ts';
import type { Page } from '../page-context.ts';
import type { EntryDetail, Officer, PagesDeps } from '../ports.ts';
import { isForParties, recipientThatKnows } from './list-filter.ts';

/** What is looked at: an entry in this form, and of which people at partners it shows who they are. */
export interface Look {
  readonly form: 'page' | 'download';
  readonly users: readonly string[];
}

/**
 * Puts an officer's look at an entry on record. INVARIANT: resolves true only when that is durable, so
 * that nothing is shown before. Faults of the ledger become false; every other error is thrown.
 * @law Wpg 32a; Wjsg 51c(4)
 */
export async function recordLook(
  c: Page,
  deps: PagesDeps,
  officer: Officer,
  entry: EntryDetail,
  look: Look,
): Promise<boolean> {
  try {
    return await settle(deps, async () => {
      const policySet = deps.policies.current().digest;
      const committed = await deps.journal.commit({
        rests: { subject: null, registryVersion: deps.registry.current().version, policySet },
        moves: false,
        entries: [lookEntry(c, deps, officer, entry, look)],
        changes: [],
      });
      if (committed.outcome === 'durable') return true;
      return committed.outcome === 'stale' ? stale : false;
    });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    deps.onFault(error, c.get('trace'));
    return false;
  }
}

/**
 * The parties of the entry stand in the look as well, so that they too see who looked; not where
 * their own officers may not see such an entry, or the look would tell them that it is there.
 */
function lookEntry(c: Page, deps: PagesDeps, officer: Officer, entry: EntryDetail, look: Look): EntryDraft {
  const parties = isForParties(entry.kind);
  return {
    id: deps.entropy.id() as EntryId,
    kind: 'officer-looked',
    time: deps.clock.now(),
    trace: c.get('trace'),
    policySet: deps.policies.current().digest,
    purpose: entry.purpose,
    source: parties ? entry.source : null,
    recipient: parties ? recipientThatKnows(entry) : null,
    body: {
      v: 2,
      looked: 'entry',
      officer: officer.id,
      ...(officer.unit === null ? {} : { unit: officer.unit }),
      entry: entry.id,
      form: look.form,
      users: [...look.users],
    },
    subject: null,
    personal: {},
    fleeting: {},
  };
}
