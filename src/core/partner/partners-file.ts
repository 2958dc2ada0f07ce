import { z } from 'zod';
import type { UnitId } from '../brand.ts';
import { connectorForm, hasNoQuestion, thumbprintForm } from './connector.ts';
import type { EncryptionKeyOnRecord } from './encryption-key.ts';
import { jwkThumbprint } from './jwk-thumbprint.ts';
import { parseOin } from './oin.ts';
import type { Oin, Unit } from './partner.ts';
import { keyOnRecord, maxEncryptionKeys, registeredKey } from './registered-key.ts';
import { type SigningKey, signingKey } from './signing-key.ts';
import { webhookHost } from './webhook-host.ts';

export const unitIdForm = z.string().regex(/^[a-z0-9][a-z0-9-]{1,62}$/);

const members = {
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
  connector: connectorForm.nullable().default(null),
  signingKeys: z.array(signingKey).max(4).default([]).refine(differentKeys, 'names a key or a kid twice'),
  jwks: z
    .url({ protocol: /^https$/ })
    .max(500)
    .refine(hasNoQuestion, 'must not carry credentials, a query or a fragment')
    .nullable()
    .default(null),
  /** Whether its people may decide at the gateway's own pages. */
  staff: z.boolean().default(false),
  /** Hosts at which the unit may ask to be told of events; none listed means nowhere. */
  webhooks: z.array(webhookHost).max(8).default([]),
};

function organisationWith<Key extends z.ZodType<{ readonly jwk: EncryptionKeyOnRecord }>>(key: Key) {
  const encryptionKeys = z
    .array(key)
    .max(maxEncryptionKeys)
    .refine((keys) => differentKeysToSealTo(keys.map(({ jwk }) => jwk)), 'names a key or a kid twice')
    .nullable()
    .default(null);
  return z.strictObject({
    oin: z.string().refine((text) => parseOin(text) !== null, 'must be an organisation identification number'),
    name: z.string().min(1).max(120),
    units: z.array(z.strictObject({ ...members, encryptionKeys })).min(1),
  });
}

/** One organisation with its units. */
export const organisationForm = organisationWith(registeredKey);
/** The same as it stands on record, where keys may be of before they had to be of two algorithms. */
export const organisationOnRecord = organisationWith(keyOnRecord);

function fileOf<Form extends typeof organisationForm | typeof organisationOnRecord>(form: Form) {
  return z
    .strictObject({ organisations: z.array(form).min(1) })
    .refine((file) => allDifferent(file.organisations.map(({ oin }) => oin)), 'names an organisation twice')
    .refine(
      (file) => allDifferent(file.organisations.flatMap(({ units }) => units.map(({ id }) => id))),
      'names a unit twice',
    )
    .refine(
      (file) => allDifferent(file.organisations.flatMap(({ units }) => units.flatMap(({ subOin }) => subOin ?? []))),
      'names a SubOIN twice',
    );
}

/** Organisations and their units as an operator writes them down; parsed once, at the border. */
export const partnersFile = fileOf(organisationForm);
/** Organisations and their units as the record has them. */
export const partnersOnRecord = fileOf(organisationOnRecord);

export type PartnersFile = z.infer<typeof partnersFile>;
type PartnersOnRecord = z.infer<typeof partnersOnRecord>;

/** The same partners as the registry knows them. What a unit accepted it says itself, in no file of an operator. */
export function unitsOf(file: PartnersOnRecord): readonly Unit[] {
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

/** A sealed answer says to which key by its `kid`, which without one is the thumbprint. */
export function differentKeysToSealTo(keys: readonly EncryptionKeyOnRecord[]): boolean {
  return allDifferent(keys.map(jwkThumbprint)) && allDifferent(keys.map((key) => key.kid ?? jwkThumbprint(key)));
}
