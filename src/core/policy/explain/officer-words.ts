import type { Label } from '../../category/catalogue.ts';
import type { Regime } from '../../partner/partner.ts';
import type { Decision, Question, RefusalClass } from '../decision.ts';
import type { PolicySet } from '../policy-set.ts';
import { both, joinLabels } from './text.ts';

/** What the engine says in words of its own, for officers: a text is in one language, ids aside. */
export const refusalWords: Readonly<Record<RefusalClass, Label>> = {
  'not-permitted': { nl: 'geen regel staat dit toe', en: 'no rule permits this' },
  prohibited: { nl: 'verboden', en: 'prohibited' },
  'not-available': { nl: 'niet beschikbaar', en: 'not available' },
  'condition-not-met': { nl: 'voorwaarde niet vervuld', en: 'condition not met' },
  undecidable: { nl: 'niet te beoordelen', en: 'cannot be judged' },
  declined: { nl: 'afgewezen door een mens', en: 'declined by a human' },
};

export const triggerWords: Readonly<Record<Question['trigger'], Label>> = {
  pull: { nl: 'op verzoek van de ontvanger', en: 'at the request of the recipient' },
  push: { nl: 'door de bron, zonder verzoek', en: 'by the source, without a request' },
};

export const regimeWords: Readonly<Record<Regime, Label>> = {
  avg: { nl: 'AVG', en: 'GDPR' },
  wjsg: both('Wjsg'),
  wpg: both('Wpg'),
};

const basisLabels: ReadonlyMap<string, Label> = new Map([
  ['consent', { nl: 'toestemming', en: 'consent' }],
  ['legal-obligation', { nl: 'wettelijke plicht', en: 'legal obligation' }],
  ['vital-interest', { nl: 'vitaal belang', en: 'vital interest' }],
  ['public-task', { nl: 'taak van algemeen belang', en: 'public task' }],
  ['legitimate-interest', { nl: 'gerechtvaardigd belang', en: 'legitimate interest' }],
]);

export function basesWords(bases: readonly string[]): Label {
  return joinLabels(
    bases.map((basis) => basisLabels.get(basis) ?? both(basis)),
    ' + ',
  );
}

export function verdictWords(decision: Decision): Label {
  if (decision.outcome === 'permit') return { nl: 'toegestaan', en: 'permitted' };
  const { nl, en } = refusalWords[decision.class];
  return { nl: `geweigerd: ${nl}`, en: `refused: ${en}` };
}

const inputNames: ReadonlyMap<string, Label> = new Map([
  ['from', { nl: 'vanaf', en: 'from' }],
  ['until', { nl: 'tot', en: 'until' }],
  ['given', { nl: 'gegeven', en: 'given' }],
  ['notice', { nl: 'tekst', en: 'text' }],
]);

const inputValues: ReadonlyMap<string, Label> = new Map([
  ['state attested', { nl: 'vastgesteld', en: 'attested' }],
  ['state disputed', { nl: 'betwist', en: 'disputed' }],
  ['state corrected', { nl: 'hersteld', en: 'corrected' }],
  ['state ended', { nl: 'vastgesteld, met een einde', en: 'attested, with an end' }],
  ['state unreadable', { nl: 'niet te lezen', en: 'unreadable' }],
  ['state failed', { nl: 'mislukt', en: 'failed' }],
  ['until open', { nl: 'einde open', en: 'no end yet' }],
  ['by subject', { nl: 'door de betrokkene', en: 'by the person' }],
  ['by representative', { nl: 'door wie vertegenwoordigt', en: 'by the representative' }],
]);

/** One recorded input; a word of the catalogue is told by what it is called there. */
export function inputWords(set: PolicySet, name: string, value: string): Label {
  const said = inputValues.get(`${name} ${value}`);
  if (said !== undefined) return said;
  for (const { words } of set.catalogue.factTypes.values()) {
    const label = words.get(name)?.get(value)?.label;
    if (label !== undefined) return label;
  }
  const named = inputNames.get(name) ?? both(name);
  return { nl: `${named.nl}: ${value}`, en: `${named.en}: ${value}` };
}
