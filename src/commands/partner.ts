import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { ConfigError } from '../config.ts';
import type { UnitId } from '../core/brand.ts';
import { partnersFile } from '../core/partner/partners-file.ts';
import { applyPartners, resumeUnit, suspendUnit } from '../store/partners.ts';
import { withDatabase } from './with-database.ts';

/** `sluis partner apply FILE`: registers the organisations and units of a partners file (YAML or JSON). */
export async function partnerApply(file: string): Promise<void> {
  const parsed = partnersFile.safeParse(parse(readFileSync(file, 'utf8'), { maxAliasCount: 0 }));
  if (!parsed.success) {
    throw new ConfigError(parsed.error.issues.map((issue) => `${file}: ${issue.path.join('.')} ${issue.message}`));
  }
  const version = await withDatabase('owner', (pool) => applyPartners(pool, parsed.data));
  process.stdout.write(`partners are at version ${version}\n`);
}

/** `sluis partner suspend|resume UNIT`: exit code 1 when there was nothing to change. */
export async function partnerState(unit: string, state: 'suspend' | 'resume'): Promise<void> {
  const change = state === 'suspend' ? suspendUnit : resumeUnit;
  const changed = await withDatabase('owner', (pool) => change(pool, unit as UnitId));
  process.stdout.write(changed ? `${unit}: ${state} done\n` : `${unit}: nothing to ${state}\n`);
  if (!changed) process.exitCode = 1;
}
