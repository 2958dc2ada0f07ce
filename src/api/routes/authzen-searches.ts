import { z } from 'zod';
import { pageOf } from '../../core/authzen/page.ts';
import {
  fieldType,
  kindType,
  type SearchScope,
  searchActions,
  searchesPersons,
  searchResources,
  searchSubjects,
} from '../../core/authzen/search.ts';
import { actionSearch, type PageAsked, resourceSearch, subjectSearch } from '../../core/authzen/search-form.ts';
import type { Partner } from '../../core/partner/partner.ts';
import { invalidBodyMember } from '../invalid-input.ts';
import type { PartnerDeps } from '../ports.ts';
import { type Problem, problem } from '../problem.ts';
import { reply } from '../route.ts';
import { named } from '../schemas/schema-names.ts';
import { noParams, noQuery } from '../schemas/words.ts';
import { partnerRoute } from './partner-route.ts';

const page = named(
  'AccessSearchPage',
  'An empty `next_token` means that there is no more.',
  z.object({ next_token: z.string(), count: z.int().min(0), total: z.int().min(0) }),
);
const entities = named(
  'AccessEntities',
  'Words of the catalogue, never a person.',
  z.object({ results: z.array(z.object({ type: z.string(), id: z.string() })), page }),
);
const actions = named(
  'AccessActions',
  'Purposes.',
  z.object({ results: z.array(z.object({ name: z.string() })), page }),
);

const shared = {
  method: 'post',
  keyless: true,
  tag: 'access',
  listeners: ['partner'],
  params: noParams,
  query: noQuery,
  problems: ['persons-are-not-searched'],
} as const;
const overWords =
  'Ranges over the words of the policies in force, never over persons. What is not known is not found. ';

export const searchSubjectsRoute = partnerRoute({
  ...shared,
  path: '/access/v1/search/subject',
  operationId: 'searchSubjects',
  summary: 'Wie mag dit gegeven vragen? / Which kinds of partners may ask for this field? (AuthZEN)',
  description: overWords,
  body: subjectSearch,
  ok: { 200: { description: 'Kinds of partners.', schema: entities } },
  handle: async (deps, { caller, body }) =>
    search(
      deps,
      caller,
      body,
      (scope) => searchSubjects(scope, body),
      (id) => ({ type: kindType, id }),
    ),
});

export const searchResourcesRoute = partnerRoute({
  ...shared,
  path: '/access/v1/search/resource',
  operationId: 'searchResources',
  summary: 'Welke gegevens mogen worden gevraagd? / Which fields may be asked? (AuthZEN)',
  description: overWords,
  body: resourceSearch,
  ok: { 200: { description: 'Fields.', schema: entities } },
  handle: async (deps, { caller, body }) =>
    search(
      deps,
      caller,
      body,
      (scope) => searchResources(scope, body),
      (id) => ({ type: fieldType, id }),
    ),
});

export const searchActionsRoute = partnerRoute({
  ...shared,
  path: '/access/v1/search/action',
  operationId: 'searchActions',
  summary: 'Voor welke doelen mag dit gegeven worden gevraagd? / For which purposes may it be asked? (AuthZEN)',
  description: overWords,
  body: actionSearch,
  ok: { 200: { description: 'Purposes.', schema: actions } },
  handle: async (deps, { caller, body }) =>
    search(
      deps,
      caller,
      body,
      (scope) => searchActions(scope, body),
      (name) => ({ name }),
    ),
});

function search<Item>(
  deps: Pick<PartnerDeps, 'policies'>,
  caller: Partner,
  asked: Parameters<typeof searchesPersons>[0] & { readonly page?: PageAsked | undefined },
  find: (scope: SearchScope) => readonly string[],
  itemOf: (word: string) => Item,
) {
  if (searchesPersons(asked)) return problem('persons-are-not-searched');
  const set = deps.policies.current();
  const found = pageOf(find({ set, caller: caller.unit }), set.digest, asked.page);
  if (found === null) return unknownToken;
  const results = found.items.map(itemOf);
  return reply(200, { results, page: { next_token: found.nextToken, count: results.length, total: found.total } });
}

const unknownToken: Problem<'invalid-input'> = problem('invalid-input', {
  errors: [
    invalidBodyMember('page.token', 'unknown-token', {
      nl: 'hoort niet bij deze zoekvraag of bij het beleid van nu: begin opnieuw',
      en: 'does not belong to this search or to the policies of now: start anew',
    }),
  ],
});
