import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { isNetwork } from './source/public-address.ts';

/** How the gateway meets the systems of others, beside what stands with a partner. */
export const brokeringSettings = z.object({
  SLUIS_SOURCE_CERTIFICATES: z
    .string()
    .min(1)
    .transform((path) => resolve(path))
    .refine(
      (path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true,
      'names a folder that does not exist',
    )
    .optional(),
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
  /** Folder with a client certificate and its key for each source that asks for its own; null: there is none. */
  readonly sourceCertificates: string | null;
  /** Networks outside the public internet to which partners may have events sent. */
  readonly webhookNetworks: readonly string[];
}

export function brokeringSettingsOf(values: z.output<typeof brokeringSettings>): BrokeringSettings {
  return {
    sourceCertificates: values.SLUIS_SOURCE_CERTIFICATES ?? null,
    webhookNetworks: values.SLUIS_WEBHOOK_NETWORKS ?? [],
  };
}
