import type { Citation, Label } from '../../category/catalogue.ts';
import { consentRoleWords } from '../consent-role-words.ts';
import type { ConditionRecord, ConditionValue, Decision, Question } from '../decision.ts';
import type { Grant } from '../policy.ts';
import { grantsBetween, type PolicySet } from '../policy-set.ts';
import { conditionLabel } from './condition-label.ts';
import { obligationWords } from './obligation-words.ts';
import { basesWords, inputWords, refusalWords, regimeWords, triggerWords, verdictWords } from './officer-words.ts';
import { both, joinLabels, type Paragraph, paragraph, type Text } from './text.ts';

const values: Readonly<Record<ConditionValue, Label>> = {
  true: { nl: 'ja', en: 'yes' },
  false: { nl: 'nee', en: 'no' },
  unknown: { nl: 'onbekend', en: 'unknown' },
};

/** Rule, law, facts used and their values: for whoever must answer for the decision. */
export function forOfficer(set: PolicySet, question: Question, decision: Decision): Text {
  const { source, recipient, purpose } = question;
  const kind = (id: string): Label => set.catalogue.partnerKinds.get(id)?.label ?? both(id);
  const purposeLabel = set.catalogue.purposes.get(purpose)?.label ?? both(purpose);
  const verdict = verdictWords(decision);
  const evaluated = new Set(decision.conditions.map(({ rule }) => rule));
  const grants = grantsBetween(set, purpose, source.kind, recipient.kind).filter(({ rule }) => evaluated.has(rule));
  const version = decision.policyVersion === null ? '–' : String(decision.policyVersion);
  return {
    title: { nl: `Besluit: ${verdict.nl}`, en: `Decision: ${verdict.en}` },
    paragraphs: [
      paragraph(
        `${source.unit} (${kind(source.kind).nl}) → ${recipient.unit} (${kind(recipient.kind).nl}): ${purposeLabel.nl}`,
        `${source.unit} (${kind(source.kind).en}) → ${recipient.unit} (${kind(recipient.kind).en}): ${purposeLabel.en}`,
        [
          triggerWords[question.trigger],
          both(decision.decidedAt),
          { nl: `beleid ${purpose}, versie ${version}`, en: `policy ${purpose}, version ${version}` },
          both(decision.policySet),
        ],
      ),
      lawParagraph(decision.law),
      ...grants.map((grant) => ruleParagraph(set, grant, decision)),
      ...verdictParagraphs(set, question, decision),
    ],
  };
}

function lawParagraph(law: readonly Citation[]): Paragraph {
  const marks = { unverified: ' (U)', 'design-default': ' (D)' };
  const cited = law.map(({ act, article, status }) => both(`${act} ${article}${status ? marks[status] : ''}`));
  return paragraph('Wet:', 'Law:', cited);
}

/** The rule with its bases, and each condition that was looked at with what it rested on. */
function ruleParagraph(set: PolicySet, grant: Grant, decision: Decision): Paragraph {
  const { rule, bases, regimes, grounds, consent } = grant;
  const named = Object.values(grounds).filter((ground) => ground !== null);
  const source = { basis: basesWords(bases.source), regime: regimeWords[regimes.source] };
  const recipient = { basis: basesWords(bases.recipient), regime: regimeWords[regimes.recipient] };
  const said = (language: keyof Label): string =>
    [source, recipient].map(({ basis, regime }) => `${basis[language]} (${regime[language]})`).join(' → ');
  const records = decision.conditions.filter((record) => record.rule === rule);
  return paragraph(`Regel ${rule}: ${said('nl')}`, `Rule ${rule}: ${said('en')}`, [
    consentRoleWords[consent],
    ...named.map((ground) => ({ nl: `grond: ${ground}`, en: `ground: ${ground}` })),
    ...records.map((record) => recordLine(set, conditionLabel(set, grant, record.condition), record)),
  ]);
}

function recordLine(set: PolicySet, label: Label, { value, inputs }: ConditionRecord): Label {
  const facts = joinLabels(Object.entries(inputs).map(([name, input]) => inputWords(set, name, input)));
  const line = (language: keyof Label): string => {
    const rest = facts[language] === '' ? '' : ` [${facts[language]}]`;
    return `${values[value][language]} – ${label[language]}${rest}`;
  };
  return { nl: line('nl'), en: line('en') };
}

function verdictParagraphs(set: PolicySet, { source }: Question, decision: Decision): Paragraph[] {
  const refused = decision.refused.map(({ field, reasons }) => {
    const why = (language: keyof Label): string => {
      const said = reasons.map(({ class: name, rule }) =>
        [refusalWords[name][language], rule].filter(Boolean).join(', '),
      );
      return `${field}: ${[...new Set(said)].join('; ')}`;
    };
    return { nl: why('nl'), en: why('en') };
  });
  const refusals = refused.length === 0 ? [] : [paragraph('Geweigerd:', 'Refused:', refused)];
  if (decision.outcome === 'refusal') return refusals;
  const permitted = decision.permitted.map((field) => both(`${field}: ${(decision.rules[field] ?? []).join(', ')}`));
  const consents = decision.consents.map(both);
  const rests = joinLabels(consents);
  return [
    paragraph('Toegestaan:', 'Permitted:', permitted),
    ...(consents.length === 0
      ? []
      : [paragraph(`Berust op toestemming: ${rests.nl}.`, `Rests on consent: ${rests.en}.`)]),
    paragraph('Verplichtingen:', 'Obligations:', obligationWords(set, decision.obligations, source.kind)),
    ...refusals,
  ];
}
