import type { EntryId } from '../../src/core/brand.ts';
import type { Question } from '../../src/core/policy/decision.ts';
import type { PolicySet } from '../../src/core/policy/policy-set.ts';
import type { RecordedDecision } from '../../src/core/policy/replay/recorded-decision.ts';
import { caseQuestion } from '../../src/policy-files/case-question.ts';
import { type CasesForm, casesFile } from '../../src/policy-files/cases-file.ts';
import { readPolicyFolder } from '../../src/policy-files/load.ts';
import { parseYaml } from '../../src/policy-files/yaml-file.ts';
import { recorded } from './recorded.ts';

/** Every shipped case, and each again without one of its facts. */
export function shippedQuestions(set: PolicySet): readonly Question[] {
  const { files } = readPolicyFolder('policies');
  return files.flatMap(({ file, bytes }) => {
    if (!file.endsWith('.cases.yaml')) return [];
    const yaml = parseYaml(file, bytes);
    if (!yaml.ok) throw new Error(file);
    const form: CasesForm = casesFile.parse(yaml.yaml.content);
    return form.cases.flatMap((one) => {
      const question = caseQuestion(set, form, one);
      const { facts } = question.snapshot;
      const without = facts.map((_, index) => ({
        ...question,
        snapshot: { ...question.snapshot, facts: facts.filter((__, place) => place !== index) },
      }));
      return [question, ...without];
    });
  });
}

/** So many decisions as a ledger might hold: the shipped situations again and again, no two on the same days. */
export function* variedDecisions(set: PolicySet, count: number): Generator<RecordedDecision> {
  const bases = shippedQuestions(set).map((question) => recorded(set, question));
  for (let index = 0; index < count; index++) {
    const base = bases[(index * 7919) % bases.length];
    if (base === undefined) return;
    const year = 2000 + (index % 25);
    const move = (text: string | undefined) => text?.replace(/^20\d\d-/, `${year}-`) ?? '';
    const conditions = base.conditions.map((one) => {
      const { from, until } = one.inputs;
      if (from === undefined) return one;
      return { ...one, inputs: { ...one.inputs, from: move(from), until: move(until) } };
    });
    const entry = `00000000-0000-7000-8000-${index.toString(16).padStart(12, '0')}` as EntryId;
    yield { ...base, entry, at: move(base.at) as RecordedDecision['at'], conditions };
  }
}
