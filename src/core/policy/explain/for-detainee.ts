import type { Citation, Label } from '../../category/catalogue.ts';
import { periodWords } from '../condition/period-label.ts';
import type { Decision, Question, RefusalClass } from '../decision.ts';
import type { Grant } from '../policy.ts';
import { grantsBetween, type PolicySet } from '../policy-set.ts';
import { both, type Paragraph, paragraph, type Text } from './text.ts';

/** Why nothing went, in words that need no law: what was said to the partner is not repeated. */
const why: Readonly<Record<RefusalClass, Label>> = {
  'not-permitted': { nl: 'Geen regel zegt dat dit mag.', en: 'No rule says that this is allowed.' },
  prohibited: { nl: 'De wet verbiedt dit.', en: 'The law forbids this.' },
  'not-available': { nl: 'Dit mocht nu niet.', en: 'This was not allowed now.' },
  'condition-not-met': {
    nl: 'Dit mag alleen soms. Nu mocht het niet.',
    en: 'This is allowed only sometimes. Now it was not.',
  },
  undecidable: {
    nl: 'Wij wisten niet zeker of het mocht. Dan geven wij niets.',
    en: 'We were not sure whether it was allowed. Then we give nothing.',
  },
  declined: { nl: 'Een medewerker heeft nee gezegd.', en: 'A member of staff said no.' },
};

/**
 * For the person it is about: B1, second person, short sentences. When it may be shown is another
 * matter: after `informAfter`, and a refused attempt of some kinds never by itself.
 */
export function forDetainee(set: PolicySet, question: Question, decision: Decision): Text {
  const { source, recipient, purpose } = question;
  const kind = (id: string): Label => set.catalogue.partnerKinds.get(id)?.label ?? both(id);
  const reason = set.catalogue.purposes.get(purpose)?.plain ?? both(purpose);
  const grants = grantsBetween(set, purpose, source.kind, recipient.kind);
  const asked = paragraph(
    `Wie wilde iets weten: ${kind(recipient.kind).nl}. Van wie: ${kind(source.kind).nl}.`,
    `Who wanted to know: ${kind(recipient.kind).en}. From whom: ${kind(source.kind).en}.`,
  );
  const toWhatEnd = paragraph(`Waarom: ${reason.nl}`, `Why: ${reason.en}`);
  const rights = paragraph(
    'Klopt er iets niet? Of bent u het er niet mee eens? Vraag hulp aan uw casemanager of uw begeleider. U mag ook klagen bij de Autoriteit Persoonsgegevens.',
    'Is something wrong? Or do you not agree? Ask your case manager or supervisor for help. You may also complain to the Data Protection Authority.',
  );
  if (decision.outcome === 'refusal') {
    // What no yes could open is not said to wait for one.
    const mayOpen = decision.class !== 'prohibited' && decision.class !== 'not-permitted';
    const told = [why[decision.class], ...(mayOpen && restsOnYes(grants) ? [onlyWithYes] : [])];
    return {
      title: { nl: 'Er is niets over u gedeeld', en: 'Nothing about you was shared' },
      paragraphs: [asked, toWhatEnd, paragraph('Waarom niet:', 'Why not:', told), rights],
    };
  }
  const shared = decision.permitted.map((field) => set.catalogue.fields.get(field)?.plain ?? both(field));
  const permitting = grants.filter(({ rule }) => Object.values(decision.rules).flat().includes(rule));
  const waits = decision.obligations.approval !== 'none';
  return {
    title: waits
      ? { nl: 'Dit mag over u worden gedeeld', en: 'This may be shared about you' }
      : { nl: 'Dit is over u gedeeld', en: 'This was shared about you' },
    paragraphs: [
      asked,
      paragraph('Wat:', 'What:', shared),
      toWhatEnd,
      paragraph(`Dit mag van de wet: ${citedLaw(decision.law)}.`, `The law allows this: ${citedLaw(decision.law)}.`),
      ...(waits ? [approvalParagraph(decision.obligations.approval)] : []),
      consentParagraph(permitting),
      keptParagraph(set, decision.obligations.retain),
      ...(decision.refused.length === 0 ? [] : [withheldParagraph(set, decision)]),
      rights,
    ],
  };
}

const onlyWithYes: Label = {
  nl: 'Dit mag alleen als u ja heeft gezegd. U hoeft geen ja te zeggen.',
  en: 'This is allowed only if you said yes. You do not have to say yes.',
};

function restsOnYes(grants: readonly Grant[]): boolean {
  return grants.length > 0 && grants.every(({ consent }) => consent === 'required' || consent === 'waiver');
}

function approvalParagraph(approval: 'none' | 'source-human' | 'two-persons'): Paragraph {
  return approval === 'two-persons'
    ? paragraph('Twee mensen moeten het eerst goedvinden.', 'Two people must agree to it first.')
    : paragraph('Een medewerker moet het eerst goedvinden.', 'A member of staff must agree to it first.');
}

function consentParagraph(permitting: readonly Grant[]): Paragraph {
  return restsOnYes(permitting)
    ? paragraph(
        'Dit mag omdat u ja heeft gezegd. U mag altijd stoppen. Wat al gedeeld is, blijft gedeeld.',
        'This is allowed because you said yes. You may always stop. What was shared stays shared.',
      )
    : paragraph('Hiervoor was uw toestemming niet nodig.', 'Your consent was not needed for this.');
}

function keptParagraph(
  set: PolicySet,
  { until, plus }: { readonly until: string; readonly plus: string | null },
): Paragraph {
  const start = set.retentionStarts.get(until)?.label ?? both(until);
  return plus === null
    ? paragraph(`Zo lang mag het bewaard worden: tot ${start.nl}.`, `It may be kept until ${start.en}.`)
    : paragraph(
        `Zo lang mag het bewaard worden: ${periodWords(plus, 'nl')} na ${start.nl}.`,
        `It may be kept for ${periodWords(plus, 'en')} after ${start.en}.`,
      );
}

function withheldParagraph(set: PolicySet, decision: Decision): Paragraph {
  const fields = decision.refused.map(({ field }) => set.catalogue.fields.get(field)?.plain ?? both(field));
  return paragraph('Dit is ook gevraagd, maar niet gedeeld:', 'This was asked too, but not shared:', fields);
}

function citedLaw(law: readonly Citation[]): string {
  return law.map(({ act, article }) => `${act}, ${article}`).join('; ');
}
