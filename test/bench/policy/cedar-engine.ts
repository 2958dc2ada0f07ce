import { preparsePolicySet, statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs';
import type { BenchEngine } from './bench-engine.ts';
import { type Digested, type DigestedQuestion, type DigestedRule, flowOf } from './digested.ts';

const quoted = (words: readonly string[]) => words.map((word) => JSON.stringify(word)).join(', ');

/** The flow stands first, where a policy that is about something else is left soonest. */
function policyText(rule: DigestedRule, action: string): string {
  const principal = `principal == Flow::${JSON.stringify(flowOf(rule))}`;
  return `permit(${principal}, ${action}, resource) when { context.holds.containsAll([${quoted(rule.needs)}]) };`;
}

/** The set as Cedar reads it: one policy a rule, which names its fields as actions. */
export function cedarText({ rules }: Pick<Digested, 'rules'>): string {
  const actions = (fields: readonly string[]) => fields.map((field) => `Action::${JSON.stringify(field)}`).join(', ');
  return rules.map((rule) => policyText(rule, `action in [${actions(rule.fields)}]`)).join('\n');
}

export function loadCedar(name: string, text: string): void {
  const loaded = preparsePolicySet(name, { staticPolicies: text });
  if (loaded.type === 'failure') throw new Error(loaded.errors.map(({ message }) => message).join('\n'));
}

function ask(name: string, question: DigestedQuestion, action: string, holds: readonly string[]) {
  const answer = statefulIsAuthorized({
    principal: { type: 'Flow', id: flowOf(question) },
    action: { type: 'Action', id: action },
    resource: { type: 'Person', id: 'somebody' },
    context: { holds: [...holds] },
    preparsedPolicySetId: name,
    entities: [],
  });
  if (answer.type === 'failure') throw new Error(answer.errors.map(({ message }) => message).join('\n'));
  return answer.response;
}

/** Cedar with its set parsed beforehand, asked once for each field: it decides the fields. */
export function cedarEngine({ rules, questions }: Digested, name: string): BenchEngine {
  loadCedar(name, cedarText({ rules }));
  return {
    name: 'Cedar',
    permitted: (place) => {
      const question = questions[place];
      if (question === undefined) return [];
      const allowed = question.fields.filter(
        ({ field, holds }) => ask(name, question, field, holds).decision === 'allow',
      );
      return allowed.map(({ field }) => field);
    },
  };
}

/**
 * Cedar asked once for a whole request, which it was not made for: it decides on rules, and its caller works out from
 * their ids which fields they name and which consents cover.
 */
export function cedarByRule({ rules, questions }: Digested, name: string): BenchEngine {
  const subjects = ['consent', 'waiver'];
  const plain = rules.map((rule) => ({ ...rule, needs: rule.needs.filter((word) => !subjects.includes(word)) }));
  const policies = plain.map((rule, index) => [`r${index}`, policyText(rule, 'action')] as const);
  const loaded = preparsePolicySet(name, { staticPolicies: Object.fromEntries(policies) });
  if (loaded.type === 'failure') throw new Error(loaded.errors.map(({ message }) => message).join('\n'));
  const byId = new Map(
    rules.map(({ fields, needs }, index) => [
      `r${index}`,
      { fields: new Set(fields), asks: needs.filter((word) => subjects.includes(word)) },
    ]),
  );
  return {
    name: 'Cedar, asked by rule',
    permitted: (place) => {
      const question = questions[place];
      if (question === undefined) return [];
      const holds = question.fields[0]?.holds ?? [];
      const permitting = ask(name, question, 'ask', holds).diagnostics.reason.map((id) => byId.get(id));
      const allowed = question.fields.filter((one) =>
        permitting.some((rule) => rule?.fields.has(one.field) && rule.asks.every((word) => one.holds.includes(word))),
      );
      return allowed.map(({ field }) => field);
    },
  };
}
