import { z } from 'zod';
import type { Label } from '../../core/category/catalogue.ts';
import type { AcceptCallOutcome } from '../../core/policy-set/accept.ts';
import { digestForm } from '../../core/policy-set/statement.ts';
import { invalidBodyMember } from '../invalid-input.ts';
import { type Problem, problem } from '../problem.ts';
import { type Reply, reply } from '../route.ts';
import { documented, named } from '../schemas/schema-names.ts';
import { digest, instantOut, noParams, noQuery, nothing } from '../schemas/words.ts';
import { keyProblem, keyProblems } from './key-problem.ts';
import { partnerRoute } from './partner-route.ts';

const acceptanceBody = named(
  'PolicyAcceptanceBody',
  'A detached JWS by your registered signing key over the canonical JSON ' +
    '`{"action":"accept","set":"sha256:…","unit":"…"}`; its header has `alg` and `iat`, and may have `kid`.',
  z.strictObject({
    set: documented(digest, { description: 'Digest of the set of policies.' }).pipe(digestForm),
    signature: z.string().min(1).max(4_096),
  }),
);
const acceptance = named(
  'PolicyAcceptance',
  'From `acceptedAt` on you disclose under this set, once it is in force.',
  z.object({ set: digest, acceptedAt: instantOut }),
);
const overview = named(
  'PolicyAcceptances',
  'What you accepted, the set that binds you now (null: none, and nothing is disclosed by you), the set in force, and ' +
    'sets whose start is planned.',
  z.object({
    binds: digest.nullable(),
    inForce: digest.nullable(),
    planned: z.array(z.object({ set: digest, from: instantOut })),
    accepted: z.array(acceptance),
  }),
);

const accepted = { 200: { description: 'Accepted.', schema: acceptance } } as const;
type AcceptanceProblem = Problem<(typeof keyProblems)[number] | 'invalid-input'>;

export const acceptPolicySetRoute = partnerRoute({
  method: 'post',
  path: '/v1/policy-acceptances',
  operationId: 'acceptPolicySet',
  tag: 'policies',
  summary: 'Accepteer regels als bron / Accept policies as a source',
  description:
    'A set of policies binds a source only after that source accepted it, signed by its registered key. Until then ' +
    'requests to it are decided under the latest set in force that it did accept.',
  listeners: ['partner'],
  params: noParams,
  query: noQuery,
  body: acceptanceBody,
  ok: accepted,
  problems: keyProblems,
  handle: async (deps, { call, body }): Promise<Reply<typeof accepted> | AcceptanceProblem> => {
    const outcome = await deps.policySets.accept(call, body);
    if (outcome.kind === 'accepted' || outcome.kind === 'accepted-before') {
      return reply(200, { set: outcome.set, acceptedAt: outcome.acceptedAt });
    }
    if (outcome.kind === 'key-reused' || outcome.kind === 'in-progress') return keyProblem(outcome);
    const { member, detail } = invalidity(outcome);
    return problem('invalid-input', { errors: [invalidBodyMember(member, 'invalid', detail)] });
  },
});

export const readPolicyAcceptancesRoute = partnerRoute({
  method: 'get',
  path: '/v1/policy-acceptances',
  operationId: 'readPolicyAcceptances',
  tag: 'policies',
  summary: 'Bekijk welke regels u accepteerde / Read which policies you accepted',
  description: 'Your own alone.',
  listeners: ['partner'],
  params: noParams,
  query: noQuery,
  body: nothing,
  ok: { 200: { description: 'Your acceptances.', schema: overview } },
  problems: [],
  handle: async (deps, { caller }) => reply(200, await deps.policySets.of(caller.unit)),
});

type Invalid = Extract<AcceptCallOutcome, { kind: 'unknown-unit' | 'unknown-set' | 'no-signing-key' | 'signature' }>;

function invalidity(outcome: Invalid): { readonly member: string; readonly detail: Label } {
  switch (outcome.kind) {
    case 'unknown-set':
      return {
        member: 'set',
        detail: { nl: 'geldt hier niet, en is niet gepland', en: 'is not in force here, nor planned' },
      };
    case 'no-signing-key':
    case 'unknown-unit':
      return {
        member: 'signature',
        detail: { nl: 'kan niet: uw sleutel is niet geregistreerd', en: 'cannot be: your key is not registered' },
      };
    case 'signature':
      return { member: 'signature', detail: signatureWords[outcome.problem] };
  }
}

const signatureWords: Readonly<Record<(Invalid & { kind: 'signature' })['problem'], Label>> = {
  malformed: {
    nl: 'is geen losse JWS met alleen alg, iat en kid',
    en: 'is not a detached JWS with alg, iat and kid alone',
  },
  'wrong-algorithm': {
    nl: 'gebruikt een ander algoritme dan bij de geregistreerde sleutel hoort',
    en: 'uses another algorithm than goes with the registered key',
  },
  'does-not-match': {
    nl: 'is niet van de geregistreerde sleutel over precies deze tekst',
    en: 'is not by the registered key over exactly this text',
  },
};
