import { z } from 'zod';
import type { TimerId } from '../../core/brand.ts';
import { inLanguage } from '../language.ts';
import { problem } from '../problem.ts';
import { reply } from '../route.ts';
import { named } from '../schemas/schema-names.ts';
import { byId, instantOut, noQuery, nothing } from '../schemas/words.ts';
import { partnerRoute } from './partner-route.ts';

const timer = named(
  'Timer',
  'A deadline that is near (`reminder`) or has come (`due`), about the person whom you know by this pseudonym.',
  z.object({
    id: z.uuid(),
    timer: z.string(),
    kind: z.enum(['reminder', 'due']),
    text: z.string(),
    at: instantOut,
    subject: z.object({ type: z.literal('pseudonym'), value: z.uuid() }),
  }),
);

export const readTimerRoute = partnerRoute({
  method: 'get',
  path: '/v1/timers/{id}',
  operationId: 'readTimer',
  tag: 'events',
  summary: 'Bekijk een termijn / Read a deadline',
  description: 'For the units that were told of it. To anybody else there is no such deadline.',
  listeners: ['partner'],
  params: byId,
  query: noQuery,
  body: nothing,
  ok: { 200: { description: 'The deadline.', schema: timer } },
  problems: [],
  steady: 'always',
  handle: async (deps, { caller, params, language }) => {
    const view = await deps.operations.readTimer({ partner: caller }, params.id as TimerId);
    if (view === null || view.timer.kind === 'retention') return problem('not-found');
    const { id, word, kind, at } = view.timer;
    const subject = { type: 'pseudonym', value: view.pseudonym } as const;
    return reply(200, { id, timer: word, kind, text: inLanguage(view.rule.label, language), at, subject });
  },
});
