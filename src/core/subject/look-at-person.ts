import { frame } from '../disclosure/entries.ts';
import { settle, stale } from '../disclosure/settle.ts';
import type { Asked, Holdings, PersonNamed, SubjectChangePorts } from './change-ports.ts';
import { findPerson } from './find-person.ts';
import { type NumberScheme, numberSchemes } from './subject-change.ts';

/** What hangs on a person, to say which of it is somebody else's; never a number itself. */
export interface PersonSeen extends Pick<Holdings, 'requests' | 'notices' | 'claims' | 'pseudonyms'> {
  readonly facts: readonly Pick<Holdings['facts'][number], 'id' | 'type' | 'unit' | 'attestedBy' | 'from' | 'state'>[];
  readonly consents: readonly Pick<Holdings['consents'][number], 'id' | 'source' | 'recipient' | 'purpose' | 'state'>[];
  readonly caseReferences: readonly Pick<Holdings['caseReferences'][number], 'unit' | 'reference'>[];
  readonly numbers: readonly NumberScheme[];
}

/** Puts on record who looks and why, and only then shows it. null: the gateway knows no such person. @law AVG 5(2) */
export function lookAtPerson(ports: SubjectChangePorts, named: PersonNamed, asked: Asked): Promise<PersonSeen | null> {
  return settle(ports, async () => {
    const holdings = await findPerson(ports, named);
    if (holdings === null) return null;
    const registryVersion = ports.registry.current().version;
    const policySet = ports.policies.current().digest;
    const about = { trace: ports.entropy.trace(), purpose: null, source: null, recipient: null };
    const subject = holdings.subject.id;
    const committed = await ports.journal.commit({
      rests: { subject: null, registryVersion, policySet },
      moves: false,
      entries: [
        {
          ...frame(ports.entropy, about, ports.clock.now(), policySet),
          kind: 'officer-looked',
          body: { v: 2, looked: 'subject' },
          subject,
          personal: { subject, requestedBy: asked.by, ground: asked.ground },
          fleeting: {},
        },
      ],
      changes: [],
    });
    return committed.outcome === 'durable' ? seen(holdings) : stale;
  });
}

function seen({
  facts,
  consents,
  numbers,
  requests,
  notices,
  claims,
  pseudonyms,
  caseReferences,
}: Holdings): PersonSeen {
  return {
    facts: facts.map(({ id, type, unit, attestedBy, from, state }) => ({ id, type, unit, attestedBy, from, state })),
    consents: consents.map(({ id, source, recipient, purpose, state }) => ({ id, source, recipient, purpose, state })),
    numbers: numberSchemes.filter((scheme) => numbers[scheme] !== undefined),
    requests,
    notices,
    claims,
    pseudonyms,
    caseReferences: caseReferences.map(({ unit, reference }) => ({ unit, reference })),
  };
}
