import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import type { PolicyContent } from './policy-content.ts';

/** What engines want to load beside what the oracle reads: the same YAML, unread. */
export interface PolicyFolder {
  readonly content: PolicyContent;
  readonly grounds: Readonly<Record<'criminal' | 'health' | 'secrecy', Readonly<Record<string, RawGround>>>>;
  readonly retention: { readonly starts: Readonly<Record<string, unknown>> };
}

interface RawGround {
  readonly consent?: boolean;
  readonly waiver?: boolean;
}

/** The policies that the product ships, as plain objects. What their form is worth, the engine's own loader tells. */
export function readPolicyFolder(): PolicyFolder {
  const folder = resolve(import.meta.dirname, '../../policies');
  const read = (path: string) => parse(readFileSync(join(folder, path), 'utf8'));
  const policies = readdirSync(folder)
    .filter((name) => name.endsWith('.policy.yaml'))
    .sort();
  return {
    content: {
      policies: policies.map(read),
      prohibitions: read('catalogue/prohibitions.yaml'),
      facts: read('catalogue/facts.yaml'),
      purposes: read('catalogue/purposes.yaml'),
      kinds: read('catalogue/partner-kinds.yaml'),
      categories: read('catalogue/categories.yaml'),
    },
    grounds: read('catalogue/grounds.yaml'),
    retention: read('catalogue/retention.yaml'),
  };
}
