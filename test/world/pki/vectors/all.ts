import type { Scene } from '../scene.ts';
import { algorithmVectors, goodAlgorithms } from './algorithms.ts';
import { formVectors } from './form.ts';
import { goodNames, nameVectors } from './names.ts';
import { oinVectors } from './oin.ts';
import { goodScenes, pathVectors } from './path.ts';
import { goodLists, revocationVectors } from './revocation.ts';
import type { Vector } from './vector.ts';

/** Every certificate that was made to be refused. */
export const vectors: readonly Vector[] = [
  ...formVectors,
  ...oinVectors,
  ...pathVectors,
  ...nameVectors,
  ...algorithmVectors,
  ...revocationVectors,
];

/** And their good neighbours: without these, refusing everything would pass. */
export const goodNeighbours: readonly { readonly name: string; readonly make: () => Scene }[] = [
  ...goodScenes,
  ...goodNames,
  ...goodAlgorithms,
  ...goodLists,
];
