import { z } from 'zod';
import type { Instant } from '../../core/brand.ts';
import { daysLeft } from '../../core/partner/certificate-end.ts';
import { attentionFor, type ConcerningPurpose, concerningPurposes } from '../../core/partner/connection-report.ts';
import { jwkThumbprint } from '../../core/partner/jwk-thumbprint.ts';
import type { Unit } from '../../core/partner/partner.ts';
import { type StandingKey, standings } from '../../core/partner/registered-key.ts';
import type { PolicySet } from '../../core/policy/policy-set.ts';
import { inLanguage, type Language } from '../language.ts';
import type { PartnerDeps, Technician } from '../ports.ts';
import { reply, routeFor } from '../route.ts';
import { named } from '../schemas/schema-names.ts';
import { instantOut, noBody, noParams, noQuery } from '../schemas/words.ts';
import { attentionWords } from './connection-attention.ts';

const thumbprint = z.string().regex(/^[0-9a-f]{64}$/);
const end = { thumbprint, expires: instantOut, daysLeft: z.int().min(0) };
const key = z.object({ thumbprint: z.string().nullable(), kid: z.string().nullable(), kty: z.string() });
const encryptionKeyView = z.object({
  thumbprint: z.string(),
  kid: z.string().nullable(),
  kty: z.string(),
  standing: z.enum(['sealed-to', 'older', 'not-yet', 'over', 'unfit']),
  proven: z.boolean(),
  expires: instantOut.nullable(),
});
const purposeView = z.object({
  purpose: z.string(),
  label: z.string(),
  from: z.array(z.string()),
  to: z.array(z.string()),
});
const limitRules = z.object({
  requestsPerMinute: z.int(),
  subjectsPerHour: z.int(),
  refusalsInARow: z.int(),
});

const report = named(
  'ConnectionReport',
  'What the gateway sees of you. `keys`, `policies` and `limits` are there only for a unit that is let in. `attention`: ' +
    'what does not work, or soon will not, and what to do.',
  z.object({
    you: z.object({
      oin: z.string(),
      organisation: z.object({ oin: z.string(), name: z.string() }),
      unit: z.string(),
      name: z.string(),
      kind: z.string(),
      state: z.enum(['open', 'closed']),
      recognisedBy: z.array(z.enum(['organisation', 'sub-oin', 'thumbprint', 'acting-as'])),
    }),
    certificate: z.object({
      of: z.enum(['you', 'inway']),
      ...end,
      chain: z.array(z.object({ role: z.enum(['authority', 'anchor']), ...end })),
    }),
    connection: z.object({
      front: z.enum(['direct', 'proxy', 'inway']),
      tls: z.object({ version: z.string(), suite: z.string() }).nullable(),
    }),
    clock: z.object({ gateway: instantOut, differenceSeconds: z.int().nullable() }),
    keys: z
      .object({
        encryption: key.nullable(),
        encryptionKeys: z.array(encryptionKeyView),
        signing: z.array(key),
        published: z.string().nullable(),
      })
      .optional(),
    policies: z
      .object({ inForce: z.string(), binds: z.string().nullable(), purposes: z.array(purposeView) })
      .optional(),
    limits: z.object({ unit: limitRules, user: limitRules }).optional(),
    attention: z.array(z.object({ code: z.string(), text: z.string() })),
  }),
);

