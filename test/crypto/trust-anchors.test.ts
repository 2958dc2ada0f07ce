import { expect, test } from 'vitest';
import { certify } from '../world/pki/certify.ts';
import { keysOf } from '../world/pki/keys.ts';
import { caPlan, rootName, scene, trustIn } from '../world/pki/scene.ts';

const root = caPlan(rootName, keysOf('p256:root'), null);
const next = { keys: keysOf('p256:root-next'), serial: '4321' };
const usual = scene();

function loaded(more: Buffer): { readonly anchor: boolean; readonly intermediate: boolean } {
  const { anchors, intermediates } = trustIn({ ...usual, cas: [...usual.cas, more] });
  return {
    anchor: anchors.some(({ der }) => der.equals(more)),
    intermediate: intermediates.some(({ der }) => der.equals(more)),
  };
}

test('a CA of its own name that its other key signed is no anchor', () => {
  const rolledOver = certify(caPlan(rootName, next.keys, root, { serial: next.serial }));
  expect(loaded(rolledOver)).toEqual({ anchor: false, intermediate: true });
});

test('the same CA, signed by its own key, is one', () => {
  const itself = certify(caPlan(rootName, next.keys, null, { serial: next.serial }));
  expect(loaded(itself)).toEqual({ anchor: true, intermediate: false });
});
