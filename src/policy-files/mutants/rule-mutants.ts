import type { Catalogue } from '../../core/category/catalogue.ts';
import { basisWord, consentRole } from '../../core/policy/policy-file.ts';
import { conditionMutants } from './condition-mutants.ts';
import { at, isRecord, type Json, listAt, type Maker, type Making, type Path } from './mutant.ts';
import { approvalMutants, retentionMutants, weakenedObligations } from './obligation-mutants.ts';

/** Every mistake in one rule. */
export function ruleMutants(maker: Maker, path: Path, making: Making): void {
  const { catalogue } = making;
  maker.words('field', [...path, 'fields'], catalogue.fields.keys());
  conditionMutants(maker, [...path, 'when'], catalogue);
  maker.change('consent', [...path, 'consent'], consentRole.options);
  weakenedObligations(maker, [...path, 'obligations']);
  approvalMutants(maker, [...path, 'obligations', 'approval']);
  if (at(maker.content, [...path, 'from']) !== undefined) {
    kindMutants(maker, [...path, 'from'], catalogue);
    sideMutants(maker, [...path, 'from'], making);
    obtainedMutants(maker, [...path, 'from'], catalogue);
  }
  for (const list of ['to', 'among'] as const) {
    const sides = listAt(maker.content, [...path, list]);
    for (const [index, side] of sides.entries()) {
      if (!isRecord(side)) continue;
      const place = [...path, list, index];
      maker.put('kind-drop', place, undefined, `drop ${JSON.stringify(side.kind)} from "${list}"`);
      sideMutants(maker, place, making);
      retentionMutants(maker, [...place, 'retain'], making.starts);
      if (list === 'among') obtainedMutants(maker, place, catalogue);
    }
    addedKinds(maker, [...path, list], sides, catalogue);
  }
}

/** Regime and basis: what a side itself rests on. */
function sideMutants(maker: Maker, path: Path, { catalogue }: Making): void {
  const regimes = new Set([...catalogue.partnerKinds.values()].map(({ regime }) => regime));
  maker.change('regime', [...path, 'regime'], regimes);
  const basis = [...path, 'basis'];
  if (listAt(maker.content, basis).length > 0) maker.words('basis', basis, basisWord.options);
  else maker.change('basis', basis, basisWord.options);
}

/** Another kind stands there, under its own regime. */
function kindMutants(maker: Maker, path: Path, catalogue: Catalogue): void {
  const side = at(maker.content, path);
  if (!isRecord(side)) return;
  for (const { id, regime } of catalogue.partnerKinds.values()) {
    if (id !== side.kind)
      maker.put('kind', path, { ...side, kind: id, regime }, `${JSON.stringify(side.kind)} becomes "${id}"`);
  }
}

/** One more kind gets it, as the first does, under its own regime. */
function addedKinds(maker: Maker, path: Path, sides: readonly Json[], catalogue: Catalogue): void {
  const [first] = sides;
  if (!isRecord(first)) return;
  const named = sides.map((side) => (isRecord(side) ? side.kind : null));
  for (const { id, regime } of catalogue.partnerKinds.values()) {
    if (!named.includes(id)) maker.put('kind-add', path, [...sides, { ...first, kind: id, regime }], `add "${id}"`);
  }
}

/** The source may hold what it gives under one purpose more. */
function obtainedMutants(maker: Maker, path: Path, catalogue: Catalogue): void {
  const obtained = [...path, 'obtained'];
  if (listAt(maker.content, obtained).length > 0) {
    maker.words('obtained', obtained, catalogue.purposes.keys());
    maker.put('obtained-drop', obtained, undefined, 'own registration');
    return;
  }
  for (const purpose of catalogue.purposes.keys()) maker.put('obtained-add', obtained, [purpose], `add "${purpose}"`);
}
