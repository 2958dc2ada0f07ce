import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { wholeNumber } from './whole-number.ts';

const commaSeparated = z
  .string()
  .min(1)
  .transform((text) => text.split(',').map((one) => one.trim()))
  .refine(
    (items) => items.length <= 64 && items.every((one) => one !== ''),
    'must name at most 64, with commas between',
  );

/** Files, or folders of files. */
const paths = commaSeparated
  .transform((items) => items.map((path) => resolve(path)))
  .refine((items) => items.every((path) => existsSync(path)), 'names a file that does not exist');

const addresses = commaSeparated.refine(
  // a URL parser forgives blanks, where a comma was forgotten
  (items) => items.every((item) => !/\s/.test(item) && z.url({ protocol: /^https?$/ }).safeParse(item).success),
  'must be http or https addresses, with commas between them',
);

const policies = commaSeparated.refine(
  (items) => items.every((item) => /^[0-2](\.(0|[1-9][0-9]{0,9})){2,30}$/.test(item)),
  'must be object identifiers, with commas between them',
);

/** Whom the gateway trusts to say who partners and sources are, and who was taken back. */
export const trustSettings = z.object({
  SLUIS_CLIENT_CA: paths,
  SLUIS_CLIENT_CRL: paths,
  SLUIS_CLIENT_CRL_URLS: addresses.optional(),
  SLUIS_CLIENT_CRL_EVERY_MS: wholeNumber(1_000, 86_400_000).default(900_000),
  SLUIS_CLIENT_POLICIES: policies.optional(),
  SLUIS_CRL_ALARM_PERCENT: wholeNumber(1, 100).default(25),
  SLUIS_SOURCE_CA: paths,
  SLUIS_SOURCE_CRL: paths,
});

/** Those by which a command judges what a partner signed by its certificate. */
export const partnerTrustSettings = {
  SLUIS_ENVIRONMENT: true,
  SLUIS_DATA_DIR: true,
  SLUIS_CLIENT_CA: true,
  SLUIS_CLIENT_CRL: true,
  SLUIS_CLIENT_CRL_URLS: true,
  SLUIS_CLIENT_POLICIES: true,
} as const;

/** Files and folders with certificates and revocation lists. */
interface TrustPaths {
  readonly caFiles: readonly string[];
  readonly crlFiles: readonly string[];
}

export interface TrustSettings {
  readonly partners: TrustPaths & {
    /** Lists that are fetched beside those in files. */
    readonly crlUrls: readonly string[];
    readonly crlEveryMs: number;
    /** Certificate policies of which one must hold; none are asked when empty. */
    readonly policies: readonly string[];
  };
  readonly sources: TrustPaths;
  /** With how much of its life left a list is told to age. */
  readonly alarmPercent: number;
}

export function trustFrom(values: z.output<typeof trustSettings>): TrustSettings {
  return {
    partners: {
      caFiles: values.SLUIS_CLIENT_CA,
      crlFiles: values.SLUIS_CLIENT_CRL,
      crlUrls: values.SLUIS_CLIENT_CRL_URLS ?? [],
      crlEveryMs: values.SLUIS_CLIENT_CRL_EVERY_MS,
      policies: values.SLUIS_CLIENT_POLICIES ?? [],
    },
    sources: { caFiles: values.SLUIS_SOURCE_CA, crlFiles: values.SLUIS_SOURCE_CRL },
    alarmPercent: values.SLUIS_CRL_ALARM_PERCENT,
  };
}
