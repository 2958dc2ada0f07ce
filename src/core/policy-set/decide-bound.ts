import type { PolicySets } from '../disclosure/ports.ts';
import type { PartnerRegistry, Unit } from '../partner/partner.ts';
import { decide } from '../policy/decide.ts';
import { decideBreakGlass } from '../policy/decide-break-glass.ts';
import type { Decision, Question, Reason } from '../policy/decision.ts';
import type { PolicySet } from '../policy/policy-set.ts';
import { trustedFacts } from './trusted-facts.ts';

/** As a request puts it: in an emergency it is asked in a way of its own, which no policy answers. */
export type BoundQuestion = Omit<Question, 'trigger'> & { readonly trigger: Question['trigger'] | 'break-glass' };

/**
 * Decides under the set that binds the source: the latest in force that it accepted. A source that
 * accepted none of them gives nothing, whoever asks about whom.
 */
export function decideBound(
  policies: PolicySets,
  registry: PartnerRegistry,
  source: Unit | undefined,
  question: BoundQuestion,
): Decision {
  const set = source === undefined ? null : policies.boundTo(source);
  if (set === null) return nothingBinds(policies.current(), question);
  const { trigger, ...asked } = question;
  const facts = trustedFacts(asked.snapshot.facts, set, registry);
  const trusted = { ...asked, snapshot: { ...asked.snapshot, facts } };
  return trigger === 'break-glass' ? decideBreakGlass(set, trusted) : decide(set, { ...trusted, trigger });
}

/** What is about the source alone and no person, and may therefore be said to everybody. */
const noSetAccepted: Reason = {
  class: 'not-permitted',
  rule: null,
  text: {
    nl: 'Deze bron heeft geen regels geaccepteerd die nu gelden, en verstrekt daarom niets.',
    en: 'This source has accepted no policies that are in force, and therefore discloses nothing.',
  },
  remedy: {
    nl: 'Mogelijk zodra de bron de geldende regels heeft geaccepteerd; vraag het de bron.',
    en: 'Possible once the source has accepted the policies in force; ask the source.',
  },
};

/**
 * INVARIANT: reads nothing of the person, so that it is the same for everybody. Stands under the active
 * set, of which it takes the words, for none decided.
 */
function nothingBinds(active: PolicySet, question: Omit<BoundQuestion, 'trigger'>): Decision {
  const { catalogue } = active;
  const regimeOf = (kind: string) => catalogue.partnerKinds.get(kind)?.regime ?? 'avg';
  return {
    outcome: 'refusal',
    class: noSetAccepted.class,
    purpose: question.purpose,
    policyVersion: null,
    policySet: active.digest,
    law: catalogue.purposes.get(question.purpose)?.law ?? [],
    regimes: { source: regimeOf(question.source.kind), recipient: regimeOf(question.recipient.kind) },
    conditions: [],
    refused: [...new Set(question.fields)].map((field) => ({ field, reasons: [noSetAccepted] })),
    decidedAt: question.now,
    epoch: question.snapshot.subject?.epoch ?? null,
  };
}
