import { createHash } from 'node:crypto';
import type { Digest } from '../../src/core/brand.ts';
import type { PolicySet } from '../../src/core/policy/policy-set.ts';

/** The set with another meaning of the start `plan-closed`, under a digest of its own. */
export function withPlanClosed(set: PolicySet, meaning: { readonly event: 'disclosure' | null }): PolicySet {
  const start = set.retentionStarts.get('plan-closed');
  if (start === undefined) throw new Error('the set has no such start');
  const retentionStarts = new Map([...set.retentionStarts, ['plan-closed', { ...start, ...meaning, fact: null }]]);
  return named({ ...set, retentionStarts }, `plan-closed ${meaning.event}`);
}

/** The set with another term for the conference after a detention began. */
export function withConferenceAfter(set: PolicySet, after: string): PolicySet {
  const rule = set.timers.get('trajectory-conference');
  if (rule === undefined) throw new Error('the set has no such deadline');
  const timers = new Map([...set.timers, ['trajectory-conference', { ...rule, after }]]);
  return named({ ...set, timers }, `conference ${after}`);
}

/** As a set that says the same in other bytes. */
export function named(set: PolicySet, name: string): PolicySet {
  const digest = createHash('sha256').update(`${set.digest} ${name}`).digest('hex');
  return { ...set, digest: `sha256:${digest}` as Digest };
}
