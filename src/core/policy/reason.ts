import type { Label } from '../category/catalogue.ts';
import type { Condition } from './condition.ts';
import type { ConditionValue, Reason } from './decision.ts';
import type { Grant } from './policy.ts';
import type { Prohibition } from './prohibition.ts';

/** The words of a refusal. Each is made from the policy alone, never from what is on record about a person. */

export function prohibitedBy(prohibition: Prohibition): Reason {
  const law = prohibition.law.map(({ act, article }) => `${act} ${article}`).join('; ');
  return {
    class: 'prohibited',
    rule: prohibition.id,
    text: { nl: `${prohibition.text.nl} (${law})`, en: `${prohibition.text.en} (${law})` },
    remedy: null,
  };
}

export const noRule: Reason = {
  class: 'not-permitted',
  rule: null,
  text: {
    nl: 'Geen regel staat toe dat deze bron dit gegeven voor dit doel aan deze ontvanger verstrekt.',
    en: 'No rule permits this source to disclose this field to this recipient for this purpose.',
  },
  remedy: null,
};

/**
 * INVARIANT: depends on the grant alone, so that an unknown person, an uninvolved recipient and a
 * missing, refused, withdrawn or expired consent read the same.
 */
export function notAvailable(grant: Grant): Reason {
  return {
    class: 'not-available',
    rule: grant.rule,
    text: {
      nl: 'Dit gegeven is voor deze ontvanger niet beschikbaar. Waarom niet, wordt niet gezegd.',
      en: 'This field is not available to this recipient. Why not is not said.',
    },
    remedy: requirements(grant),
  };
}

/** A condition that did not hold, for a recipient that is involved and may know. */
export function conditionFailed(grant: Grant, condition: Condition, value: ConditionValue): Reason {
  if (value === 'unknown') {
    return {
      class: 'undecidable',
      rule: grant.rule,
      text: {
        nl: `Niet te beoordelen is of aan deze voorwaarde is voldaan: ${condition.label.nl}.`,
        en: `It cannot be judged whether this condition is met: ${condition.label.en}.`,
      },
      remedy: {
        nl: 'Vraag de partij die dit vaststelt om het te bevestigen of te herstellen.',
        en: 'Ask the party that attests this to confirm or correct it.',
      },
    };
  }
  return {
    class: 'condition-not-met',
    rule: grant.rule,
    text: {
      nl: `Aan deze voorwaarde is niet voldaan: ${condition.label.nl}.`,
      en: `This condition is not met: ${condition.label.en}.`,
    },
    remedy: requirements(grant),
  };
}

/** What the subject must have decided, in the words of a remedy. */
const decided: Readonly<Record<Grant['consent'], Label | null>> = {
  irrelevant: null,
  invalid: null,
  required: {
    nl: 'de betrokkene heeft hiervoor geldige toestemming gegeven',
    en: 'the data subject has given valid consent for this',
  },
  waiver: {
    nl: 'de betrokkene heeft hiervoor het beroepsgeheim opgeheven',
    en: 'the data subject has waived professional secrecy for this',
  },
};

/** Everything that the rule asks, whether met or not. */
function requirements(grant: Grant): Label {
  const asked = grant.conditions.map((condition) => condition.label);
  const consent = decided[grant.consent];
  const all = [...asked, ...(consent === null ? [] : [consent])];
  return {
    nl: `Mogelijk als: ${all.map((label) => label.nl).join('; ')}.`,
    en: `Possible if: ${all.map((label) => label.en).join('; ')}.`,
  };
}
