import { z } from 'zod';
import type { Instant, SubscriptionId } from '../../core/brand.ts';
import { webhookUrl } from '../../core/partner/webhook-host.ts';
import { eventTypes, isEverTold, noticeType } from '../../core/subscription/event-types.ts';
import { deliveryProblems, type SubscriptionView } from '../../core/subscription/subscription.ts';
import { invalidBodyMember } from '../invalid-input.ts';
import { type Problem, problem } from '../problem.ts';
import { type Reply, reply } from '../route.ts';
import { documented, named, uriReference } from '../schemas/schema-names.ts';
import { byId, instantIn, instantOut, noParams, noQuery, nothing } from '../schemas/words.ts';
import { keyProblem, keyProblems, replayed } from './key-problem.ts';
import { partnerRoute } from './partner-route.ts';

const eventType = z.union(
  [z.enum(eventTypes), z.string().regex(noticeType, { abort: true })],
  'must be a type of event that is sent',
);

const neverTold = {
  nl: 'noemt een doel waarvoor geen beleid een melding kent',
  en: 'names a purpose of which no policy has a notice',
};

const subscriptionBody = named(
  'SubscriptionBody',
  'Have your events sent to an address at a host that is registered with you. Without `types`: every event. Of a notice the ' +
    'type names its purpose, which a policy must let a source begin.',
  z.strictObject({
    url: documented(webhookUrl, { description: 'An https address, without credentials, query or fragment.' }),
    types: z.array(eventType).min(1).max(32).optional(),
  }),
);

const subscription = named(
  'Subscription',
  'Where your events are sent. `waiting` and `parked` count events that you have not answered with 2xx: the gateway tries ' +
    'for a day, then parks them until you ask for them again. `problem` says what went wrong with the latest of them.',
  z.object({
    id: z.uuid(),
    url: uriReference,
    types: z.array(z.string()).nullable(),
    createdAt: instantOut,
    waiting: z.int().min(0),
    parked: z.int().min(0),
    problem: z.enum(deliveryProblems).nullable(),
  }),
);

const redeliveryBody = named(
  'RedeliveryBody',
  'Without `since`: what is parked. With `since`: everything since that moment, also what you have had, with the same ids.',
  z.strictObject({ since: instantIn.optional() }),
);

const added = { 201: { description: 'Your events are sent from now on.', schema: subscription } } as const;
const again = { 202: { description: 'They are sent again from now on.', schema: subscription } } as const;

export const subscribeRoute = partnerRoute({
  method: 'post',
  path: '/v1/subscriptions',
  operationId: 'subscribe',
  tag: 'events',
  summary: 'Laat uw meldingen sturen / Have your events sent',
  description:
    'The gateway posts each event to your address over mutual TLS, signed in `Sluis-Signature`, at least once and always ' +
    'with the same `id`; events about one person in their order. At most ten at a time.',
  listeners: ['partner'],
  params: noParams,
  query: noQuery,
  body: subscriptionBody,
  ok: added,
  problems: [...keyProblems, 'url-not-allowed', 'too-many-subscriptions'],
  handle: async (
    deps,
    { call, body },
  ): Promise<
    | Reply<typeof added>
    | Problem<(typeof keyProblems)[number] | 'url-not-allowed' | 'too-many-subscriptions' | 'invalid-input'>
  > => {
    const types = body.types ?? [];
    const never = types.findIndex((type) => !isEverTold(type, deps.policies.current));
    if (never !== -1)
      return problem('invalid-input', { errors: [invalidBodyMember(`types/${never}`, 'unknown-word', neverTold)] });
    const outcome = await deps.subscriptions.subscribe(call, { url: body.url, types });
    switch (outcome.kind) {
      case 'subscribed':
        return reply(201, toAnswer(outcome.subscription), outcome.replayed ? replayed : {});
      case 'url-not-allowed':
        return problem('url-not-allowed');
      case 'too-many':
        return problem('too-many-subscriptions');
      default:
        return keyProblem(outcome);
    }
  },
});

export const listSubscriptionsRoute = partnerRoute({
  method: 'get',
  path: '/v1/subscriptions',
  operationId: 'listSubscriptions',
  tag: 'events',
  summary: 'Bekijk waar uw meldingen heen gaan / Read where your events are sent',
  description: 'Your own alone, and how many events wait or are parked.',
  listeners: ['partner'],
  params: noParams,
  query: noQuery,
  body: nothing,
  ok: {
    200: {
      description: 'Your subscriptions.',
      schema: named('Subscriptions', 'The oldest first.', z.object({ subscriptions: z.array(subscription) })),
    },
  },
  problems: [],
  handle: async (deps, { caller }) =>
    reply(200, { subscriptions: (await deps.subscriptions.of(caller.unit.id)).map(toAnswer) }),
});

export const endSubscriptionRoute = partnerRoute({
  method: 'delete',
  path: '/v1/subscriptions/{id}',
  operationId: 'endSubscription',
  tag: 'events',
  summary: 'Laat niets meer naar dit adres sturen / Have nothing more sent to this address',
  description: 'What was not sent yet stays in the feed (`GET /v1/events`). Asked again it answers the same.',
  listeners: ['partner'],
  params: byId,
  query: noQuery,
  body: nothing,
  ok: { 204: { description: 'It has ended.', schema: nothing } },
  problems: [],
  handle: async (deps, { caller, trace, params }) => {
    const outcome = await deps.subscriptions.end({ partner: caller, trace }, params.id as SubscriptionId);
    return outcome.kind === 'ended' ? reply(204, undefined) : problem('not-found');
  },
});

export const redeliverRoute = partnerRoute({
  method: 'post',
  path: '/v1/subscriptions/{id}/redeliveries',
  operationId: 'redeliver',
  tag: 'events',
  summary: 'Laat meldingen opnieuw sturen / Have events sent again',
  description: 'Only events that this subscription was for, of the last thirty days.',
  listeners: ['partner'],
  params: byId,
  query: noQuery,
  body: redeliveryBody,
  ok: again,
  problems: keyProblems,
  handle: async (
    deps,
    { call, params, body: { since } },
  ): Promise<Reply<typeof again> | Problem<(typeof keyProblems)[number] | 'not-found'>> => {
    const what =
      since === undefined ? ({ of: 'parked' } as const) : ({ of: 'since', since: since as Instant } as const);
    const outcome = await deps.subscriptions.redeliver(call, params.id as SubscriptionId, what);
    if (outcome.kind === 'again') return reply(202, toAnswer(outcome.subscription), outcome.replayed ? replayed : {});
    return outcome.kind === 'not-found' ? problem('not-found') : keyProblem(outcome);
  },
});

function toAnswer({ id, url, types, createdAt, waiting, parked, problem: wrong }: SubscriptionView) {
  return { id, url, types: types.length === 0 ? null : types, createdAt, waiting, parked, problem: wrong };
}
