import type { Label } from '../../core/category/catalogue.ts';
import type { RequestRecord } from '../../core/disclosure/request.ts';
import type { Receipt } from '../../core/ledger/entry.ts';
import type { RefusalClass } from '../../core/policy/decision.ts';
import { type Problem, problem } from '../problem.ts';
import { outwardClass, viewRequest } from '../schemas/request-view.ts';
import type { Viewing } from './ask-answers.ts';

const details: Readonly<Record<RefusalClass, Label>> = {
  'not-permitted': {
    nl: 'Geen regel laat toe dat deze bron dit aan u verstrekt voor dit doel, om wie het ook gaat.',
    en: 'No rule allows this source to give this to you for this purpose, whoever the person is.',
  },
  prohibited: {
    nl: 'De wet verbiedt dat deze bron dit aan u verstrekt voor dit doel, om wie het ook gaat.',
    en: 'The law forbids this source to give this to you for this purpose, whoever the person is.',
  },
  'not-available': {
    nl: 'Voor deze vraag is niets beschikbaar. Waarom niet, zegt de gateway niet: ook dat zou iets over een persoon zeggen.',
    en: 'Nothing is available for this request. The gateway does not say why: that too would tell about a person.',
  },
  'condition-not-met': {
    nl: 'U bent bij deze persoon betrokken, maar aan een voorwaarde is nu niet voldaan.',
    en: 'You are involved with this person, but a condition is not met now.',
  },
  undecidable: {
    nl: 'Een voorwaarde kon niet worden beoordeeld. Wat niet te beoordelen is, geldt als nee.',
    en: 'A condition could not be evaluated. What cannot be evaluated counts as no.',
  },
  declined: {
    nl: 'Een medewerker van de bron heeft de aanvraag afgewezen.',
    en: 'A human of the source declined the request.',
  },
};

/**
 * Nothing was disclosed, and why, as far as the asker may know.
 * INVARIANT: of a stopped request no receipt leaves: its latest entry is the withdrawal itself.
 */
export function refusedRequest(
  { deps, language }: Viewing,
  request: RequestRecord,
  receipt: Receipt | null,
  headers: Readonly<Record<string, string>> = {},
): Problem<'refused'> {
  const view = viewRequest(request, language, deps.asUnknownPerson);
  const kind = outwardClass(view);
  const shown = request.state === 'withdrawn' ? null : receipt;
  return problem('refused', {
    detail: details[kind],
    instance: `/v1/requests/${request.id}`,
    members: { class: kind, request: view, receipt: shown },
    headers,
  });
}
