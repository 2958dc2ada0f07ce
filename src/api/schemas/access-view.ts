import { z } from 'zod';
import { type AccessOutcome, deniedUndecided, isPermitted } from '../../core/authzen/evaluate.ts';
import type { Obligations } from '../../core/policy/decision.ts';
import { classOf } from '../../core/policy/refusal-class.ts';
import type { Language } from '../language.ts';
import { refusalClass, requestView, viewLaw, viewRefused } from './request-view.ts';
import { named, uriReference } from './schema-names.ts';
import { instantOut } from './words.ts';

const decided = requestView.shape.decision.shape;
const reason = z.union([refusalClass, z.enum(deniedUndecided)]);

/** What a partner may know of the decision, as of a request. `reason` and `page` stand in a denial alone. */
export const accessDecision = named(
  'AccessDecision',
  'AuthZEN decision. `decision` is true only where every field that was asked is permitted now. Nothing was disclosed ' +
    'by it, and a request is decided again. `entry` is where it stands in the ledger.',
  z.object({
    decision: z.boolean(),
    context: z.object({
      reason: reason.optional(),
      page: uriReference.optional(),
      member: z.string().optional(),
      entry: z.uuid().optional(),
      policySet: z.string().optional(),
      policyVersion: z.int().nullable().optional(),
      law: decided.law.optional(),
      permitted: decided.permitted.optional(),
      refused: decided.refused.optional(),
      obligations: decided.obligations.optional(),
      decidedAt: instantOut.optional(),
    }),
  }),
);

export type AccessDecisionView = z.output<typeof accessDecision>;

/** A denial that says nothing but its reason was never decided: the question had to be refused before. */
export function viewAccess(outcome: AccessOutcome, language: Language): AccessDecisionView {
  if (outcome.kind === 'denied') {
    const { reason: why, member } = outcome;
    return { decision: false, context: { ...reasonFor(why), ...(member === null ? {} : { member }) } };
  }
  const { decision, entry } = outcome;
  const permitted = isPermitted(outcome);
  const refusedFor = permitted ? null : classOf(decision.refused.flatMap(({ reasons }) => reasons));
  return {
    decision: permitted,
    context: {
      ...(refusedFor === null ? {} : reasonFor(refusedFor)),
      entry,
      policySet: decision.policySet,
      policyVersion: decision.policyVersion,
      law: viewLaw(decision.law),
      permitted: decision.outcome === 'permit' ? [...decision.permitted] : [],
      refused: viewRefused(decision.refused, language),
      obligations: decision.outcome === 'permit' ? viewObligations(decision.obligations) : null,
      decidedAt: decision.decidedAt,
    },
  };
}

function reasonFor(why: z.output<typeof reason>) {
  return { reason: why, page: `/problems/${why}` };
}

function viewObligations(obligations: Obligations) {
  return { ...obligations, retain: { ...obligations.retain }, approvers: [...obligations.approvers] };
}
