import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { PurposeId } from '../../src/core/brand.ts';
import { buildCatalogue } from '../../src/core/category/build-catalogue.ts';
import type { Catalogue, FactWord, Field, SpecialClass } from '../../src/core/category/catalogue.ts';
import { retentionFile } from '../../src/core/category/catalogue-files.ts';
import { Problems } from '../../src/core/category/file-problem.ts';
import { retentionStartsOf } from '../../src/core/category/retention-start.ts';
import { compilePolicy } from '../../src/core/policy/compile-policy.ts';
import { compileProhibitions } from '../../src/core/policy/compile-prohibitions.ts';
import { forbids, type Prohibition } from '../../src/core/policy/prohibition.ts';
import { prohibitionsFile } from '../../src/core/policy/prohibition-file.ts';

/**
 * Every prohibition that ships is seen to work: for each a policy is made that breaks it and is
 * otherwise in order. A prohibition for which none can be made fails here, until it means something.
 */
const shipped = resolve(import.meta.dirname, '../../policies/catalogue');
const read = (name: string) => ({
  file: `catalogue/${name}.yaml`,
  content: parse(readFileSync(join(shipped, `${name}.yaml`), 'utf8')) as unknown,
});
const content = {
  partnerKinds: read('partner-kinds'),
  categories: read('categories'),
  purposes: read('purposes'),
  facts: read('facts'),
  grounds: read('grounds'),
};
const built = buildCatalogue(content);
if (!built.ok) throw new Error(JSON.stringify(built.problems));
const { catalogue } = built;
/** Which purpose may go on with whose data is another wall: here it is down, so that prohibitions stand alone. */
const wide: Catalogue = {
  ...catalogue,
  purposes: new Map(
    [...catalogue.purposes].map(([id, purpose]) => [id, { ...purpose, usesDataOf: [...catalogue.purposes.keys()] }]),
  ),
};
const file = read('prohibitions');
const forms = prohibitionsFile.parse(file.content);
const prohibitions = compileProhibitions(forms, catalogue, new Problems(file.file));
const { starts } = retentionFile.parse(read('retention').content);
const retentionStarts = retentionStartsOf(starts, catalogue, new Problems('retention.yaml'));

const kinds = [...catalogue.partnerKinds.values()];
const fields = [...catalogue.fields.values()];
const special: readonly SpecialClass[] = ['criminal', 'health', 'secrecy'];

interface Plan {
  readonly purpose: PurposeId;
  readonly source: string;
  readonly recipient: string;
  readonly field: Field;
  readonly consent: string;
  /** Role in which the recipient must be involved; null: it may be anybody. */
  readonly role: string | null;
  readonly obtained: PurposeId | null;
}

const label = { nl: 'Toets', en: 'Test' };
const restsOnSubject = (consent: string): boolean => consent === 'required' || consent === 'waiver';

/** A policy of one rule that is in order, but for what prohibitions say. */
function policyOf({ purpose, source, recipient, field, consent, role, obtained }: Plan, prohibition: Prohibition) {
  const basis = [...(prohibition.bases ?? [])][0] ?? 'public-task';
  const grounds = special.flatMap((word) => {
    if (!field.classes.includes(word)) return [];
    const usable = [...catalogue.grounds[word]].find(
      ([, ground]) => (!ground.consent || consent === 'required') && (!ground.waiver || consent === 'waiver'),
    );
    return [[`${word}-data`, usable?.[0] ?? 'none']];
  });
  const side = (kind: string) => ({ kind, regime: catalogue.partnerKinds.get(kind)?.regime, basis });
  return {
    purpose,
    version: 1,
    title: label,
    trigger: 'pull',
    law: [{ act: 'Toetswet', article: '1' }],
    ...(restsOnSubject(consent) ? { notice: { version: 1, text: label } } : {}),
    rules: [
      {
        id: 'planted',
        from: { ...side(source), ...(obtained === null ? {} : { obtained: [obtained] }) },
        to: [{ ...side(recipient), ...Object.fromEntries(grounds), retain: { until: 'sector' } }],
        fields: [field.id],
        when: [role === null ? { holds: 'detention' } : { involved: { who: 'recipient', as: [role] } }],
        consent,
        obligations: { 'inform-subject': 'at-disclosure', approval: 'none', seal: 'transport' },
      },
    ],
  };
}

function* plans(prohibition: Prohibition): Generator<Plan> {
  const consents = prohibition.consent === null ? ['invalid', 'required', 'waiver'] : [...prohibition.consent];
  for (const purpose of catalogue.purposes.keys()) {
    const obtained = [...(prohibition.obtained ?? [])][0] ?? null;
    for (const { id: recipient } of kinds) {
      for (const { id: source } of kinds.filter((kind) => kind.id !== recipient)) {
        const flow = { purpose, source, recipient };
        const field = fields.find(({ id }) => forbids(prohibition, { ...flow, field: id }));
        if (field === undefined) continue;
        for (const consent of consents) {
          for (const role of [...rolesOf(recipient), ...(restsOnSubject(consent) ? [null] : [])])
            yield { ...flow, field, consent, role, obtained };
        }
      }
    }
  }
}

function rolesOf(kind: string): readonly string[] {
  const roles = catalogue.factTypes.get('involvement')?.words.get('role') ?? new Map<string, FactWord>();
  return [...roles].flatMap(([role, word]) => (word.about?.includes(kind) ? [role] : []));
}

function problemsOf(policy: unknown, under: readonly Prohibition[]): readonly string[] {
  const problems = new Problems('planted.policy.yaml');
  compilePolicy(policy, { catalogue: wide, prohibitions: under, retentionStarts }, problems);
  return problems.found.map(({ message }) => message);
}

/** The first planted policy of which nothing is wrong but that this prohibition forbids it. */
function planted(prohibition: Prohibition): { readonly policy: unknown; readonly plan: Plan } | null {
  for (const plan of plans(prohibition)) {
    const policy = policyOf(plan, prohibition);
    if (problemsOf(policy, []).length === 0 && problemsOf(policy, [prohibition]).length > 0) return { policy, plan };
  }
  return null;
}

describe('a policy that was planted against a prohibition does not load', () => {
  test('for each that ships', () => {
    expect(prohibitions.length).toBeGreaterThan(8);
    expect(prohibitions).toHaveLength(forms.length);
  });

  test.each(prohibitions.map((prohibition) => [prohibition.id, prohibition] as const))('%s', (id, prohibition) => {
    const found = planted(prohibition);
    if (found === null) throw new Error(`no policy can be made that breaks "${id}": it forbids nothing`);
    const { policy, plan } = found;
    const problems = problemsOf(policy, [prohibition]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`prohibition "${id}" forbids ${plan.field.id} to ${plan.recipient}, but the rule`);
    // The counterexample is a request that can be read.
    expect(problems[0]).toContain(`${plan.recipient} asks ${plan.source}`);
    expect(problems[0]).toContain('about a person of whom');
    expect(problemsOf(policy, prohibitions).join('\n')).toContain(`prohibition "${id}" forbids`);
  });
});
