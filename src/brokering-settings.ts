import { z } from 'zod';
import { isNetwork } from './source/public-address.ts';

/** How the gateway meets the systems of others, beside what stands with a partner. */
export const brokeringSettings = z.object({
  SLUIS_WEBHOOK_NETWORKS: z
    .string()
    .transform((text) => text.split(',').map((one) => one.trim()))
    .refine(
      (items) => items.length <= 64 && items.every(isNetwork),
      'must be networks such as 10.1.0.0/16, with commas between them',
    )
    .optional(),
});

export interface BrokeringSettings {
  /** Networks outside the public internet to which partners may have events sent. */
  readonly webhookNetworks: readonly string[];
}

export function brokeringSettingsOf(values: z.output<typeof brokeringSettings>): BrokeringSettings {
  return { webhookNetworks: values.SLUIS_WEBHOOK_NETWORKS ?? [] };
}
