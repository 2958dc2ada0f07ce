import { CompactEncrypt, importJWK, type JWK } from 'jose';
import { answerSealed, openSealed } from 'sluis/client';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ask } from '../../src/core/disclosure/ask.ts';
import { permitHash, readPermit } from '../../src/core/disclosure/permit-token.ts';
import type { SealedQuestion } from '../../src/core/disclosure/ports.ts';
import { temporaryDirectory } from '../crypto/peers.ts';
import { encryptionPair } from '../world/encryption-keys.ts';
import { planAnswer, planFields, planRequest } from '../world/personas.ts';
import { gatewayOin, type SealingWorld, sealedOptions, sealingWorld } from '../world/sealing-world.ts';

const directory = temporaryDirectory();
afterAll(() => directory.remove());

let ends: SealingWorld;
let questions: SealedQuestion[];
beforeAll(async () => {
  ends = await sealingWorld(directory.path);
});
beforeEach(() => {
  questions = [];
  ends.world.nowMs = Date.now();
  ends.world.answer = () => Promise.reject(new Error('asked in clear'));
  answerBy((question) => sealed(question));
});

function answerBy(make: (question: SealedQuestion) => Promise<unknown>): void {
  ends.world.answerSealed = async (question) => {
    questions.push(question);
    return make(question);
  };
}

async function sealed(question: SealedQuestion, data: object = planAnswer): Promise<Record<string, string>> {
  return { ...(await answerSealed(sealedOptions(ends, question, data))).sealed };
}

async function asked() {
  return ask(ends.world.ports, ends.world.call('gemeente'), planRequest());
}

async function delivered() {
  const outcome = await asked();
  if (outcome.kind !== 'delivered' || outcome.answer.form !== 'sealed-by-source') throw new Error('not sealed');
  const { permit, parts } = outcome.answer.sealed;
  return {
    request: outcome.request.id,
    permit: permit.jws,
    parts: parts.map(({ category, fields, jwe: sealed }) => ({
      category,
      fields: [...fields],
      sealed,
      permit: permit.jws,
    })),
  };
}

type Delivered = Awaited<ReturnType<typeof delivered>>;

function open(answer: Pick<Delivered, 'request' | 'parts'>, more: object = {}) {
  const { gatewayKeys, recipient, pair } = ends;
  const own = { unit: 'gemeente', oin: recipient.organisation.oin, privateKey: ends.privateJwk(pair) };
  return openSealed({ ...answer, ...own, gatewayKeys, gatewayOin, ...more });
}

const codeOf = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  );

describe('what a source seals', () => {
  it('is opened by its recipient alone, per category, and says on record by which permit', async () => {
    const answer = await delivered();
    expect(answer.parts.map(({ category }) => category)).toEqual([
      ...['identity', 'numbers', 'detention', 'identityDocument', 'housing'],
    ]);
    expect(JSON.stringify(answer)).not.toContain('Ebbink');
    expect(await open(answer)).toMatchObject({ data: planAnswer, excess: [] });
    const entry = ends.world.entries.at(-1);
    expect(entry).toMatchObject({ kind: 'disclosure', body: { form: 'sealed-by-source', fields: planFields } });
    expect(entry?.body).toMatchObject({ permits: [expect.stringMatching(/^sha256:[0-9a-f]{64}$/)] });
  });

  it('is asked by a permit that says who, what and until when, and nothing of the person', async () => {
    const answer = await delivered();
    const permit = readPermit(answer.permit);
    expect(permit?.claims).toMatchObject({
      iss: `urn:nld:oin:${gatewayOin}`,
      aud: 'pi',
      request: answer.request,
      purpose: 'plan-basic-conditions',
      recipient: { unit: 'gemeente', oin: ends.recipient.organisation.oin },
      key: ends.pair.thumbprint,
    });
    expect(Object.values(permit?.claims.fields ?? {}).flat()).toEqual(planFields);
    expect(JSON.stringify(permit?.claims)).not.toContain('900000041');
    await delivered();
    const [one, other] = questions.map(({ permit: { claims } }) => claims.jti);
    expect(one).not.toBe(other);
  });

  it('may be less than was asked, and even nothing', async () => {
    answerBy((question) => sealed(question, { 'numbers.bsn': '900000041' }));
    const some = await delivered();
    expect(some.parts.map(({ category }) => category)).toEqual(['numbers']);
    expect((await open(some)).data).toEqual({ 'numbers.bsn': '900000041' });
    answerBy((question) => sealed(question, {}));
    expect((await delivered()).parts).toEqual([]);
  });

  it('leaves out of its data what the permit does not name', async () => {
    answerBy((question) => sealed(question, { ...planAnswer, 'identity.nationality': 'x', 'medical.notes': 'y' }));
    expect(await open(await delivered())).toMatchObject({ data: planAnswer, excess: [] });
  });

  it('is found out by its recipient when there is more in it than the permit names', async () => {
    const { request, permit } = await delivered();
    const [question] = questions;
    if (question === undefined) throw new Error('not asked');
    const { use: _use, ...material } = ends.pair.jwk;
    const long = `medical.${'n'.repeat(65)}`;
    const found = { 'identity.surname': 'Ebbink', 'medical.notes': 'geheim', iets: 1, [long]: 'geheim' };
    const jwe = await new CompactEncrypt(Buffer.from(JSON.stringify(found)))
      .setProtectedHeader({
        ...{ typ: 'sluis-sealed+jwe', alg: 'ECDH-ES', enc: 'A256GCM', kid: ends.pair.thumbprint },
        ...{ cty: 'application/json', crit: ['permit', 'category', 'request'], permit: permitHash(permit) },
        ...{ category: 'identity', request, iat: question.permit.claims.iat },
      })
      .encrypt(await importJWK(material as JWK, 'ECDH-ES'), {
        crit: { permit: true, category: true, request: true },
      });
    const parts = [{ category: 'identity', fields: [], sealed: jwe, permit }];
    const opened = await open({ request, parts });
    expect(opened).toMatchObject({
      data: { 'identity.surname': 'Ebbink' },
      excess: ['identity.unnamed', 'medical.notes'],
    });
    expect(JSON.stringify(opened)).not.toContain('geheim');
  });
});

