import { describe, expect, it } from 'vitest';
import { partnerApp } from '../../src/api/partner-app.ts';
import type { EntryBundles, PartnerDeps, TreeReader } from '../../src/api/ports.ts';
import { publicApp } from '../../src/api/public-app.ts';
import type { TilePart } from '../../src/core/ledger/tile.ts';
import { fakeDeps, fakePublicDeps } from './world/fake-deps.ts';
import { type Answer, listen, send } from './world/listener.ts';
import { recipient, source } from './world/partners.ts';

async function get(given: Partial<Omit<PartnerDeps, 'operations'>>, path: string, method = 'GET'): Promise<Answer> {
  const listener = await listen(partnerApp(fakeDeps(given)));
  try {
    return await send(`${listener.url}${path}`, { method, headers: { 'x-test-unit': source } });
  } finally {
    await listener.close();
  }
}

async function getPublic(tree: TreeReader, path: string): Promise<Answer> {
  const listener = await listen(publicApp(fakePublicDeps({ tree })));
  try {
    return await send(`${listener.url}${path}`, {});
  } finally {
    await listener.close();
  }
}

const bytes = Buffer.from('00ff80fe0a0d'.repeat(8), 'hex').subarray(0, 32);

function treeThatTells(asked: TilePart[]): TreeReader {
  return {
    tile: async (part) => {
      asked.push(part);
      return part.index === 9 ? null : bytes;
    },
    consistency: async (_, newer) => (newer > 9 ? null : [bytes]),
  };
}

describe('GET /ledger/tile', () => {
  it.each([
    ['0/000', { level: 0, index: 0, width: 256 }],
    ['1/x001/x234/067.p/12', { level: 1, index: 1_234_067, width: 12 }],
  ])('gives the bytes of tile %s on either listener, to be kept for ever', async (path, part) => {
    const asked: TilePart[] = [];
    const answers = [
      await get({ tree: treeThatTells(asked) }, `/ledger/tile/${path}`),
      await getPublic(treeThatTells(asked), `/ledger/tile/${path}`),
    ];
    expect(asked).toEqual([part, part]);
    for (const answer of answers) {
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/octet-stream']);
      expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(answer.bytes).toEqual(bytes);
    }
  });

  it.each(['0/009', '0/0', '0/000.p/256', '00/000', '-1/000', '64/000', 'x/000', '0/x000/000', '0', '0/', '0/000/'])(
    'there is nothing at %s',
    async (path) => {
      const answer = await get({ tree: treeThatTells([]) }, `/ledger/tile/${path}`);
      expect(answer.status).toBe(404);
      expect(answer.headers.get('cache-control')).toBe('no-store');
    },
  );

  it('is only read', async () => {
    const answer = await get({ tree: treeThatTells([]) }, '/ledger/tile/0/000', 'DELETE');
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });
});

describe('GET /ledger/consistency', () => {
  const ask = (query: string) => getPublic(treeThatTells([]), `/ledger/consistency?${query}`);

  it('gives the hashes between two sizes', async () => {
    const answer = await ask('older=3&newer=9');
    expect([answer.status, answer.json]).toEqual([200, { older: 3, newer: 9, path: [bytes.toString('base64url')] }]);
  });

  it('knows no size beyond the last checkpoint', async () => {
    expect((await ask('older=3&newer=10')).status).toBe(404);
  });

  it.each([
    '',
    'older=3',
    'older=0&newer=3',
    'older=4&newer=3',
    'older=1.5&newer=3',
    'older=1&newer=2&more=3',
    'older=1&older=2&newer=3',
  ])('takes no other question: %s', async (query) => {
    expect((await ask(query)).status).toBe(400);
  });
});

describe('GET /ledger/tile/entries', () => {
  const bundles: EntryBundles = { read: async (unit, { index }) => (unit.id === source && index === 0 ? bytes : null) };

  it('gives an auditor the bytes, kept by nobody', async () => {
    const answer = await get({ bundles }, '/ledger/tile/entries/000.p/1');
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(answer.bytes).toEqual(bytes);
  });

  it('is nothing to anybody else, nor on the public listener', async () => {
    const strip = (answer: Answer) => [answer.status, answer.text.replace(/"trace":"\w+"/, '')];
    const nothing = strip(await get({ bundles }, '/ledger/tile/entries/001'));
    expect(nothing[0]).toBe(404);
    const other: EntryBundles = { read: async (unit) => (unit.id === recipient ? bytes : null) };
    expect(strip(await get({ bundles: other }, '/ledger/tile/entries/000'))).toEqual(nothing);
    expect((await getPublic(treeThatTells([]), '/ledger/tile/entries/000')).status).toBe(404);
  });

  it('is not given when reading it cannot be put on record', async () => {
    const failing: EntryBundles = { read: () => Promise.reject(new Error('no')) };
    const answer = await get({ bundles: failing }, '/ledger/tile/entries/000');
    expect([answer.status, answer.text.includes('no')]).toEqual([500, expect.anything()]);
  });
});
