import { newEnforcer, newModelFromString } from 'casbin';
import type { BenchEngine } from './bench-engine.ts';
import { type Digested, flowOf } from './digested.ts';

const model = `
[request_definition]
r = flow, field, holds
[policy_definition]
p = flow, rule
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.flow == p.flow && permits(p.rule, r.field, r.holds)
`;

/** casbin asked synchronously, once for each field; what a rule names and needs is one compiled function. */
export async function casbinEngine({ rules, questions }: Digested): Promise<BenchEngine> {
  const enforcer = await newEnforcer(newModelFromString(model));
  const byId = new Map(rules.map((rule) => [rule.id, { fields: new Set(rule.fields), needs: rule.needs }]));
  await enforcer.addFunction('permits', (id: string, field: string, holds: ReadonlySet<string>) => {
    const rule = byId.get(id);
    return rule?.fields.has(field) === true && rule.needs.every((word) => holds.has(word));
  });
  await enforcer.addPolicies(rules.map((rule) => [flowOf(rule), rule.id]));
  const asked = questions.map((question) => ({
    flow: flowOf(question),
    fields: question.fields.map(({ field, holds }) => ({ field, holds: new Set(holds) })),
  }));
  return {
    name: 'casbin',
    permitted: (place) => {
      const one = asked[place];
      if (one === undefined) return [];
      const allowed = one.fields.filter(({ field, holds }) => enforcer.enforceSync(one.flow, field, holds));
      return allowed.map(({ field }) => field);
    },
  };
}
