import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';

const file = z
  .string()
  .min(1)
  .transform((path) => resolve(path))
  .refine((path) => existsSync(path), 'names a file that does not exist');

function listOf(item: z.ZodString, rule: string) {
  return z
    .string()
    .transform((text) => text.split(',').map((one) => one.trim()))
    .refine((items) => items.length <= 64 && items.every((one) => item.safeParse(one).success), rule);
}

const thumbprints = listOf(
  z.string().regex(/^[0-9a-f]{64}$/),
  'must be SHA-256 thumbprints in lower-case hexadecimal, with commas between them',
);
const word = z.string().regex(/^[\x21-\x2b\x2d-\x7e]{1,255}$/);

/** Settings of what may stand before the gateway: its own proxies, and the Inways of an FSC group. None by default. */
export const frontSettings = z.object({
  SLUIS_PROXY_HOST: z.string().min(1).default('127.0.0.1'),
  SLUIS_PROXY_PORT: z
    .string()
    .regex(/^[0-9]{1,5}$/, 'must be a whole number from 0 to 65535')
    .transform(Number)
    .refine((port) => port <= 65_535, 'must be a whole number from 0 to 65535')
    .optional(),
  SLUIS_PROXY_CA: file.optional(),
  SLUIS_PROXY_CRL: file.optional(),
  SLUIS_PROXY_CERTIFICATES: thumbprints.optional(),
  SLUIS_PROXY_SOCKET: z
    .string()
    .regex(/^\//, 'must be a path from the root')
    .max(100, 'must be at most 100 positions, as paths of sockets are')
    .optional(),
  SLUIS_FSC_INWAYS: thumbprints.optional(),
  SLUIS_FSC_GROUP: word.optional(),
  SLUIS_FSC_SERVICES: listOf(word, 'must be names of services, with commas between them').optional(),
  SLUIS_FSC_INWAY_ADDRESSES: listOf(
    z.string().regex(/^https:\/\/[^/?#@]+\/?$/),
    'must be https addresses without a path, with commas between them',
  ).optional(),
  SLUIS_FSC_PEER: z
    .string()
    .regex(/^[0-9A-Z]{20}$/, 'must be an OIN of 20 positions')
    .optional(),
  SLUIS_FSC_MANAGER_JWKS: z
    .union([z.url({ protocol: /^https$/ }), file], 'must be an https address or a file that exists')
    .optional(),
});

type FrontValues = z.output<typeof frontSettings>;

/** A proxy of the gateway's own, which says by RFC 9440 who is calling. */
export interface ProxyFront {
  /** Mutual TLS: authority, revocation lists (each a file or a folder) and thumbprints of the proxies' certificates. */
  readonly listener: {
    readonly host: string;
    readonly port: number;
    readonly ca: string;
    readonly crl: string;
    readonly certificates: readonly string[];
  } | null;
  /** A unix socket: whoever its mode and its folder let in. */
  readonly socket: string | null;
}

/** FSC Inways that call on the listener for partners (or through a proxy), by their certificates' thumbprints. */
export interface InwayFront {
  readonly certificates: readonly string[];
  readonly group: string;
  readonly services: readonly string[];
  /** Origins, as `https://host:port`. */
  readonly addresses: readonly string[];
  /** Peer that owns the Inway; null: whoever runs this gateway. */
  readonly peer: string | null;
  /** File, or https address. */
  readonly managerJwks: string;
}

export interface Fronts {
  readonly proxy: ProxyFront;
  readonly inway: InwayFront | null;
}

/** The fronts that are set up, or what is missing for one that is set up in part: one line each. */
export function frontsOf(values: FrontValues): Fronts | { readonly problems: readonly string[] } {
  const proxy = proxyOf(values);
  const inway = inwayOf(values);
  const problems = [proxy, inway].flatMap((front) => (front !== null && 'problems' in front ? front.problems : []));
  if (problems.length > 0 || 'problems' in proxy || (inway !== null && 'problems' in inway)) return { problems };
  return { proxy, inway };
}

function proxyOf(values: FrontValues): ProxyFront | { readonly problems: readonly string[] } {
  const { SLUIS_PROXY_HOST: host, SLUIS_PROXY_PORT: port, SLUIS_PROXY_CA: ca } = values;
  const { SLUIS_PROXY_CRL: crl, SLUIS_PROXY_CERTIFICATES: certificates, SLUIS_PROXY_SOCKET: socket = null } = values;
  const needed = {
    SLUIS_PROXY_PORT: port,
    SLUIS_PROXY_CA: ca,
    SLUIS_PROXY_CRL: crl,
    SLUIS_PROXY_CERTIFICATES: certificates,
  };
  if (Object.values(needed).every((value) => value === undefined)) return { listener: null, socket };
  if (port === undefined || ca === undefined || crl === undefined || certificates === undefined)
    return { problems: missing(needed) };
  return { listener: { host, port, ca, crl, certificates }, socket };
}

function inwayOf(values: FrontValues): InwayFront | null | { readonly problems: readonly string[] } {
  const needed = {
    SLUIS_FSC_INWAYS: values.SLUIS_FSC_INWAYS,
    SLUIS_FSC_GROUP: values.SLUIS_FSC_GROUP,
    SLUIS_FSC_SERVICES: values.SLUIS_FSC_SERVICES,
    SLUIS_FSC_INWAY_ADDRESSES: values.SLUIS_FSC_INWAY_ADDRESSES,
    SLUIS_FSC_MANAGER_JWKS: values.SLUIS_FSC_MANAGER_JWKS,
  };
  if (Object.values(needed).every((value) => value === undefined)) return null;
  const { SLUIS_FSC_INWAYS: certificates, SLUIS_FSC_GROUP: group, SLUIS_FSC_SERVICES: services } = needed;
  const { SLUIS_FSC_INWAY_ADDRESSES: addresses, SLUIS_FSC_MANAGER_JWKS: managerJwks } = needed;
  if (!certificates || !group || !services || !addresses || !managerJwks) return { problems: missing(needed) };
  const origins = addresses.map((address) => new URL(address).origin);
  return { certificates, group, services, addresses: origins, peer: values.SLUIS_FSC_PEER ?? null, managerJwks };
}

function missing(settings: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(settings).flatMap(([name, value]) =>
    value === undefined ? [`${name} is missing beside the settings that go with it`] : [],
  );
}
