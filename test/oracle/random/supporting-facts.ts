import { moved, readInstant } from '../calendar.ts';
import type { PolicyContent, RawAttributes, RawCondition, RawHolds, RawWindow, SideName } from '../policy-content.ts';
import type { RecordedFact } from '../question.ts';
import { chance, type Draw, pick } from './draw.ts';
import { wordsOf } from './random-conditions.ts';

export const units = ['unit-1', 'unit-2', 'unit-3'];

export interface Scene {
  readonly content: PolicyContent;
  readonly now: string;
  readonly source: string;
  readonly recipient: string;
}

/** Facts that make a condition true, or nearly: periods begin and end at, just before and just after its edges. */
export function supportingFacts(draw: Draw, condition: RawCondition, scene: Scene): RecordedFact[] {
  const about = (side: SideName) => scene[side];
  if ('involved' in condition) {
    const { who, as } = condition.involved;
    return [aFact(draw, scene, 'involvement', { role: [pick(draw, as)] }, about(who))];
  }
  if ('holds' in condition) {
    const holds = typeof condition.holds === 'string' ? { type: condition.holds } : condition.holds;
    return [aFact(draw, scene, holds.type, holds.is, unitOf(holds, scene))];
  }
  if ('phase' in condition) return [aFact(draw, scene, 'phase', { phase: condition.phase }, null)];
  if ('member' in condition) {
    const reference = pick(draw, ['case-1', 'case-2']);
    const role = { role: [condition.member.of] };
    return (['source', 'recipient'] as const).map((side) => ({
      ...aFact(draw, scene, 'involvement', role, about(side)),
      reference,
    }));
  }
  if ('window' in condition) return [factAtWindow(draw, condition.window, scene)];
  if ('lasted' in condition) {
    const { type, is, atLeast } = condition.lasted;
    const from = near(draw, at(scene.now, `-${atLeast}`));
    return [{ ...aFact(draw, scene, type, is, unitOf(condition.lasted, scene)), from }];
  }
  if ('user' in condition) return [];
  if ('any' in condition) {
    const chosen = chance(draw, 70) ? [pick(draw, condition.any)] : condition.any;
    return chosen.flatMap((inner) => supportingFacts(draw, inner, scene));
  }
  return condition.all.flatMap((inner) => supportingFacts(draw, inner, scene));
}

/** The unit of the side that a condition is about. */
function unitOf({ about }: RawHolds, scene: Scene): string | null {
  return about === undefined ? null : scene[about];
}

function factAtWindow(draw: Draw, window: RawWindow, scene: Scene): RecordedFact {
  const bounds = [window.opens, window.closes].filter((bound) => bound !== undefined);
  const bound = pick(draw, bounds);
  const opposite = bound.startsWith('-') ? bound.slice(1) : `-${bound}`;
  const edge = near(draw, at(scene.now, opposite));
  const fact = aFact(draw, scene, window.type, window.is, unitOf(window, scene));
  if (window.edge === 'start') return { ...fact, from: edge, until: chance(draw, 50) ? null : at(edge, 'P1M') };
  return { ...fact, from: at(edge, '-P1Y'), until: chance(draw, 10) ? null : edge };
}

/** A fact that stands, with a word for every attribute of its type. */
export function aFact(
  draw: Draw,
  { content, now }: Scene,
  type: string,
  is: RawAttributes | undefined,
  unit: string | null,
): RecordedFact {
  const attributes: Record<string, string> = {};
  for (const name of Object.keys(content.facts[type]?.attributes ?? {}))
    attributes[name] = pick(draw, is?.[name] ?? wordsOf(content, type, name));
  const from = chance(draw, 80) ? at(now, pick(draw, ['-P1D', '-P1M', '-P3M', '-P1Y', '-P2Y'])) : near(draw, now);
  const until = chance(draw, 60) ? null : at(now, pick(draw, ['P1D', 'P1M', 'P1Y']));
  return { type, from, until, state: 'attested', unit, attributes, reference: null };
}

export function at(moment: string, duration: string): string {
  const start = readInstant(moment);
  if (start === null) throw new Error(`${moment} is no moment to count from`);
  return new Date(moved(start, duration)).toISOString();
}

/** The moment itself, or the millisecond before or after. */
export function near(draw: Draw, moment: string): string {
  const start = readInstant(moment);
  if (start === null) throw new Error(`${moment} is no moment to be near`);
  return new Date(start + draw.upTo(2) - 1).toISOString();
}