describe('a source does not seal', () => {
  /** What goes wrong at its end, where the gateway or whoever stands between changed something. */
  async function refusal(change: (options: ReturnType<typeof sealedOptions>) => object): Promise<unknown> {
    let code: unknown;
    answerBy(async (question) => {
      const options = sealedOptions(ends, question, planAnswer);
      code = await codeOf(answerSealed({ ...options, ...change(options) }));
      return {};
    });
    await asked();
    return code;
  }

  it('to another key that the gateway puts in place of the recipient’s', async () => {
    const own = encryptionPair('EC');
    const gateways = await ends.issue('gateway', gatewayOin);
    const jwk = { ...own.jwk } as JWK;
    const swap = (proof: string) => () => ({ recipientKey: { jwk, proof } });
    expect(await refusal(({ recipientKey: { proof } }) => ({ recipientKey: { jwk, proof } }))).toBe('key-other');
    expect(await refusal(swap(ends.proofFor(own)))).toBe('key-other');
    // Also where the gateway signs a permit for that key: it has no certificate of the recipient's.
    const signs = async (proof: string) => {
      let code: unknown;
      answerBy(async (question) => {
        const { claims } = question.permit;
        const permit = ends.world.ports.permits.sign({ ...claims, key: own.thumbprint });
        const options = {
          ...sealedOptions(ends, question, planAnswer),
          permit: permit.jws,
          recipientKey: { jwk, proof },
        };
        code = await codeOf(answerSealed(options));
        return {};
      });
      await asked();
      return code;
    };
    expect(await signs(ends.proofFor(own, gateways))).toBe('key-of-other');
    expect(await signs(ends.proofFor(own, gateways, gatewayOin))).toBe('key-of-other');
    const [head, body] = ends.proofFor(own).split('.');
    const [, , signature] = ends.proofFor(ends.pair).split('.');
    expect(await signs(`${head}.${body}.${signature}`)).toBe('key-signature');
  });

  it('to the gateway that names itself as the recipient, with a certificate of its own', async () => {
    const own = encryptionPair('EC');
    const proof = ends.proofFor(own, await ends.issue('gateway', gatewayOin), gatewayOin);
    let code: unknown;
    answerBy(async (question) => {
      const { claims } = question.permit;
      const recipient = { ...claims.recipient, oin: gatewayOin };
      const permit = ends.world.ports.permits.sign({ ...claims, recipient, key: own.thumbprint });
      const recipientKey = { jwk: { ...own.jwk } as JWK, proof };
      code = await codeOf(
        answerSealed({ ...sealedOptions(ends, question, planAnswer), permit: permit.jws, recipientKey }),
      );
      return {};
    });
    await asked();
    expect(code).toBe('permit-recipient');
  });

  it('twice by one permit, nor where nobody says that it was not used', async () => {
    const again: unknown[] = [];
    answerBy(async (question) => {
      const options = sealedOptions(ends, question, planAnswer);
      const strange = { ...options, crls: '-----BEGIN X509 CRL-----AA==-----END X509 CRL-----' };
      again.push(await codeOf(answerSealed(strange)));
      const { sealed: first } = await answerSealed(options);
      again.push(await codeOf(answerSealed(options)), await codeOf(answerSealed({ ...options, data: {} })));
      return { ...first };
    });
    expect(await asked()).toMatchObject({ kind: 'delivered' });
    expect(again).toEqual(['certificate', 'permit-used', 'permit-used']);
    const told: unknown[] = [];
    const by = (answer: unknown) =>
      refusal(() => ({
        firstUse: (jti: string, { exp }: { exp: number }) => {
          told.push([jti, exp]);
          return answer;
        },
      }));
    for (const answer of [false, undefined, 'yes', Promise.resolve(null)]) expect(await by(answer)).toBe('permit-used');
    expect(await by(Promise.resolve(true))).toBe('done');
    expect(told).toHaveLength(5);
    const { jti, exp } = questions.at(-1)?.permit.claims ?? {};
    expect(told.at(-1)).toEqual([jti, exp]);
  });

  it('under a certificate that it does not trust, or that was taken back', async () => {
    const elsewhere = temporaryDirectory();
    const strange = await sealingWorld(elsewhere.path);
    elsewhere.remove();
    expect(await refusal(() => ({ anchors: strange.anchors }))).toBe('certificate');
    expect(await refusal(() => ({ crls: strange.crls }))).toBe('certificate');
    expect(await refusal(() => ({ anchors: '' }))).toBeInstanceOf(TypeError);
  });

  it('to anybody where it was not told to whom it gives', async () => {
    const left = { name: 'TypeError', message: expect.stringMatching(/^recipients must be given/) };
    expect(await refusal(() => ({ recipients: undefined }))).toMatchObject(left);
    expect(await refusal(() => ({ recipients: [] }))).toBe('permit-recipient');
    expect(await refusal(() => ({ recipients: [ends.recipient.organisation.oin] }))).toBe('done');
  });

  it('by a permit for another source, request, gateway, recipient or time, or that somebody else signed', async () => {
    expect(await refusal(() => ({ unit: 'reclassering' }))).toBe('permit-audience');
    expect(await refusal(() => ({ request: '01890a5d-ac96-774b-bcce-b302099a8057' }))).toBe('permit-request');
    expect(await refusal(() => ({ gatewayOin: '00000099000000009001' }))).toBe('permit-issuer');
    expect(await refusal(() => ({ recipients: ['00000099000000009001'] }))).toBe('permit-recipient');
    expect(await refusal(() => ({ now: new Date(Date.now() + 3_600_000) }))).toBe('permit-time');
    expect(await refusal(() => ({ now: new Date(Date.now() - 3_600_000) }))).toBe('permit-time');
    const other = await sealingWorld(directory.path);
    expect(await refusal(() => ({ gatewayKeys: other.gatewayKeys }))).toBe('permit-key');
    const [key] = ends.gatewayKeys.keys;
    const ofLedger = { keys: [{ ...key, sluis_use: 'ledger' }] };
    expect(await refusal(() => ({ gatewayKeys: ofLedger }))).toBe('permit-key');
    const changed = ({ permit }: { permit: string }) => {
      const [head, body = '', signature] = permit.split('.');
      const claims = JSON.parse(Buffer.from(body, 'base64url').toString());
      claims.fields.medical = ['medical.notes'];
      return { permit: `${head}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${signature}` };
    };
    expect(await refusal(changed)).toBe('permit-signature');
    expect(await refusal(() => ({ permit: 'a.b.c' }))).toBe('permit-malformed');
  });
});

