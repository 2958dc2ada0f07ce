import type { Instant } from '../brand.ts';
import type { Change } from '../disclosure/change.ts';
import type { Call } from '../disclosure/operations.ts';
import type { Subject } from '../subject/reference.ts';
import type { FactPorts } from './attest-fact.ts';
import { consequencesOf } from './consequences.ts';
import { displacedBy } from './exclusive.ts';
import type { Fact } from './fact.ts';
import { factEntry } from './fact-entry.ts';
import type { Pushed } from './notices.ts';

/**
 * A new fact with all that it does to the others and sets in motion, for one commit. Its own entry
 * comes first, so that the first receipt is its.
 */
export function putOnRecord(
  ports: FactPorts,
  call: Call,
  fact: Fact,
  {
    subject,
    before,
    corrects,
  }: { readonly subject: Subject; readonly before: readonly Fact[]; readonly corrects: Fact | null },
  now: Instant,
): Pushed {
  const { catalogue } = ports.policies.current();
  const others = before.filter(({ id }) => id !== corrects?.id);
  const displaced = displacedBy(catalogue, others, fact);
  const moved = new Map([...displaced.ended, ...displaced.corrected].map((each) => [each.id, each]));
  if (corrects !== null) moved.set(corrects.id, { ...corrects, state: 'corrected' });
  const after = [...before.map((each) => moved.get(each.id) ?? each), fact];
  const follows = consequencesOf(ports, call, subject, { before, after }, now);
  const attested: Change = { type: 'fact-attested', fact, ...(corrects === null ? {} : { corrects: corrects.id }) };
  const body = corrects === null ? {} : { corrects: corrects.id };
  return {
    entries: [
      factEntry(ports, call, fact, 'fact-attested', now, { body }),
      ...(corrects === null
        ? []
        : [factEntry(ports, call, corrects, 'fact-corrected', now, { body: { by: fact.id } })]),
      ...displaced.ended.map((each) => factEntry(ports, call, each, 'fact-ended', now, { body: { by: fact.id } })),
      ...displaced.corrected.map((each) =>
        factEntry(ports, call, each, 'fact-corrected', now, { body: { by: fact.id } }),
      ),
      ...follows.entries,
    ],
    changes: [
      ...(corrects === null ? [] : [{ type: 'fact-corrected', id: corrects.id } as const]),
      attested,
      ...displaced.ended.flatMap(({ id }) => [{ type: 'fact-ended', id, until: fact.from } as const]),
      ...displaced.corrected.map(({ id }) => ({ type: 'fact-corrected', id }) as const),
      ...tellAttesters(ports, call, [...displaced.ended, ...displaced.corrected], now),
      ...follows.changes,
    ],
  };
}

/** Who had attested what gave way learns that it did, unless it did so itself. */
function tellAttesters(ports: FactPorts, call: Call, displaced: readonly Fact[], now: Instant): Change[] {
  return displaced
    .filter(({ attestedBy }) => attestedBy !== call.partner.unit.id)
    .map((fact) => factEvent(ports, fact, 'displaced', now));
}

/** Something happened to a fact: a link for the unit that attested it. */
export function factEvent(
  ports: Pick<FactPorts, 'entropy'>,
  fact: Fact,
  what: 'displaced' | 'disputed',
  time: Instant,
): Change {
  const type = `nl.sluis.fact.${what}`;
  const { attestedBy: unit, subject: about } = fact;
  return {
    type: 'event-emitted',
    event: { id: ports.entropy.id(), unit, type, time, dataref: `/v1/facts/${fact.id}`, about },
  };
}
