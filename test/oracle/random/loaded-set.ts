import type { AssembledSet } from '../../../src/core/policy/assemble.ts';
import { assembleContent } from '../as-engine.ts';
import type { PolicyContent } from '../policy-content.ts';
import { type PolicyFolder, readPolicyFolder } from '../read-policy-folder.ts';
import type { Draw } from './draw.ts';
import { userRoles } from './random-conditions.ts';
import { randomPolicies } from './random-policies.ts';
import { widenedFolder } from './widened-folder.ts';

export type EngineSet = Extract<AssembledSet, { readonly ok: true }>['set'];

export interface LoadedSet {
  readonly content: PolicyContent;
  readonly set: EngineSet;
}

/** The shipped catalogue as random sets are drawn over it. */
export const randomFolder: PolicyFolder = widenedFolder(readPolicyFolder(), userRoles);

/**
 * A random set that the engine loads, with those of its prohibitions that it proves to be kept; null where the
 * rules by themselves do not load.
 */
export function randomLoadedSet(draw: Draw): LoadedSet | null {
  const drawn = randomPolicies(draw, randomFolder);
  let content: PolicyContent = { ...drawn, prohibitions: [] };
  let assembled = assembleContent(randomFolder, content);
  if (!assembled.ok) return null;
  for (const prohibition of drawn.prohibitions) {
    const stricter = { ...content, prohibitions: [...content.prohibitions, prohibition] };
    const next = assembleContent(randomFolder, stricter);
    if (!next.ok) continue;
    content = stricter;
    assembled = next;
  }
  return { content, set: assembled.set };
}
