import { z } from 'zod';
import { cloudEvent as toCloudEvent } from '../../core/disclosure/cloud-event.ts';
import { reply } from '../route.ts';
import { documented, named, uriReference } from '../schemas/schema-names.ts';
import { instantOut, noParams, nothing } from '../schemas/words.ts';
import { partnerRoute } from './partner-route.ts';

/** Twelve digits with leading zeros: the CloudEvents extension wants text that sorts as numbers do. */
const sequence = z.string().regex(/^[0-9]{12}$/);

const cloudEvent = named(
  'CloudEvent',
  'CloudEvents 1.0, NL GOV profile: a link (`dataref`) and no personal data.',
  z.object({
    specversion: z.literal('1.0'),
    id: z.uuid(),
    source: z.string().regex(/^urn:nld:oin:[0-9A-Za-z]{20}:systeem:sluis$/),
    type: z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/),
    time: instantOut,
    dataref: uriReference,
    sequence,
  }),
);

const eventPage = named(
  'EventPage',
  'Events in order. Ask again with `after` set to `next`; an empty list means that there is nothing new.',
  z.object({ events: z.array(cloudEvent), next: sequence }),
);

const query = z.strictObject({
  after: documented(z.string().regex(/^[0-9]{1,12}$/), {
    description: 'The `sequence` of the last event that you handled; absent or 0 for the first.',
  }).default('0'),
  limit: documented(z.string().regex(/^([1-9][0-9]?|100)$/), { description: '1 to 100 events.' }).default('50'),
});

export const eventsRoute = partnerRoute({
  method: 'get',
  path: '/v1/events',
  operationId: 'listEvents',
  tag: 'events',
  summary: 'Wat er voor u gebeurde / What happened for you',
  description: 'The feed of the calling unit alone.',
  listeners: ['partner'],
  params: noParams,
  query,
  body: nothing,
  ok: { 200: { description: 'The next events.', schema: eventPage } },
  problems: [],
  handle: async (deps, { caller, query: { after, limit } }) => {
    const events = await deps.events.feed(caller.unit.id, Number(after), Number(limit));
    const last = events.at(-1)?.sequence ?? Number(after);
    const told = events.map(({ event, sequence: number }) => ({
      ...toCloudEvent(event, deps.gatewayOin),
      sequence: padded(number),
    }));
    return reply(200, { events: told, next: padded(last) });
  },
});

function padded(number: number): string {
  return String(number).padStart(12, '0');
}
