import type { Label } from '../../category/catalogue.ts';
import { periodLabel, periodWords } from '../condition/period-label.ts';
import type { Obligations } from '../decision.ts';
import type { PolicySet } from '../policy-set.ts';
import { both, joinLabels } from './text.ts';

/** What comes with a permit, one sentence each, for people who must keep to it. */
export function obligationWords(set: PolicySet, obligations: Obligations, sourceKind: string): Label[] {
  const { informAfter } = obligations;
  const seals: Readonly<Record<Obligations['seal'], readonly Label[]>> = {
    transport: [],
    recipient: [{ nl: 'Alleen de ontvanger kan het openen.', en: 'Only the recipient can open it.' }],
    'end-to-end': [
      {
        nl: 'De bron versleutelt het voor de ontvanger: niemand daartussen kan het lezen.',
        en: 'The source encrypts it for the recipient: nobody in between can read it.',
      },
    ],
  };
  return [
    retentionWords(set, obligations.retain),
    ...approvalWords(set, obligations, sourceKind),
    informAfter === null
      ? { nl: 'De betrokkene ziet het meteen.', en: 'The person is shown it at once.' }
      : {
          nl: `De betrokkene ziet het pas na ${periodWords(informAfter, 'nl')}.`,
          en: `The person is shown it after ${periodWords(informAfter, 'en')} only.`,
        },
    ...seals[obligations.seal],
    ...(obligations.destruction === 'confirm'
      ? [{ nl: 'De ontvanger bevestigt de vernietiging.', en: 'The recipient confirms the destruction.' }]
      : []),
  ];
}

/** "Bewaren tot 6 maanden na de vrijlating." */
export function retentionWords(set: PolicySet, { until, plus, atLeast }: Obligations['retain']): Label {
  const start = set.retentionStarts.get(until)?.label ?? both(until);
  const end = (language: 'nl' | 'en') =>
    plus === null ? start[language] : periodLabel(plus, start[language], language);
  const least = (language: 'nl' | 'en', words: string) =>
    atLeast === null ? '' : `, ${words} ${periodWords(atLeast, language)}`;
  return {
    nl: `Bewaren tot ${end('nl')}${least('nl', 'minstens')}.`,
    en: `Keep until ${end('en')}${least('en', 'at least')}.`,
  };
}

export function approvalWords(set: PolicySet, obligations: Obligations, sourceKind: string): Label[] {
  if (obligations.approval === 'none') return [];
  const roles = set.catalogue.partnerKinds.get(sourceKind)?.roles;
  const named = joinLabels(obligations.approvers.map((role) => roles?.get(role) ?? both(role)));
  const two = obligations.approval === 'two-persons';
  const among = obligations.approvers.length === 0 ? both('') : { nl: ` (${named.nl})`, en: ` (${named.en})` };
  return [
    {
      nl: `${two ? 'Twee mensen van de bron keuren' : 'Iemand van de bron keurt'} het eerst goed${among.nl}.`,
      en: `${two ? 'Two people of the source approve' : 'Somebody of the source approves'} it first${among.en}.`,
    },
  ];
}
