import { z } from 'zod';
import type { AuthzenDeps } from '../ports.ts';
import { type Caller, reply, routeFor } from '../route.ts';
import { documented, named, uriReference } from '../schemas/schema-names.ts';
import { noParams, noQuery, nothing } from '../schemas/words.ts';

const metadataRouteFor = routeFor<AuthzenDeps, Caller>();

const metadata = named(
  'AuthzenConfiguration',
  'Where this gateway decides (AuthZEN 1.0, metadata). Everything it names stands on the listener for partners.',
  z.object({
    policy_decision_point: documented(z.string(), { format: 'uri' }),
    access_evaluation_endpoint: uriReference,
    access_evaluations_endpoint: uriReference,
    search_subject_endpoint: uriReference,
    search_resource_endpoint: uriReference,
    search_action_endpoint: uriReference,
  }),
);

export const authzenMetadataRoute = metadataRouteFor({
  method: 'get',
  path: '/.well-known/authzen-configuration',
  operationId: 'readAuthzenConfiguration',
  tag: 'access',
  summary: 'Waar toegang wordt beslist / Where access is decided',
  description: 'Metadata of the policy decision point, AuthZEN 1.0.',
  listeners: ['partner', 'public'],
  params: noParams,
  query: noQuery,
  body: nothing,
  ok: { 200: { description: 'The metadata.', schema: metadata } },
  problems: [],
  handle: async (deps) => {
    const origin = deps.partnerOrigin();
    const at = (path: string) => `${origin}/access/v1/${path}`;
    return reply(200, {
      policy_decision_point: origin,
      access_evaluation_endpoint: at('evaluation'),
      access_evaluations_endpoint: at('evaluations'),
      search_subject_endpoint: at('search/subject'),
      search_resource_endpoint: at('search/resource'),
      search_action_endpoint: at('search/action'),
    });
  },
});
