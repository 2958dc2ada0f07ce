import { answerSealed, openSealed } from 'sluis/client';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { RequestId, UnitId } from '../../../src/core/brand.ts';
import type { SealedQuestion } from '../../../src/core/disclosure/ports.ts';
import { readInbox } from '../../../src/core/disclosure/read-inbox.ts';
import { permitTokens } from '../../../src/crypto/permit-tokens.ts';
import { temporaryDirectory } from '../../crypto/peers.ts';
import { encryptionPair } from '../../world/encryption-keys.ts';
import { inboxActs } from '../../world/inbox-world.ts';
import { newSigner } from '../../world/ledger-keys.ts';
import { planAnswer, planRequest } from '../../world/personas.ts';
import { gatewayOin, type SealingWorld, sealedOptions, sealingWorld } from '../../world/sealing-world.ts';

const directory = temporaryDirectory();
afterAll(() => directory.remove());

let ends: SealingWorld;
let acts: ReturnType<typeof inboxActs>;
beforeEach(() => open());

async function open(keys: 'proven' | 'unproven' = 'proven'): Promise<void> {
  ends = await sealingWorld(directory.path, { source: { connector: { type: 'inbox' } }, keys });
  const { world } = ends;
  world.answer = () => Promise.reject(new Error('nobody is to be asked over a connector'));
  world.answerSealed = () => Promise.reject(new Error('nobody is to be asked over a connector'));
  acts = inboxActs(world.ports, (unit, key) => world.call(unit, key), planRequest().subject);
}

async function waiting(): Promise<RequestId> {
  const outcome = await acts.ask();
  if (outcome.kind !== 'waiting') throw new Error(`expected to wait, got ${outcome.kind}`);
  return outcome.request.id;
}

/** What the source finds in its inbox, as a question over a connector would bring it. */
async function found(id: RequestId): Promise<SealedQuestion> {
  const view = await readInbox(ends.world.ports, 'pi' as UnitId, id);
  if (view?.sealing == null) throw new Error('nothing to seal by');
  return { ...view.sealing, request: id } as SealedQuestion;
}

async function sealed(question: SealedQuestion, data: object = planAnswer) {
  const made = await answerSealed(sealedOptions(ends, question, data));
  return { sealed: { ...made.sealed }, permit: question.permit.jws };
}

const give = (id: RequestId, content: { sealed: Record<string, string>; permit: string }, complete = true) =>
  acts.answer(id, { data: {}, sealed: content, complete });

async function handed(id: RequestId) {
  const outcome = await acts.collect(id);
  if (outcome.kind !== 'handed-over') throw new Error(`expected parts, got ${outcome.kind}`);
  const parts = outcome.parts.map((part) => ({ ...part, fields: [...part.fields] }));
  const { gatewayKeys, recipient, pair } = ends;
  const own = { unit: 'gemeente', oin: recipient.organisation.oin, privateKey: ends.privateJwk(pair) };
  return { parts, opened: await openSealed({ parts, request: id, ...own, gatewayKeys, gatewayOin }) };
}

