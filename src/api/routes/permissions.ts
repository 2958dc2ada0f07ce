import { z } from 'zod';
import { boundSets, type Permission, permissions } from '../../core/authzen/permissions.ts';
import type { PurposeId } from '../../core/brand.ts';
import type { Partner } from '../../core/partner/partner.ts';
import { obligationWords } from '../../core/policy/explain/obligation-words.ts';
import type { PolicySet } from '../../core/policy/policy-set.ts';
import { inLanguage, type Language } from '../language.ts';
import type { PartnerDeps } from '../ports.ts';
import { problem } from '../problem.ts';
import { reply } from '../route.ts';
import { requestView, viewLaw } from '../schemas/request-view.ts';
import { named, uriReference } from '../schemas/schema-names.ts';
import { noParams, nothing } from '../schemas/words.ts';
import { partnerRoute } from './partner-route.ts';

const permission = named(
  'Permission',
  'One rule by which you may ask, whoever the person is. `sources`: who gives by it now, once its conditions are met.',
  z.object({
    rule: z.string(),
    policySet: z.string(),
    sourceKind: z.string(),
    sources: z.array(z.string()),
    fields: z.array(z.object({ id: z.string(), label: z.string() })),
    conditions: z.array(z.string()),
    consent: z.enum(['irrelevant', 'invalid', 'required', 'waiver']),
    obligations: z.array(z.string()),
    basis: z.object({ source: z.array(z.string()), recipient: z.array(z.string()) }),
    law: requestView.shape.decision.shape.law,
  }),
);
const overview = named(
  'Permissions',
  'What your unit may ask. Without `purpose`: every purpose for which there is something, with a link to it.',
  z.object({
    kind: z.string(),
    purposes: z.array(
      z.object({
        purpose: z.string(),
        label: z.string(),
        href: uriReference,
        permissions: z.array(permission).optional(),
      }),
    ),
  }),
);

export const permissionsRoute = partnerRoute({
  method: 'get',
  path: '/v1/permissions',
  operationId: 'readPermissions',
  tag: 'policies',
  summary: 'Wat mag u vragen, van wie en waarom? / What you may ask, of whom, and on which law',
  description: 'About kinds of partners and registered sources, never about a person. In Dutch or English.',
  listeners: ['partner'],
  params: noParams,
  query: z.strictObject({
    purpose: z
      .string()
      .regex(/^[a-z][a-z0-9-]{1,62}$/)
      .optional(),
  }),
  body: nothing,
  ok: { 200: { description: 'The overview.', schema: overview } },
  problems: [],
  handle: async (deps, { caller, query, language }) => {
    const { purposes } = deps.policies.current().catalogue;
    const { purpose } = query;
    if (purpose === undefined) {
      const asked = [...purposes.keys()].filter((id) => permitted(deps, caller, id).length > 0);
      return reply(200, { kind: caller.unit.kind, purposes: asked.map((id) => headOf(deps, id, language)) });
    }
    if (!purposes.has(purpose as PurposeId)) return unknownPurpose;
    const found = permitted(deps, caller, purpose as PurposeId);
    const set = deps.policies.current();
    const shown = { ...headOf(deps, purpose, language), permissions: found.map((one) => view(set, one, language)) };
    return reply(200, { kind: caller.unit.kind, purposes: [shown] });
  },
});

type Deps = Pick<PartnerDeps, 'policies' | 'units'>;

function permitted({ policies, units }: Deps, { unit }: Partner, purpose: PurposeId): readonly Permission[] {
  const sets = boundSets(policies.current(), units(), (source) => policies.boundTo(source));
  return permissions(sets, unit, purpose);
}

function headOf({ policies }: Deps, purpose: string, language: Language) {
  const label = policies.current().catalogue.purposes.get(purpose as PurposeId)?.label;
  return {
    purpose,
    label: label === undefined ? purpose : inLanguage(label, language),
    href: `/v1/permissions?purpose=${purpose}`,
  };
}

/** In the words of the set in force; a field that it no longer has stands by its id. */
function view(set: PolicySet, found: Permission, language: Language): z.output<typeof permission> {
  const { rule, policySet, source, sources, fields, conditions, consent, obligations, bases, law } = found;
  const labelOf = (id: (typeof fields)[number]): string => set.catalogue.fields.get(id)?.label[language] ?? id;
  return {
    rule,
    policySet,
    sourceKind: source,
    sources: [...sources],
    fields: fields.map((id) => ({ id, label: labelOf(id) })),
    conditions: conditions.map((condition) => inLanguage(condition, language)),
    consent,
    obligations: obligationWords(set, obligations, source).map((words) => inLanguage(words, language)),
    basis: { source: [...bases.source], recipient: [...bases.recipient] },
    law: viewLaw(law),
  };
}

const unknownPurpose = problem('invalid-input', {
  errors: [
    {
      in: 'query',
      location: { name: 'purpose' },
      code: 'unknown-word',
      detail: { nl: 'is geen bekend woord', en: 'is not a known word' },
    },
  ],
});
