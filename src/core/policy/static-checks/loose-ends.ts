import type { Citation, Label } from '../../category/catalogue.ts';
import type { PolicySet } from '../policy-set.ts';
import type { Finding } from './finding.ts';

/** Fields that can be asked and that no rule ever gives, and purposes that nobody wrote a policy for. */
export function ungranted(set: PolicySet): Finding[] {
  const granted = new Set(
    [...set.policies.values()].flatMap(({ grants }) => grants.flatMap(({ fields }) => [...fields])),
  );
  const fields = [...set.catalogue.fields.keys()]
    .filter((field) => !granted.has(field))
    .map((field): Finding => {
      const message = `no rule gives ${field} to anybody`;
      return { severity: 'warning', check: 'ungranted', place: { in: 'field', field }, message };
    });
  const purposes = [...set.catalogue.purposes.keys()]
    .filter((purpose) => !set.policies.has(purpose) && set.breakGlass?.policy.purpose !== purpose)
    .map((purpose): Finding => {
      const message = `${purpose} has no policy and so permits nothing`;
      return { severity: 'warning', check: 'no-policy', place: { in: 'purpose', purpose }, message };
    });
  return [...fields, ...purposes];
}

/** Consent as AVG 6(1) names it; the grounds for special data say of themselves whether they are consent. */
const ordinaryConsent = 'AVG 6 lid 1 onder a';

/** Policies that cite consent as their law while no rule of theirs rests on it. @law AVG 6(1)(a), 7 */
export function consentCited(set: PolicySet): Finding[] {
  const grounds = Object.values(set.catalogue.grounds).flatMap((named) => [...named]);
  const cites = new Set([ordinaryConsent, ...grounds.filter(([, { consent }]) => consent).map(([text]) => text)]);
  const cited = (law: readonly Citation[]): number =>
    law.findIndex(({ act, article }) => cites.has(`${act} ${article}`));
  return [...set.policies.values()].flatMap(({ purpose, law, grants }): Finding[] => {
    const at = cited(law);
    if (at < 0 || grants.some(({ consent }) => consent === 'required')) return [];
    const message = 'consent is cited as the law, but no rule of this policy rests on it';
    const place = { in: 'policy', purpose, rule: null, member: ['law', at] } as const;
    return [{ severity: 'error', check: 'consent-cited', place, message }];
  });
}

/** A sentence beyond this is not plain: B1 asks for about fifteen words, and a list in it for some more. */
const maxWords = 25;

/** Plain texts that are the label again, or hold a sentence too long for who reads it. */
export function plainWords(set: PolicySet): Finding[] {
  const { fields, purposes } = set.catalogue;
  const notices = [...set.policies.values()].flatMap(({ purpose, notice }) =>
    (notice === null ? [] : longSentences(notice.text)).map((message): Finding => {
      const place = { in: 'policy', purpose, rule: null, member: ['notice', 'text'] } as const;
      return { severity: 'warning', check: 'plain-words', place, message };
    }),
  );
  return [
    ...[...fields.values()].flatMap(({ id, label, plain }) =>
      plainProblems(label, plain).map((message): Finding => {
        return { severity: 'warning', check: 'plain-words', place: { in: 'field', field: id }, message };
      }),
    ),
    ...[...purposes.values()].flatMap(({ id, label, plain }) =>
      plainProblems(label, plain).map((message): Finding => {
        return { severity: 'warning', check: 'plain-words', place: { in: 'purpose', purpose: id }, message };
      }),
    ),
    ...notices,
  ];
}

function plainProblems(label: Label, plain: Label): string[] {
  const same = plain.nl.toLowerCase() === label.nl.toLowerCase();
  return [
    ...(same ? ['the plain text repeats the label: say it as you would to the person'] : []),
    ...longSentences(plain),
  ];
}

function longSentences(text: Label): string[] {
  return text.nl
    .split(/(?<=[.!?:;])\s+/)
    .filter((sentence) => sentence.split(/\s+/).length > maxWords)
    .map((sentence) => `a sentence of more than ${maxWords} words is not plain: "${sentence.slice(0, 40)}…"`);
}
