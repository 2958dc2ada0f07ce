import { z } from 'zod';
import type { PurposeId } from '../brand.ts';
import { citation, type label, status } from '../category/catalogue-files.ts';
import type { Problems } from '../category/file-problem.ts';
import { compilePolicy, type PolicyScope } from './compile-policy.ts';
import type { Obligations } from './decision.ts';
import { retain } from './obligation-form.ts';
import { retainOf } from './obligations-of.ts';
import type { Policy } from './policy.ts';
import { policyFile } from './policy-file.ts';
import type { PolicySet } from './policy-set.ts';

/** Access for life or limb of somebody who cannot be asked: what a set allows, and how soon it must be answered for. */
export interface BreakGlass {
  readonly terms: BreakGlassTerms;
  /** Beside the policies of its set, so that nothing but a break-glass is ever decided by it. */
  readonly policy: Policy;
  /** Its set with this policy alone, and every prohibition: what such a question is decided under. */
  readonly rules: PolicySet;
}

export interface BreakGlassTerms {
  /** In which a second person must stand behind it, milliseconds. */
  readonly secondWithinMs: number;
  /** After which it is over, milliseconds. */
  readonly expiresMs: number;
  /** In which somebody independent looks at it. */
  readonly reviewWorkingDays: number;
  /** How long what was given may be kept once it was revoked. */
  readonly ifRevoked: Obligations['retain'];
}

const term = z.string().regex(/^PT[1-9][0-9]{0,4}[HMS]$/, 'must be a number of hours, minutes or seconds: PT1H');

/** The form of `catalogue/break-glass.yaml`. Its rules are those of a policy. */
const breakGlassFile = z.strictObject({
  purpose: policyFile.shape.purpose,
  'second-within': term,
  expires: term,
  'review-within': z.int().min(1).max(10),
  'if-revoked': retain,
  status: status.optional(),
  law: z.array(citation).min(1),
  open: policyFile.shape.open,
  rules: policyFile.shape.rules,
});

type BreakGlassFile = z.infer<typeof breakGlassFile>;

/** `rules` is made by the set that it belongs to. */
export type CompiledBreakGlass = Omit<BreakGlass, 'rules'>;

/** Reads `catalogue/break-glass.yaml`, with the proof that no rule of it permits what is prohibited. */
export function compileBreakGlass(content: unknown, scope: PolicyScope, notes: Problems): CompiledBreakGlass | null {
  const form = notes.parse<BreakGlassFile>(breakGlassFile, content);
  if (form === null) return null;
  const { purpose, law, open, rules } = form;
  const title = scope.catalogue.purposes.get(purpose as PurposeId)?.label ?? unnamed;
  const policy = compilePolicy(
    { purpose, version: 1, title, trigger: 'pull', law, ...(open === undefined ? {} : { open }), rules },
    { ...scope, asks: 'source' },
    notes,
  );
  for (const [index, { consent, obligations }] of rules.entries()) {
    const at = ['rules', index];
    if (consent !== 'irrelevant') notes.add([...at, 'consent'], 'must be irrelevant: who can be asked is asked');
    if (obligations.approval !== 'none') notes.add([...at, 'obligations', 'approval'], 'must be none: nobody waits');
  }
  const [secondWithinMs, expiresMs] = [msOf(form['second-within']), msOf(form.expires)];
  if (secondWithinMs >= expiresMs) notes.add(['second-within'], `must be shorter than ${form.expires}`);
  const { until } = form['if-revoked'];
  notes.known(['if-revoked', 'until'], 'start of retention', until, scope.retentionStarts);
  if (policy === null) return null;
  const terms = {
    secondWithinMs,
    expiresMs,
    reviewWorkingDays: form['review-within'],
    ifRevoked: retainOf(form['if-revoked']),
  };
  return { terms, policy };
}

/** Of a purpose that the catalogue does not know, which is noted. */
const unnamed: z.infer<typeof label> = { nl: '-', en: '-' };

const unitMs: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1_000 };

function msOf(period: string): number {
  return Number(period.slice(2, -1)) * (unitMs[period.slice(-1)] ?? 0);
}
