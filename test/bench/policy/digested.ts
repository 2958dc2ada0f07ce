import { conditionValue, isRestricted } from '../../oracle/condition-oracle.ts';
import { consentCovers } from '../../oracle/consent-oracle.ts';
import { everyGrant, type OracleGrant } from '../../oracle/grants.ts';
import type { PolicyContent, RawCondition } from '../../oracle/policy-content.ts';
import { categoryOf } from '../../oracle/prohibition-oracle.ts';
import type { OracleQuestion } from '../../oracle/question.ts';

/** A rule as engines without our conditions can have it: permits these fields in this flow while all it needs is so. */
export interface DigestedRule {
  readonly id: string;
  readonly purpose: string;
  readonly source: string;
  readonly recipient: string;
  readonly fields: readonly string[];
  /** Words that must hold; `consent` and `waiver` among them. */
  readonly needs: readonly string[];
}

/** A question with its facts and consents read already. */
export interface DigestedQuestion {
  readonly purpose: string;
  readonly source: string;
  readonly recipient: string;
  /** Each field that is asked, with the words that hold for it, of those that a rule of the flow needs. */
  readonly fields: readonly { readonly field: string; readonly holds: readonly string[] }[];
}

export interface Digested {
  readonly rules: readonly DigestedRule[];
  readonly questions: readonly DigestedQuestion[];
}

type Flow = Pick<DigestedRule, 'purpose' | 'source' | 'recipient'>;

/** `purpose source recipient`: what a question and a rule must have in common. */
export function flowOf({ purpose, source, recipient }: Flow): string {
  return `${purpose} ${source} ${recipient}`;
}

/**
 * Set and questions for the other engines, to their advantage: every condition is worked out beforehand and has become
 * a word, a consent is a word that holds for the fields it covers, restrictions leave no word standing, and prohibitions
 * are left out, since the loaded rules provably keep them.
 */
export function digested(content: PolicyContent, questions: readonly OracleQuestion[]): Digested {
  const words = new Map<string, string>();
  const wordOf = (condition: RawCondition): string => {
    const key = JSON.stringify(condition);
    const word = words.get(key) ?? `c${words.size + 1}`;
    words.set(key, word);
    return word;
  };
  const rules = everyGrant(content).map((grant) => {
    const { policy, rule, source, recipient } = grant;
    const flow = { purpose: policy.purpose, source: source.kind, recipient: recipient.kind };
    const asks = rule.consent === 'required' ? ['consent'] : rule.consent === 'waiver' ? ['waiver'] : [];
    return { id: rule.id, ...flow, fields: rule.fields, needs: [...rule.when.map(wordOf), ...asks], grant };
  });
  const byFlow = Map.groupBy(rules, flowOf);
  return {
    rules: rules.map(({ grant: _, ...rule }) => rule),
    questions: questions.map((question) => {
      const flow = { purpose: question.purpose, source: question.source.kind, recipient: question.recipient.kind };
      const own = byFlow.get(flowOf(flow)) ?? [];
      const frozen = isRestricted(question);
      const standing = frozen ? [] : own.flatMap(({ grant }) => standingWords(grant, wordOf, question, content));
      const holds = [...new Set(standing)];
      const [first] = own;
      const fields = question.fields.map((field) => {
        const given = first === undefined || frozen ? [] : givenWords(first.grant, field, question, content);
        return { field, holds: [...holds, ...given] };
      });
      return { ...flow, fields };
    }),
  };
}

function standingWords(
  { rule }: OracleGrant,
  wordOf: (condition: RawCondition) => string,
  question: OracleQuestion,
  content: PolicyContent,
): string[] {
  return rule.when.filter((condition) => conditionValue(condition, question, content) === 'true').map(wordOf);
}

function givenWords({ policy }: OracleGrant, field: string, question: OracleQuestion, content: PolicyContent) {
  const kinds = ['consent', 'waiver'] as const;
  return kinds.filter((kind) => consentCovers(kind, categoryOf(field), policy.notice?.version, question, content));
}
