import { CompactEncrypt, importJWK, type JWK } from 'jose';
import { answerSealed } from 'sluis/client';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { UnitId } from '../../../src/core/brand.ts';
import { ask } from '../../../src/core/disclosure/ask.ts';
import { permitHash } from '../../../src/core/disclosure/permit-token.ts';
import type { SealedQuestion } from '../../../src/core/disclosure/ports.ts';
import { endFact } from '../../../src/core/fact/end-fact.ts';
import { temporaryDirectory } from '../../crypto/peers.ts';
import { type EncryptionPair, encryptionPair } from '../../world/encryption-keys.ts';
import { memoryUnit } from '../../world/memory-world.ts';
import { planAnswer, planRequest } from '../../world/personas.ts';
import { type SealingWorld, sealedOptions, sealingWorld } from '../../world/sealing-world.ts';
import { withGrants, withObligations } from '../../world/with-obligations.ts';

const directory = temporaryDirectory();
afterAll(() => directory.remove());

let ends: SealingWorld;
beforeAll(async () => {
  ends = await sealingWorld(directory.path);
});
beforeEach(() => {
  ends.world.nowMs = Date.now();
  ends.world.answer = () => Promise.reject(new Error('asked in clear'));
});

/** Also twice by one permit, as a source does that makes mistakes. */
async function sealed(question: SealedQuestion, data: object = planAnswer): Promise<Record<string, string>> {
  return { ...(await answerSealed({ ...sealedOptions(ends, question, data), firstUse: () => true })).sealed };
}

type Made = (question: SealedQuestion) => Promise<unknown>;

/** What became of one request whose source answers so: how it ended, or the fault. */
async function asked(make: Made, { world } = ends): Promise<string> {
  world.answerSealed = make;
  return ask(world.ports, world.call('gemeente'), planRequest()).then(
    ({ kind }) => kind,
    (fault) => `${fault.code}: ${fault.message}`,
  );
}

/** A category as a source would seal it that follows its own rules; what is given stands in place of what is right. */
async function forged(question: SealedQuestion, category: string, header: object, to: EncryptionPair = ends.pair) {
  const { jwk } = to;
  const { use: _use, ...material } = jwk;
  const alg = 'alg' in header ? String(header.alg) : 'ECDH-ES';
  const said = {
    ...{ typ: 'sluis-sealed+jwe', alg, enc: 'A256GCM', kid: ends.pair.thumbprint, cty: 'application/json' },
    ...{ crit: ['permit', 'category', 'request'], permit: permitHash(question.permit.jws), category },
    ...{ request: question.request, iat: Math.floor(Date.now() / 1_000) },
    ...header,
  };
  return new CompactEncrypt(Buffer.from('{"identity.surname":"Ebbink"}'))
    .setProtectedHeader(JSON.parse(JSON.stringify(said)))
    .encrypt(await importJWK(material as JWK, alg), { crit: { permit: true, category: true, request: true } });
}

