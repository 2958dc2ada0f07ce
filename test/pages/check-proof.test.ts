import { beforeAll, describe, expect, test } from 'vitest';
import type { EntryId } from '../../src/core/brand.ts';
import type { Receipt } from '../../src/core/ledger/entry.ts';
import { checkProof } from '../../src/pages/officer/check-proof.ts';
import type { InclusionProof } from '../../src/pages/ports.ts';
import { PagesLedger } from './pages-ledger.ts';
import { pagesWorld, playStory } from './pages-world.ts';

const pages = pagesWorld();
let id: EntryId;
let receipt: Receipt;
let inclusion: InclusionProof;

beforeAll(async () => {
  await playStory(pages);
  const draft = pages.world.entries[4];
  if (draft === undefined) throw new Error('no entry');
  id = draft.id;
  const [found, proof] = [await pages.deps.journal.receipt(id), await pages.ledger.inclusion(id)];
  if (found === null || proof === null) throw new Error('no proof');
  receipt = found;
  inclusion = proof;
});

async function verdict(changed: { receipt?: Receipt | null; inclusion?: InclusionProof | null; id?: EntryId }) {
  const trusted = { keys: await pages.ledger.keys(), log: pages.ledger.log };
  const report = checkProof(
    { id: changed.id ?? id },
    changed.receipt ?? receipt,
    changed.inclusion ?? inclusion,
    trusted,
  );
  return { ...Object.fromEntries(report.checks.map(({ name, state }) => [name, state])), verdict: report.verdict };
}

test('an untouched entry is proved by five checks', async () => {
  expect(await verdict({})).toEqual({
    leaf: 'passed',
    receipt: 'passed',
    openings: 'passed',
    checkpoint: 'passed',
    inclusion: 'passed',
    verdict: 'proved',
  });
});

describe('fails', () => {
  test('for another entry than the receipt is of', async () => {
    expect(await verdict({ id: '019aa000-0000-7000-8000-000000000000' as EntryId })).toMatchObject({
      leaf: 'failed',
      receipt: 'passed',
      verdict: 'failed',
    });
  });

  test('for a leaf of which one byte changed', async () => {
    const leaf = receipt.leaf.replace('"v":1', '"v":2');
    expect(await verdict({ receipt: { ...receipt, leaf } })).toMatchObject({ receipt: 'failed', inclusion: 'failed' });
  });

  test('for an opening that says something else, and only there', async () => {
    const openings = receipt.openings.map((opening) => ({ ...opening, value: `${opening.value}.` }));
    expect(openings.length).toBeGreaterThan(0);
    expect(await verdict({ receipt: { ...receipt, openings } })).toMatchObject({
      receipt: 'passed',
      openings: 'failed',
      verdict: 'failed',
    });
  });

  test('for another place in the tree, a shortened path, and a checkpoint of another log', async () => {
    expect(await verdict({ inclusion: { ...inclusion, index: inclusion.index + 1 } })).toMatchObject({
      inclusion: 'failed',
    });
    expect(await verdict({ inclusion: { ...inclusion, path: inclusion.path.slice(1) } })).toMatchObject({
      inclusion: 'failed',
    });
    const other = new PagesLedger();
    const [draft] = pages.world.entries;
    if (draft === undefined) throw new Error('no entry');
    other.receipt(draft);
    const theirs = await other.inclusion(draft.id);
    if (theirs === null) throw new Error('no proof');
    expect(await verdict({ inclusion: { ...inclusion, checkpoint: theirs.checkpoint } })).toMatchObject({
      checkpoint: 'failed',
      inclusion: 'failed',
      verdict: 'failed',
    });
  });

  test('without a receipt, whatever else is there', async () => {
    const trusted = { keys: await pages.ledger.keys(), log: pages.ledger.log };
    expect(checkProof({ id }, null, inclusion, trusted).verdict).toBe('failed');
  });

  test('when no key is trusted', async () => {
    expect(checkProof({ id }, receipt, inclusion, { keys: new Map(), log: pages.ledger.log }).verdict).toBe('failed');
  });
});

test('an entry without an inclusion proof is pending, never proved', async () => {
  const trusted = { keys: await pages.ledger.keys(), log: pages.ledger.log };
  expect(checkProof({ id }, receipt, null, trusted).verdict).toBe('pending');
});
