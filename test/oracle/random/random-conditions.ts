import type { PolicyContent, RawAttributes, RawCondition, RawHolds, SideName } from '../policy-content.ts';
import { chance, type Draw, pick, some } from './draw.ts';

/** Durations in ascending order, so that of two of them the first opens a window before the second closes it. */
const edges = ['-P1Y', '-P3M', '-P1M', '-P2W', '-P1D', 'P1D', 'P10D', 'P1M', 'P3M', 'P1Y'];
const spans = ['P1D', 'P2W', 'P1M', 'P3M', 'P1Y'];
const withoutUnit = ['detention', 'care-need', 'supervision', 'pending-decision', 'risk-established'];
const aboutUnit = ['processed-by', 'involvement'];
const sides: readonly SideName[] = ['source', 'recipient'];
export const userRoles = ['director', 'physician', 'caseManager'];
export const involvedRoles = [
  'residence-municipality',
  'return-municipality',
  'detaining-prison',
  'treating-care-provider',
];
export const memberRoles = ['conference-member', 'case-member'];

/** One condition of any kind; `depth` levels of `any` and `all` may still stand in it. */
export function randomCondition(draw: Draw, content: PolicyContent, depth: number): RawCondition {
  if (depth > 0 && chance(draw, 30)) {
    const inner = Array.from({ length: 2 + draw.upTo(1) }, () => randomCondition(draw, content, depth - 1));
    return chance(draw, 50) ? { any: inner } : { all: inner };
  }
  const plain = simpleCondition(draw, content);
  return chance(draw, 10) ? { ...plain, status: 'design-default' } : plain;
}

function simpleCondition(draw: Draw, content: PolicyContent): RawCondition {
  const kind = draw.upTo(7);
  if (kind === 0) return { holds: pick(draw, withoutUnit) };
  if (kind === 1) return { involved: { who: pick(draw, sides), as: some(draw, involvedRoles, 1, 3) } };
  if (kind === 2) return { phase: some(draw, wordsOf(content, 'phase', 'phase'), 1, 2) };
  if (kind === 3) return { member: { of: pick(draw, memberRoles) } };
  if (kind === 4) return { user: { role: some(draw, userRoles, 1, 2) } };
  if (kind === 5) return randomWindow(draw, content);
  if (kind === 6) return { lasted: { ...someFacts(draw, content), atLeast: pick(draw, spans) } };
  return { holds: someFacts(draw, content) };
}

/** Facts of one type, sometimes narrowed to words, and about one side where the type is about a unit. */
function someFacts(draw: Draw, content: PolicyContent): RawHolds {
  const type = pick(draw, pick(draw, [withoutUnit, aboutUnit]));
  const about = content.facts[type]?.unit === 'required' ? { about: pick(draw, sides) } : {};
  return { type, ...narrowed(draw, content, type), ...about };
}

function randomWindow(draw: Draw, content: PolicyContent): RawCondition {
  const [opens, closes] = some(draw, edges, 2, 2);
  if (opens === undefined || closes === undefined) throw new Error('a window needs two edges');
  const bounds = pick(draw, [{ opens, closes }, { opens }, { closes }]);
  return { window: { ...someFacts(draw, content), edge: pick(draw, ['start', 'end'] as const), ...bounds } };
}

/** Sometimes the words that an attribute must have. */
function narrowed(draw: Draw, content: PolicyContent, type: string): { is?: RawAttributes } {
  const attributes = Object.keys(content.facts[type]?.attributes ?? {});
  if (attributes.length === 0 || chance(draw, 40)) return {};
  return { is: Object.fromEntries(attributes.map((name) => [name, some(draw, wordsOf(content, type, name), 1, 2)])) };
}

export function wordsOf(content: PolicyContent, type: string, attribute: string): string[] {
  return Object.keys(content.facts[type]?.attributes?.[attribute] ?? {});
}