/** Open to a unit that is recognised, also one that is not let in: its technician is told that, and no more. */
export const connectionTestRoute = routeFor<PartnerDeps, Technician>()({
  method: 'post',
  keyless: true,
  path: '/v1/connection-test',
  operationId: 'testConnection',
  tag: 'connection',
  summary: 'Wat ziet de gateway van u? / What the gateway sees of you',
  description:
    'For a technician who sets up a connection: who you are to the gateway and by what, your certificate and its chain, ' +
    'your keys, the policies that concern your kind of partner, your limits, and what does not work. Nothing about any ' +
    'person, and nothing is recorded. Send a `Date` header to have your clock compared. A unit that is registered and ' +
    'not let in is told so, and no more than what it brought itself.',
  listeners: ['partner'],
  params: noParams,
  query: noQuery,
  body: noBody,
  ok: { 200: { description: 'The report.', schema: report } },
  problems: [],
  handle: async (deps, { caller, language }) => {
    const { unit, certificate } = caller;
    const now = deps.now();
    const set = deps.policies.current();
    const binds = deps.policies.boundTo(unit)?.digest ?? null;
    const purposes = concerningPurposes(set, unit.kind);
    const clockSeconds = clockDifference(caller.date, now);
    const ends = { certificate: certificate.notAfter, authorities: certificate.chain.map(({ notAfter }) => notAfter) };
    const certificateKey = caller.front === 'inway' ? null : certificate.key;
    const isIn = unit.state === 'active';
    const overdue = {
      destructions: isIn ? await deps.overdueDestructions(unit.id) : 0,
      corrections: isIn ? await deps.overdueCorrections(unit.id) : 0,
    };
    const connection = { unit, ends, certificateKey, now, clockSeconds, overdue };
    const attention = attentionFor(connection, purposes, { inForce: set.digest, binds });
    return reply(200, {
      you: whoIs(caller),
      certificate: { of: caller.front === 'inway' ? 'inway' : 'you', ...certificateView(certificate, now) },
      connection: { front: caller.front, tls: caller.tls },
      clock: { gateway: now, differenceSeconds: clockSeconds },
      ...(unit.state === 'active'
        ? {
            keys: keysOf(unit, now),
            policies: { inForce: set.digest, binds, purposes: purposes.map((one) => purposeOf(set, one, language)) },
            limits: deps.limitsOf(unit.id),
          }
        : {}),
      attention: attention.map((code) => ({ code, text: inLanguage(attentionWords[code], language) })),
    });
  },
});

type You = z.output<typeof report>['you'];

function whoIs({ unit, oin, actedAs }: Technician): You {
  const { organisation, selector } = unit;
  const recognisedBy: You['recognisedBy'] = [
    selector.subOin === null ? 'organisation' : 'sub-oin',
    ...(selector.thumbprints.length > 0 ? (['thumbprint'] as const) : []),
    ...(actedAs ? (['acting-as'] as const) : []),
  ];
  return {
    oin,
    organisation: { oin: organisation.oin, name: organisation.name },
    unit: unit.id,
    name: unit.name,
    kind: unit.kind,
    state: unit.state === 'active' ? 'open' : 'closed',
    recognisedBy,
  };
}

function certificateView({ chain, ...own }: Technician['certificate'], now: Instant) {
  const view = (one: { readonly thumbprint: string; readonly notAfter: Instant }) => ({
    thumbprint: one.thumbprint,
    expires: one.notAfter,
    daysLeft: daysLeft(one.notAfter, now),
  });
  const above = chain.map((one, index) => ({
    role: index === chain.length - 1 ? ('anchor' as const) : ('authority' as const),
    ...view(one),
  }));
  return { ...view(own), chain: above };
}

function keysOf(
  { encryptionKeys, signingKeys, jwks }: Unit,
  now: Instant,
): NonNullable<z.output<typeof report>['keys']> {
  const keys = standings(encryptionKeys ?? [], now);
  const sealedTo = keys.find(({ standing }) => standing === 'sealed-to');
  return {
    encryption: sealedTo === undefined ? null : keyView(sealedTo),
    encryptionKeys: keys.map(({ until, ...one }) => ({ ...one, expires: until })),
    signing: signingKeys.map((one) => ({ thumbprint: jwkThumbprint(one), kid: one.kid ?? null, kty: one.kty })),
    published: jwks,
  };
}

function keyView({ thumbprint: name, kid, kty }: StandingKey): z.output<typeof key> {
  return { thumbprint: name, kid, kty };
}

function purposeOf(set: PolicySet, { purpose, from, to }: ConcerningPurpose, language: Language) {
  const label = set.catalogue.purposes.get(purpose)?.label;
  return { purpose, label: label === undefined ? purpose : inLanguage(label, language), from: [...from], to: [...to] };
}

/** Whole seconds that the caller's clock is ahead; null: it did not say, or not in the form of HTTP. */
function clockDifference(date: string | undefined, now: Instant): number | null {
  if (date === undefined || !/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(date)) return null;
  const said = Date.parse(date);
  return Number.isNaN(said) ? null : Math.round((said - Date.parse(now)) / 1_000);
}
