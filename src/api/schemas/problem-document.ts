import { z } from 'zod';
import { receipt } from './receipt.ts';
import { refusalClass, requestState, requestView } from './request-view.ts';
import { named, uriReference } from './schema-names.ts';

export const common = {
  type: uriReference,
  title: z.string(),
  status: z.int().min(400).max(599),
  detail: z.string(),
  instance: uriReference.optional(),
  trace: z.string().regex(/^[0-9a-f]{32}$/),
};

export const problemDocument = named(
  'Problem',
  'Problem document (RFC 9457). `type` is the address of a page that explains it. Never repeats a value that was sent.',
  z.object({
    ...common,
    errors: z
      .array(
        z.object({
          in: z.enum(['body', 'query', 'path', 'header']),
          location: z.union([z.object({ pointer: z.string() }), z.object({ name: z.string() })]),
          code: z.string(),
          detail: z.string(),
        }),
      )
      .optional(),
  }),
);

export const refusedProblem = named(
  'RefusedProblem',
  'Nothing was disclosed. The same for every cause that rests on the person, apart from ids, times and signatures.',
  z.object({ ...common, class: refusalClass, request: requestView, receipt: receipt.nullable() }),
);

export const wrongStateProblem = named(
  'WrongStateProblem',
  'The request is not in a state in which this can be done.',
  z.object({ ...common, state: requestState }),
);
