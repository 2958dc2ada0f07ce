import { z } from 'zod';
import type { UnitId } from '../brand.ts';
import { encryptionKey } from './encryption-key.ts';
import { parseOin } from './oin.ts';
import type { Oin, Unit } from './partner.ts';
import { type SigningKey, signingKey } from './signing-key.ts';
import { webhookHost } from './webhook-host.ts';

/** A certificate by its DER. */
export const thumbprintForm = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 thumbprint in lower-case hexadecimal');
const pointer = z
  .string()
  .regex(/^(?:\/(?:[^~/]|~[01])*)+$/, 'must be a JSON pointer (RFC 6901), not the whole answer');

const connector = z.strictObject({
  type: z.literal('http'),
  url: z.url({ protocol: /^https$/ }).refine(hasNoQuestion, 'must not carry credentials, a query or a fragment'),
  certificates: z.array(thumbprintForm).max(8).default([]),
  subject: z.strictObject({ scheme: z.enum(['bsn', 'skn']), pointer }),
  /** Catalogue field → where it stands in the source's answer. */
  fields: z.record(z.string().regex(/^[a-zA-Z]+\.[a-zA-Z]+$/), pointer),
  timeoutMs: z.int().min(1).max(60_000).default(2_000),
  maxBytes: z.int().min(1).max(16_777_216).default(1_048_576),
});

export const unitIdForm = z.string().regex(/^[a-z0-9][a-z0-9-]{1,62}$/);

const unit = z.strictObject({
  id: unitIdForm,
  name: z.string().min(1).max(120),
  kind: z.string().regex(/^[a-zA-Z]{1,64}$/),
  state: z.enum(['active', 'suspended']).default('active'),
  /** Certificates that speak for this unit; none listed means any of the organisation. */
  thumbprints: z.array(thumbprintForm).max(32).default([]),
  /** The unit's own number, carried by its certificates in place of the organisation's. */
  subOin: z
    .string()
    .refine(isSubOin, 'must be a SubOIN: 00000004, nine digits or capitals, 000')
    .nullable()
    .default(null),
  connector: connector.nullable().default(null),
  encryptionKey: encryptionKey.nullable().default(null),
  signingKeys: z.array(signingKey).max(4).default([]).refine(differentKeys, 'names a key or a kid twice'),
  jwks: z
    .url({ protocol: /^https$/ })
    .max(500)
    .refine(hasNoQuestion, 'must not carry credentials, a query or a fragment')
    .nullable()
    .default(null),
  /** Hosts at which the unit may ask to be told of events; none listed means nowhere. */
  webhooks: z.array(webhookHost).max(8).default([]),
});

/** One organisation with its units. */
export const organisationForm = z.strictObject({
  oin: z.string().refine((text) => parseOin(text) !== null, 'must be an organisation identification number'),
  name: z.string().min(1).max(120),
  units: z.array(unit).min(1),
});

/** Organisations and their units as an operator writes them down; parsed once, at the border. */
export const partnersFile = z
  .strictObject({ organisations: z.array(organisationForm).min(1) })
  .refine((file) => allDifferent(file.organisations.map(({ oin }) => oin)), 'names an organisation twice')
  .refine(
    (file) => allDifferent(file.organisations.flatMap(({ units }) => units.map(({ id }) => id))),
    'names a unit twice',
  )
  .refine(
    (file) => allDifferent(file.organisations.flatMap(({ units }) => units.flatMap(({ subOin }) => subOin ?? []))),
    'names a SubOIN twice',
  );

export type PartnersFile = z.infer<typeof partnersFile>;

/** The same partners as the registry knows them. What a unit accepted it says itself, in no file of an operator. */
export function unitsOf(file: PartnersFile): readonly Unit[] {
  return file.organisations.flatMap(({ oin, name, units }) =>
    units.map(({ id, thumbprints, subOin, ...rest }) => ({
      ...rest,
      id: id as UnitId,
      organisation: { oin: oin as Oin, name },
      selector: { thumbprints, subOin: subOin as Oin | null },
      acceptedPolicySet: null,
    })),
  );
}

function allDifferent(values: readonly string[]): boolean {
  return new Set(values).size === values.length;
}

/** Only this register gives parts of an organisation a number of their own. */
function isSubOin(text: string): boolean {
  return parseOin(text)?.startsWith('00000004') === true;
}

/** By material and by name: a signature must say by which one key it is checked. */
function differentKeys(keys: readonly SigningKey[]): boolean {
  const material = keys.map((key) => (key.kty === 'RSA' ? key.n : key.x));
  return allDifferent(material) && allDifferent(keys.flatMap(({ kid }) => kid ?? []));
}

function hasNoQuestion(text: string): boolean {
  const url = new URL(text);
  return url.username === '' && url.password === '' && url.search === '' && url.hash === '';
}
