import type { Label } from '../../category/catalogue.ts';
import type { Decision, FieldRefusal, Question, RefusalClass } from '../decision.ts';
import type { PolicySet } from '../policy-set.ts';
import { obligationWords } from './obligation-words.ts';
import { both, type Paragraph, paragraph, type Text } from './text.ts';

const titles: Readonly<Record<RefusalClass, Label>> = {
  'not-permitted': { nl: 'Geweigerd: geen regel staat dit toe', en: 'Refused: no rule permits this' },
  prohibited: { nl: 'Geweigerd: de wet verbiedt dit', en: 'Refused: the law forbids this' },
  'not-available': { nl: 'Geweigerd: niet beschikbaar voor u', en: 'Refused: not available to you' },
  'condition-not-met': {
    nl: 'Geweigerd: aan een voorwaarde is niet voldaan',
    en: 'Refused: a condition is not met',
  },
  undecidable: { nl: 'Geweigerd: niet te beoordelen', en: 'Refused: it cannot be judged' },
  declined: { nl: 'Geweigerd: de bron heeft nee gezegd', en: 'Refused: the source said no' },
};

/**
 * What was refused and what would allow it.
 *
 * INVARIANT: made of the reasons of the decision and of the policy alone, never of conditions or
 * facts: whoever may not know the person reads the same as about somebody nobody knows.
 */
export function forPartner(set: PolicySet, { source }: Question, decision: Decision): Text {
  const label = (field: string): Label =>
    set.catalogue.fields.get(field as Parameters<typeof set.catalogue.fields.get>[0])?.label ?? both(field);
  const refused = byReasons(decision.refused).map(({ fields, reasons }) =>
    refusalParagraph(fields.map(label), reasons),
  );
  if (decision.outcome === 'refusal') return { title: titles[decision.class], paragraphs: refused };
  const total = decision.permitted.length + decision.refused.length;
  return {
    title: {
      nl: `Toegestaan: ${decision.permitted.length} van ${total} gevraagde gegevens`,
      en: `Permitted: ${decision.permitted.length} of ${total} fields asked`,
    },
    paragraphs: [
      paragraph('U krijgt:', 'You get:', decision.permitted.map(label)),
      paragraph('Daarbij geldt:', 'With it comes:', obligationWords(set, decision.obligations, source.kind)),
      ...refused,
    ],
  };
}

interface Refused {
  readonly fields: string[];
  readonly reasons: FieldRefusal['reasons'];
}

/** Fields that are refused for the same reasons are told together. */
function byReasons(refusals: readonly FieldRefusal[]): Refused[] {
  const found = new Map<string, Refused>();
  for (const { field, reasons } of refusals) {
    const key = JSON.stringify(reasons);
    const same = found.get(key);
    if (same === undefined) found.set(key, { fields: [field], reasons });
    else same.fields.push(field);
  }
  return [...found.values()];
}

function refusalParagraph(fields: readonly Label[], reasons: FieldRefusal['reasons']): Paragraph {
  const named = (language: keyof Label): string => fields.map((field) => field[language]).join(', ');
  const said = reasons.flatMap(({ text, remedy }) => (remedy === null ? [text] : [text, remedy]));
  const once = said.filter((one, index) => said.findIndex(({ nl }) => nl === one.nl) === index);
  return paragraph(`Niet: ${named('nl')}.`, `Not: ${named('en')}.`, once);
}