describe('a recipient does not open', () => {
  it('what is not its own, or stands under another name than its source gave it', async () => {
    const answer = await delivered();
    const later = await delivered();
    const [identity, numbers] = answer.parts;
    if (identity === undefined || numbers === undefined) throw new Error('too little');
    const own = encryptionPair('EC');
    expect(await codeOf(open(answer, { privateKey: ends.privateJwk(own) }))).toBe('key-other');
    expect(await codeOf(open(answer, { unit: 'buurgemeente' }))).toBe('permit-recipient');
    expect(await codeOf(open(answer, { request: later.request }))).toBe('permit-request');
    expect(await codeOf(open({ ...later, parts: answer.parts }))).toBe('permit-request');
    const [other] = later.parts;
    const mixed = [{ ...identity, permit: other?.permit ?? '' }];
    expect(await codeOf(open({ ...later, parts: mixed }))).toBe('part-binding');
    const swapped = [{ ...identity, sealed: numbers.sealed }];
    expect(await codeOf(open({ ...answer, parts: swapped }))).toBe('part-binding');
    expect(await codeOf(open({ ...answer, parts: [identity, identity] }))).toBe('part-category');
    expect(await codeOf(open({ ...answer, parts: [{ ...identity, category: 'medical' }] }))).toBe('part-category');
    const damaged = `${identity.sealed.slice(0, -4)}AAAA`;
    expect(await codeOf(open({ ...answer, parts: [{ ...identity, sealed: damaged }] }))).toBe('part-locked');
  });
});
