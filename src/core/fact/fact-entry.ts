import type { Instant } from '../brand.ts';
import { frame } from '../disclosure/entries.ts';
import type { Call } from '../disclosure/operations.ts';
import { canonical } from '../ledger/canonical.ts';
import type { EntryDraft, JsonValue } from '../ledger/entry.ts';
import type { FactPorts } from './attest-fact.ts';
import type { Fact } from './fact.ts';

export type FactEntryKind = 'fact-attested' | 'fact-ended' | 'fact-corrected' | 'fact-disputed' | 'fact-confirmed';

/** A step of a fact as it goes on record: which one, in clear; what it says, as a commitment. */
export function factEntry(
  ports: Pick<FactPorts, 'entropy' | 'policies'>,
  call: Call,
  fact: Fact,
  kind: FactEntryKind,
  at: Instant,
  more: {
    readonly body?: Readonly<Record<string, JsonValue>>;
    readonly personal?: Readonly<Record<string, string>>;
  } = {},
): EntryDraft {
  const about = { trace: call.trace, purpose: null, source: call.partner.unit.id, recipient: fact.unit };
  return {
    ...frame(ports.entropy, about, at, ports.policies.current().digest),
    kind,
    body: { fact: fact.id, type: fact.type, ...more.body },
    subject: fact.subject,
    personal: {
      subject: fact.subject,
      statement: canonical({
        from: fact.from,
        until: fact.until,
        attributes: { ...fact.attributes },
        ...(fact.reference === null ? {} : { reference: fact.reference }),
      }),
      ...more.personal,
    },
    fleeting: {},
  };
}
