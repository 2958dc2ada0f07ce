import { z } from 'zod';

/** Nothing is understood that is not here, so there is no `crit`, and no key that a token brings along. */
export const tokenHeader = z.strictObject({
  alg: z.string().max(16),
  kid: z.string().min(1).max(128).optional(),
  typ: z.literal('JWT').optional(),
});