describe('what a source sealed', () => {
  it('is refused whole where anything of it is not as its permit says, and nothing is given', async () => {
    const other = encryptionPair('EC');
    let before: Record<string, string> = {};
    const first = await asked(async (question) => {
      before = await sealed(question);
      return before;
    });
    expect(first).toBe('delivered');
    const identity =
      (header: object, to?: EncryptionPair): Made =>
      async (question) => ({ identity: await forged(question, 'identity', header, to) });
    const seconds = Math.floor(Date.now() / 1_000);
    const wrong: readonly (readonly [string, string, Made])[] = [
      ['a replay of what was sealed before', 'identity, permit', async () => before],
      [
        'a category twice',
        'numbers, binding',
        async (question) => ({ ...(await sealed(question)), numbers: (await sealed(question)).identity }),
      ],
      [
        'a category that the permit does not name',
        'the whole, category',
        async (question) => ({ medical: await forged(question, 'medical', {}) }),
      ],
      ['the key of somebody else in its header', 'identity, key', identity({ kid: other.thumbprint }, other)],
      ['another algorithm', 'identity, algorithm', identity({ alg: 'ECDH-ES+A256KW' })],
      ['another content encryption', 'identity, algorithm', identity({ enc: 'A128GCM' })],
      ['another request', 'identity, request', identity({ request: '01890a5d-ac96-774b-bcce-b302099a8057' })],
      ['another permit', 'identity, permit', identity({ permit: permitHash('x') })],
      ['no time', 'identity, jwe', identity({ iat: undefined })],
      ['a time before its permit', 'identity, age', identity({ iat: seconds - 3_600 })],
      ['a time to come', 'identity, age', identity({ iat: seconds + 3_600 })],
      ['a header without what must be understood', 'identity, jwe', identity({ crit: undefined })],
      ['a member that nobody asked for', 'identity, jwe', identity({ zip: 'DEF' })],
      ['too much', 'identity, size', async (question) => sealed(question, { 'identity.surname': 'x'.repeat(300_000) })],
      ['no JWE', 'identity, jwe', async () => ({ identity: 'a.b.c.d.e' })],
      ['something else than text', 'identity, form', async () => ({ identity: { ciphertext: 'x' } })],
      ['a list', 'the whole, form', async () => []],
      ['nothing at all', 'the whole, form', async () => undefined],
    ];
    for (const [what, check, make] of wrong) {
      const done = ends.world.requests.size;
      const problem = `source-invalid: what the source sealed is refused: ${check}`;
      expect([what, await asked(make)]).toEqual([what, problem]);
      expect(ends.world.entries.at(-1)).toMatchObject({ kind: 'failed-attempt', body: { code: 'source-invalid' } });
      expect([...ends.world.requests.values()].at(done)?.state).toBe('failed');
    }
  });

  it('is dropped when its permit ended before the answer came', async () => {
    const late = await asked(async (question) => {
      const made = await sealed(question);
      ends.world.nowMs += 301_000;
      return made;
    });
    expect(late).toBe('source-invalid: what the source sealed is refused: the whole, over');
  });

  it('is dropped when less is permitted by the time that it comes, since it cannot be made smaller', async () => {
    const elsewhere = temporaryDirectory();
    const own = await sealingWorld(elsewhere.path);
    const narrowed = withGrants(
      withObligations(own.set, 'plan-basic-conditions', { seal: 'end-to-end' }),
      'plan-basic-conditions',
      ({ fields }) => ({ fields: new Set([...fields].filter((field) => field !== 'numbers.bsn')) }),
    );
    const outcome = await asked(async (question) => {
      const made = (await answerSealed(sealedOptions(own, question, planAnswer))).sealed;
      own.world.bound.set('pi' as UnitId, narrowed);
      const [subject] = own.world.epochs.keys();
      if (subject !== undefined) own.world.epochs.set(subject, (own.world.epochs.get(subject) ?? 0) + 1);
      return made;
    }, own);
    elsewhere.remove();
    expect(outcome).toMatch(/^basis-changed: less is permitted/);
  });

  it('is refused after all when what it rests on went while it was sealed', async () => {
    const elsewhere = temporaryDirectory();
    const own = await sealingWorld(elsewhere.path);
    const outcome = await asked(async (question) => {
      const made = (await answerSealed(sealedOptions(own, question, planAnswer))).sealed;
      const involved = [...own.world.facts.values()].find(({ unit }) => unit === 'gemeente');
      if (involved === undefined) throw new Error('nobody is involved');
      const ended = await endFact(own.world.ports, own.world.call('pi'), involved.id, own.world.ports.clock.now());
      expect(ended.kind).toBe('ended');
      return made;
    }, own);
    elsewhere.remove();
    expect(outcome).toBe('refused');
  });
});

describe('a source is not asked to seal', () => {
  it.each([
    ['through a connector that cannot', { source: memoryUnit('pi', 'prison') }],
    ['to a key that the recipient did not sign', { keys: 'unproven' }],
    ['to a recipient without a key', { keys: 'none' }],
  ] as const)('%s, and nothing goes in clear', async (_, change) => {
    const elsewhere = temporaryDirectory();
    const own = await sealingWorld(elsewhere.path, change);
    elsewhere.remove();
    let wasAsked = false;
    own.world.answer = async () => {
      wasAsked = true;
      return planAnswer;
    };
    const outcome = await asked(async () => {
      wasAsked = true;
      return {};
    }, own);
    expect([outcome, wasAsked]).toEqual([expect.stringMatching(/^seal-impossible: /), false]);
    expect(own.world.entries.at(-1)).toMatchObject({ kind: 'failed-attempt', body: { code: 'seal-impossible' } });
  });
});