describe('an answer that people of the source seal', () => {
  it('waits as it was sealed, and is opened by its recipient alone', async () => {
    const id = await waiting();
    const content = await sealed(await found(id));
    expect(await give(id, content)).toMatchObject({ kind: 'recorded', request: { state: 'answered' } });
    expect((await handed(id)).opened).toEqual({ data: planAnswer, excess: [] });
    const entry = ends.world.entries.at(-1);
    expect(entry).toMatchObject({
      kind: 'disclosure',
      body: { form: 'sealed-by-source', permits: [expect.any(String)] },
    });
    const answered = ends.world.entries.find(({ kind }) => kind === 'source-answered');
    expect(entry?.fleeting.payload).toBe(answered?.fleeting.answer);
  });

  it('may come in parts, each by a permit for what was not answered yet', async () => {
    const id = await waiting();
    const first = await found(id);
    const numbers = await sealed(first, { 'numbers.bsn': '900000041' });
    expect(await give(id, numbers, false)).toMatchObject({ request: { state: 'partly-answered' } });
    expect(await give(id, numbers, false)).toMatchObject({ kind: 'invalid', code: 'answered-before' });
    const rest = await found(id);
    expect(Object.keys(rest.permit.claims.fields)).not.toContain('numbers');
    expect(await give(id, await sealed(rest), false)).toMatchObject({ request: { state: 'answered' } });
    const { parts, opened } = await handed(id);
    expect(opened.data).toEqual(planAnswer);
    expect(new Set(parts.map(({ permit }) => permit)).size).toBe(2);
    const permits = [expect.any(String), expect.any(String)];
    expect(ends.world.entries.at(-1)).toMatchObject({ body: { form: 'sealed-by-source', permits } });
  });

  it('is refused whole, naming category and check, and nothing of it is kept', async () => {
    const id = await waiting();
    const other = await waiting();
    const question = await found(id);
    const content = await sealed(question);
    const elsewhere = await sealed(await found(other));
    const again = await sealed(await found(id));
    const strange = permitTokens(newSigner(), gatewayOin).sign(question.permit.claims);
    const widened = ends.world.ports.permits.sign({
      ...question.permit.claims,
      fields: { ...question.permit.claims.fields, medical: ['medical.notes'] },
    });
    const key = encryptionPair('EC');
    const toOther = ends.world.ports.permits.sign({ ...question.permit.claims, key: key.thumbprint });
    const wrong: readonly (readonly [string, string, Parameters<typeof give>[1]])[] = [
      ['permit', 'permit-other', elsewhere],
      ['permit', 'permit-other', { ...content, permit: strange.jws }],
      ['permit', 'permit-other', { ...content, permit: 'a.b.c' }],
      ['permit', 'permit-outdated', { ...content, permit: widened.jws }],
      ['permit', 'sealed-key', { ...content, permit: toOther.jws }],
      ['sealed/identity', 'sealed-permit', { ...content, permit: again.permit }],
      ['sealed/numbers', 'sealed-binding', { ...content, sealed: { numbers: content.sealed.identity ?? '' } }],
      ['sealed', 'sealed-category', { ...content, sealed: { medical: content.sealed.identity ?? '' } }],
      ['sealed/identity', 'sealed-jwe', { ...content, sealed: { identity: 'a.b.c.d.e' } }],
      ['sealed/identity', 'sealed-size', { ...content, sealed: { identity: 'a'.repeat(262_145) } }],
    ];
    for (const [member, code, given] of wrong) {
      expect([member, code, await give(id, given)]).toMatchObject([member, code, { kind: 'invalid', member, code }]);
    }
    expect(await acts.answer(id)).toMatchObject({ kind: 'invalid', member: 'data', code: 'must-be-sealed' });
    expect(await acts.answer(id, { sealed: content })).toMatchObject({ kind: 'invalid', code: 'must-be-sealed' });
    expect(await ends.world.ports.answers.of(id)).toEqual([]);
    ends.world.nowMs += 2 * 86_400_000;
    expect(await give(id, content)).toMatchObject({ kind: 'invalid', member: 'permit', code: 'sealed-over' });
  });

  it('may come to a gateway whose clock is behind that of the one that gave the permit out, by a minute at most', async () => {
    const id = await waiting();
    const content = await sealed(await found(id));
    ends.world.nowMs -= 61_000;
    expect(await give(id, content)).toMatchObject({ kind: 'invalid', member: 'permit', code: 'sealed-over' });
    ends.world.nowMs += 59_000;
    expect(await give(id, content)).toMatchObject({ kind: 'recorded', request: { state: 'answered' } });
    expect((await handed(id)).opened).toEqual({ data: planAnswer, excess: [] });
  });

  it('is asked of nobody where the recipient did not sign its key', async () => {
    await open('unproven');
    await expect(acts.ask()).rejects.toMatchObject({ code: 'seal-impossible' });
  });

  it('is not taken where the gateway may see the answer', async () => {
    const id = await waiting();
    const content = await sealed(await found(id));
    ends.world.bound.set('pi' as UnitId, ends.set);
    const view = await readInbox(ends.world.ports, 'pi' as UnitId, id);
    expect(view?.sealing).toBeNull();
    expect(await give(id, content)).toMatchObject({ kind: 'invalid', member: 'sealed', code: 'must-be-clear' });
  });
});
