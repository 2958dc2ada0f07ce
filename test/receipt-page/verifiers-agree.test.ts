import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifyFinalReceipt } from '../../src/core/ledger/final-receipt.ts';
import { verifyReceipt } from '../../src/core/ledger/receipt.ts';
import { ReceiptWorld } from '../browser/receipt-world.ts';

const world = new ReceiptWorld();
const { log } = world;
const { trust } = world.pageData();

/** The script of the page as a browser runs it, here on the WebCrypto of Node. */
const script: {
  verifyReceipt(
    receipt: unknown,
    trust: unknown,
  ): Promise<{ ok: true; leaf: { id: string } } | { ok: false; problem: string }>;
} = await import(new URL('../../src/receipt-page/script/verify.mjs', import.meta.url).href);

async function onPage(receipt: unknown, believed = trust): Promise<string> {
  const outcome = await script.verifyReceipt(receipt, believed);
  if (outcome.ok) return `good ${outcome.leaf.id}`;
  // The page tells whoever reads it apart whether witnesses are missing or one is false.
  return outcome.problem === 'false-witness' ? 'unwitnessed' : outcome.problem;
}

/** What the gateway's own verifier says, in the words of the page. */
function atTheGateway(receipt: unknown): string {
  const version = typeof receipt === 'object' && receipt !== null && 'v' in receipt ? receipt.v : null;
  if (version !== 1 && version !== 2) return 'not-a-receipt';
  const keys = new Map([[log.signer.keyId, log.signer.check]]);
  if (version === 1) {
    const result = verifyReceipt(receipt, keys);
    return result.ok ? `good ${result.value.id}` : result.refusal;
  }
  const result = verifyFinalReceipt(receipt, {
    ...log.trust,
    logKeys: (origin) => (origin === trust.origin ? log.trust.logKeys(origin) : []),
  });
  return result.ok ? `good ${result.value.leaf.id}` : result.refusal;
}

const receipts = { early: world.early, final: world.final, permit: world.permit };

describe('the page', () => {
  test('believes a key for what it is published for and nothing else', async () => {
    expect(await onPage(world.early, { ...trust, keys: {} })).toBe('unknown-key');
    expect(await onPage(world.final, { ...trust, noteKeys: [] })).toBe('unknown-key');
    expect(await onPage(world.early, { ...trust, noteKeys: [] })).toMatch(/^good /);
    expect(await onPage(world.final, { ...trust, keys: {} })).toMatch(/^good /);
  });

  test('says that witnesses are missing of a receipt that is right in everything else, and of no other', async () => {
    const few = { ...trust, witnesses: trust.witnesses && { ...trust.witnesses, quorum: 4 } };
    expect(await onPage(world.final, few)).toBe('unwitnessed');
    const changed = { ...world.final, leaf: world.final.leaf.replace('gemeente-zwolle', 'politie-zwolle') };
    expect(await onPage(changed, few)).toBe('misplaced');
  });
});

describe('the page and the gateway agree', () => {
  test.each(Object.entries(receipts))('that a receipt is good: %s', async (_, receipt) => {
    expect(await onPage(receipt)).toBe(atTheGateway(receipt));
    expect(await onPage(receipt)).toMatch(/^good /);
  });

  test.each(Object.entries(receipts))('on what is wrong with it, whichever byte changed: %s', async (_, receipt) => {
    const bytes = Buffer.from(JSON.stringify(receipt));
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const changed = Buffer.from(bytes);
        changed.writeUInt8(changed.readUInt8(at) ^ flip, at);
        const parsed = parse(changed.toString());
        if (parsed === undefined) return;
        const told = await onPage(parsed);
        const gateway = atTheGateway(parsed);
        expect(`${told} ${gateway}`).not.toContain('good');
        // The gateway also knows the forms of bodies, and then says sooner that a leaf is none.
        if (gateway !== 'malformed') expect(told).toBe(gateway);
      }),
      { numRuns: 1_500 },
    );
  });

  test('on whatever else is given', async () => {
    const odd = fc.oneof(fc.anything(), fc.json().map(parse));
    const member = fc.constantFrom('v', 'leaf', 'openings', 'proof', 'flush', 'more');
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(world.early, world.final), member, odd, async (receipt, name, value) => {
        const changed = parse(JSON.stringify({ ...receipt, [name]: value }) ?? '');
        expect(await onPage(changed)).toBe(atTheGateway(changed));
      }),
      { numRuns: 1_000 },
    );
  });
});

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
