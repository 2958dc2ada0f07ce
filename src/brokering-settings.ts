import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';

/** How the gateway meets the systems of others, beside what their connectors say. */
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
});

export interface BrokeringSettings {
  /** Folder with a client certificate and its key for each source that asks for its own; null: there is none. */
  readonly sourceCertificates: string | null;
}

export function brokeringSettingsOf(values: z.output<typeof brokeringSettings>): BrokeringSettings {
  return { sourceCertificates: values.SLUIS_SOURCE_CERTIFICATES ?? null };
}
