import type { Catalogue } from '../../core/category/catalogue.ts';
import { phaseType, phaseWord } from '../../core/policy/condition/phase.ts';
import { involvementRole, involvementType } from '../../core/policy/condition.ts';
import { at, isRecord, type Json, listAt, type Maker, type Path, textAt } from './mutant.ts';

/** Every mistake in a list of conditions at a path, and in the conditions within them. */
export function conditionMutants(maker: Maker, path: Path, catalogue: Catalogue): void {
  for (const [index, condition] of listAt(maker.content, path).entries()) {
    maker.put('condition-drop', [...path, index], undefined, `drop condition ${brief(condition)}`);
    withinCondition(maker, [...path, index], catalogue);
  }
}

function withinCondition(maker: Maker, path: Path, catalogue: Catalogue): void {
  const condition = at(maker.content, path);
  if (!isRecord(condition)) return;
  if (isRecord(condition.involved)) {
    maker.words('role', [...path, 'involved', 'as'], wordsOf(catalogue, involvementType, involvementRole));
    maker.change('side', [...path, 'involved', 'who'], ['source', 'recipient']);
  }
  if (condition.holds !== undefined) holdsMutants(maker, [...path, 'holds'], catalogue);
  if (condition.phase !== undefined) maker.words('word', [...path, 'phase'], wordsOf(catalogue, phaseType, phaseWord));
  if (isRecord(condition.member)) {
    maker.change('role', [...path, 'member', 'of'], wordsOf(catalogue, involvementType, involvementRole));
  }
  if (isRecord(condition.window)) windowMutants(maker, [...path, 'window'], catalogue);
  if (isRecord(condition.lasted)) {
    isMutants(maker, [...path, 'lasted'], catalogue);
    maker.period('window', [...path, 'lasted', 'atLeast']);
  }
  if (isRecord(condition.user)) maker.words('user', [...path, 'user', 'role'], userRoles(catalogue));
  for (const combined of ['any', 'all'] as const) {
    if (condition[combined] !== undefined) memberMutants(maker, path, combined, catalogue);
  }
}

/** Members are dropped; where one is left, it stands alone. `any` becomes `all` and the other way round. */
function memberMutants(maker: Maker, path: Path, combined: 'any' | 'all', catalogue: Catalogue): void {
  const members = listAt(maker.content, [...path, combined]);
  for (const [index, member] of members.entries()) {
    const text = `drop ${brief(member)} of ${combined}`;
    const [only] = members.toSpliced(index, 1);
    if (members.length === 2 && only !== undefined) maker.put('condition-drop', path, only, text);
    else maker.put('condition-drop', [...path, combined, index], undefined, text);
    withinCondition(maker, [...path, combined, index], catalogue);
  }
  const other = combined === 'any' ? 'all' : 'any';
  maker.put('combine', path, { [other]: members }, `"${combined}" becomes "${other}"`);
}

function holdsMutants(maker: Maker, path: Path, catalogue: Catalogue): void {
  if (textAt(maker.content, path) !== null) return;
  isMutants(maker, path, catalogue);
  if (at(maker.content, [...path, 'about']) !== undefined)
    maker.change('side', [...path, 'about'], ['source', 'recipient']);
}

function isMutants(maker: Maker, path: Path, catalogue: Catalogue): void {
  const is = at(maker.content, [...path, 'is']);
  const type = textAt(maker.content, [...path, 'type']) ?? '';
  if (!isRecord(is)) return;
  for (const attribute of Object.keys(is)) {
    maker.words('word', [...path, 'is', attribute], wordsOf(catalogue, type, attribute));
    maker.put('word-drop', [...path, 'is', attribute], undefined, `drop attribute "${attribute}"`);
  }
}

function windowMutants(maker: Maker, path: Path, catalogue: Catalogue): void {
  isMutants(maker, path, catalogue);
  maker.change('edge', [...path, 'edge'], ['start', 'end']);
  for (const bound of ['opens', 'closes'] as const) {
    if (at(maker.content, [...path, bound]) === undefined) continue;
    maker.period('window', [...path, bound]);
    maker.put('window', [...path, bound], undefined, `drop "${bound}"`);
  }
}

function wordsOf(catalogue: Catalogue, type: string, attribute: string): Iterable<string> {
  return catalogue.factTypes.get(type)?.words.get(attribute)?.keys() ?? [];
}

function userRoles(catalogue: Catalogue): Iterable<string> {
  return new Set([...catalogue.partnerKinds.values()].flatMap(({ roles }) => [...roles.keys()]));
}

function brief(value: Json): string {
  const text = JSON.stringify(value).replaceAll('"', '');
  return text.length > 90 ? `${text.slice(0, 87)}…` : text;
}
