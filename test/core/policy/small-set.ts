import type { Digest, FieldId, PurposeId, UnitId } from '../../../src/core/brand.ts';
import { assemblePolicySet } from '../../../src/core/policy/assemble.ts';
import type { Question } from '../../../src/core/policy/decision.ts';
import type { PolicySet } from '../../../src/core/policy/policy-set.ts';
import { involved, now, subject } from './questions.ts';

/** A catalogue of a few words in the language's own terms, for tests that say what a rule says. */
const label = { nl: 'woord', en: 'word' };
const law = [{ act: 'Wet', article: '1' }];
const kind = (roles: object = {}) => ({ label, regime: 'avg', mayProcessBsn: true, attempts: 'shown', roles });
const field = (fieldClass: string | string[]) => ({
  class: fieldClass,
  label,
  plain: label,
  type: 'boolean',
});
const attested = { label, attestedBy: ['giver'], unit: 'none' };
const role = { label, about: ['giver', 'getter', 'other'] };

const catalogue = {
  partnerKinds: {
    giver: kind({ doctor: label, director: label, clerk: label }),
    getter: kind({ coach: label }),
    other: kind(),
  },
  categories: {
    person: { label, plain: label, fields: { name: field('ordinary'), number: field('number') } },
    record: { label, plain: label, fields: { crime: field('criminal') } },
    body: { label, plain: label, fields: { illness: field(['secrecy', 'health']) } },
  },
  purposes: {
    helping: { group: true, label },
    care: { label, plain: label, law, within: 'helping', usesDataOf: ['notice'] },
    notice: { label, plain: label, law },
  },
  facts: {
    involvement: {
      ...attested,
      unit: 'required',
      attributes: {
        role: {
          helper: role,
          keeper: role,
          'home-town': { ...role, exclusive: 'town' },
          'next-town': { ...role, exclusive: 'town' },
          panel: { ...role, reference: 'required' },
        },
      },
    },
    phase: { ...attested, attributes: { phase: { inside: { label }, after: { label } } } },
    stay: { ...attested, attributes: { sort: { long: { label }, short: { label } } } },
    held: { ...attested, unit: 'required', attributes: { sort: { file: role } } },
    age: { ...attested, attributes: { group: { child: { label, representativeDecides: true }, grown: { label } } } },
    restriction: attested,
  },
  grounds: {
    criminal: { Wet: { label } },
    health: { Wet: { label } },
    secrecy: { opheffing: { label, waiver: true }, toestemming: { label, consent: true }, Wet: { label } },
  },
};

export const aRecipient = {
  kind: 'getter',
  regime: 'avg',
  basis: 'public-task',
  retain: { until: 'end', plus: 'P6M' },
};
export const aRule = {
  id: 'one-rule',
  from: { kind: 'giver', regime: 'avg', basis: 'public-task' },
  to: [aRecipient],
  fields: ['person.name'],
  when: [{ involved: { who: 'recipient', as: ['helper'] } }],
  consent: 'irrelevant',
  obligations: { 'inform-subject': 'at-disclosure', approval: 'none', seal: 'transport' },
};
export const notice = { version: 1, text: label };

/** What is wrong with a policy of these rules, as `path: message`; nothing when it loads. */
export function problemsOf(policy: object, prohibitions: readonly object[] = []): string[] {
  const assembled = assembleWith(policy, prohibitions);
  return assembled.ok ? [] : assembled.problems.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

export function smallSet(policy: object, prohibitions: readonly object[] = []): PolicySet {
  const assembled = assembleWith(policy, prohibitions);
  if (!assembled.ok) throw new Error(JSON.stringify(assembled.problems));
  return assembled.set;
}

function assembleWith(policy: object, prohibitions: readonly object[]) {
  const content = (file: string, value: unknown) => ({ file, content: value });
  const form = { purpose: 'care', version: 1, title: label, trigger: 'pull', law, rules: [aRule], ...policy };
  return assemblePolicySet({
    digest: 'sha256:0' as Digest,
    catalogue: {
      partnerKinds: content('kinds', catalogue.partnerKinds),
      categories: content('categories', catalogue.categories),
      purposes: content('purposes', catalogue.purposes),
      facts: content('facts', catalogue.facts),
      grounds: content('grounds', catalogue.grounds),
    },
    prohibitions: content(
      'prohibitions',
      prohibitions.map((one, index) => ({ id: `no-${index}`, text: label, law, ...one })),
    ),
    retention: content('retention', { tables: {}, starts: { end: label, start: label } }),
    policies: [content('care', form)],
  });
}

export const helps = involved('getter-1', 'helper');

export function ask(overrides: Partial<Question> & { readonly facts?: Question['snapshot']['facts'] } = {}): Question {
  const { facts = [helps], ...rest } = overrides;
  return {
    purpose: 'care' as PurposeId,
    trigger: 'pull',
    source: { unit: 'giver-1' as UnitId, kind: 'giver' },
    recipient: { unit: 'getter-1' as UnitId, kind: 'getter' },
    fields: ['person.name' as FieldId],
    userRole: null,
    snapshot: { subject, facts, consents: [] },
    now,
    ...rest,
  };
}
