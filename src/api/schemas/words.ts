import { z } from 'zod';
import { instant } from '../../core/brand.ts';
import { named } from './schema-names.ts';

/** Identifiers that the gateway gave out: compared in lower case. */
export const id = z.uuid().toLowerCase();

const earliest = Date.UTC(1900, 0, 1);
const latest = Date.UTC(2200, 0, 1);

/** Any offset is taken, UTC goes inside. The bounds keep string order equal to time order. */
export const instantIn = named(
  'InstantIn',
  'RFC 3339 date and time with an offset, between 1900 and 2200.',
  z.iso
    .datetime({ offset: true })
    .refine(
      (text) => !(Date.parse(text) < earliest || Date.parse(text) >= latest),
      'must be after 1900 and before 2200',
    ),
).transform((text) => instant(new Date(text)));

export const instantOut = named('Instant', 'RFC 3339 date and time, UTC.', z.iso.datetime());

/** A word of the catalogue or the registry: purpose, unit, fact type, category. */
export const word = z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9-]{0,62}$/);

export const caseReference = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9/-]{2,63}$/);

/** SHA-256, as texts of the gateway name it. */
export const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);

export const noParams = z.strictObject({});
export const noQuery = z.strictObject({});
/** A GET has none. */
export const nothing = z.undefined();
/** A POST whose address says it all: no body, or an empty object. */
export const noBody = z.strictObject({}).optional();
export const byId = z.strictObject({ id });
