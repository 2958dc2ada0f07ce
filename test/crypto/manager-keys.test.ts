import { describe, expect, it } from 'vitest';
import { managerKeys } from '../../src/crypto/manager-keys.ts';

const jwk = (kid: string) => ({ kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA', kid });

function manager(first: () => string) {
  const state = { answer: first, reads: 0, problems: 0, time: 0 };
  const keys = managerKeys(
    async () => {
      state.reads += 1;
      return Buffer.from(state.answer());
    },
    { onProblem: () => (state.problems += 1), now: () => state.time },
  );
  const find = async (kid: string) => {
    const found = await keys.find({ kid, thumbprint: undefined });
    return found.ok ? (found.value?.kid ?? null) : found.refusal;
  };
  return { state, find };
}

const having =
  (...kids: readonly string[]) =>
  () =>
    JSON.stringify({ keys: kids.map(jwk) });
const gone = () => {
  throw new Error('gone');
};

describe('the keys of a Manager', () => {
  it('are read once for many tokens, also at one time', async () => {
    const { state, find } = manager(having('a', 'b'));
    expect(await Promise.all([find('a'), find('b'), find('a')])).toEqual(['a', 'b', 'a']);
    expect(await find('a')).toBe('a');
    expect(state.reads).toBe(1);
  });

  it('are read again after ten minutes, and a key that went is believed no longer', async () => {
    const { state, find } = manager(having('a'));
    await find('a');
    state.answer = having('b');
    state.time = 600_001;
    expect(await find('a')).toBeNull();
  });

  it('are read again for a key that is not there, but not all day', async () => {
    const { state, find } = manager(having('a'));
    await find('a');
    state.answer = having('a', 'new');
    expect(await find('new')).toBeNull();
    state.time = 15_000;
    expect(await find('new')).toBe('new');
    for (let again = 0; again < 100; again++) await find('made-up');
    expect(state.reads).toBe(2);
  });

  it('that cannot be read are no keys, and asked for at most every 15 s', async () => {
    const { state, find } = manager(gone);
    expect(await Promise.all([find('a'), find('a')])).toEqual(['unavailable', 'unavailable']);
    expect(await find('a')).toBe('unavailable');
    expect([state.reads, state.problems]).toEqual([1, 1]);
    state.answer = having('a');
    state.time = 15_000;
    expect(await find('a')).toBe('a');
  });

  it('that cannot be read again are believed for ten minutes and not a moment longer', async () => {
    const { state, find } = manager(having('a'));
    await find('a');
    state.answer = gone;
    state.time = 599_999;
    expect(await find('a')).toBe('a');
    state.time = 600_000;
    expect(await find('a')).toBe('unavailable');
  });

  it.each([
    ['no JSON', 'nothing'],
    ['no set', '[]'],
    ['too many', JSON.stringify({ keys: Array.from({ length: 65 }, (_, index) => jwk(`${index}`)) })],
  ])('that are %s are none', async (_, text) => {
    expect(await manager(() => text).find('1')).toBe('unavailable');
  });

  it('count one by one: a private key, or one for encryption, is passed over', async () => {
    const keys = [{ ...jwk('private'), d: 'AA' }, { ...jwk('enc'), use: 'enc' }, { kty: 'oct', kid: 'oct' }, jwk('a')];
    const { find } = manager(() => JSON.stringify({ keys }));
    expect(await Promise.all(['private', 'enc', 'oct', 'a'].map(find))).toEqual([null, null, null, 'a']);
  });
});
