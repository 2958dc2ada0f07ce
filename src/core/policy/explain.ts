import type { Label } from '../category/catalogue.ts';
import { periodWords } from './condition/period-label.ts';
import type { Decision, Question } from './decision.ts';
import { forDetainee } from './explain/for-detainee.ts';
import { forOfficer } from './explain/for-officer.ts';
import { forPartner } from './explain/for-partner.ts';
import { type Paragraph, paragraph, type Text } from './explain/text.ts';
import type { PolicySet } from './policy-set.ts';

/** Who a decision is explained to. */
export const readers = ['partner', 'officer', 'detainee'] as const;
export type Reader = (typeof readers)[number];

export interface Explained {
  readonly texts: Readonly<Record<Reader, Text>>;
  /** When the detainee is shown the text; not part of it. */
  readonly shown: Label;
}

/** Three texts from one decision; each says what that reader may know, and no more. */
export function explain(set: PolicySet, question: Question, decision: Decision): Explained {
  return {
    texts: {
      partner: forPartner(set, question, decision),
      officer: forOfficer(set, question, decision),
      detainee: forDetainee(set, question, decision),
    },
    shown: shownWhen(set, question, decision).text,
  };
}

/** @law UAVG 41: a delay has a date on which it ends; a refused attempt by some kinds would tip off */
function shownWhen(set: PolicySet, { recipient }: Question, decision: Decision): Paragraph {
  if (decision.outcome === 'refusal') {
    return set.catalogue.partnerKinds.get(recipient.kind)?.attempts === 'shown'
      ? paragraph('De betrokkene ziet dit meteen.', 'The person is shown this at once.')
      : paragraph('Alleen functionarissen zien dit.', 'Only officers are shown this.');
  }
  const { informAfter } = decision.obligations;
  return informAfter === null
    ? paragraph('De betrokkene ziet dit meteen.', 'The person is shown this at once.')
    : paragraph(
        `De betrokkene ziet dit na ${periodWords(informAfter, 'nl')}.`,
        `The person is shown this after ${periodWords(informAfter, 'en')}.`,
      );
}
