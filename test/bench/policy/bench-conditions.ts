import type { RawCondition } from '../../oracle/policy-content.ts';
import { type Draw, pick, some } from '../../oracle/random/draw.ts';

/** Roles of `involvement` that one unit at a time has; a rule toward a municipality must ask for one of these. */
const exclusiveRoles = ['residence-municipality', 'return-municipality'];
const plainRoles = ['supervising-probation', 'treating-care-provider', 'responsible-police', 'housing-applicant'];
const sourceRoles = ['detaining-prison', 'responsible-prison-service', 'treating-care-provider'];
const memberRoles = ['conference-member', 'case-member'];
const standing = ['care-need', 'support-due', 'debt-counselling-wanted', 'placement', 'youth-care', 'complex-case'];
const decisions = ['leave', 'penitentiary-programme', 'conditional-release'];
const longTerm = ['detention', 'supervision', 'placement', 'youth-measure'];
export const benchUserRoles = ['director', 'physician', 'caseManager', 'debtCounsellor', 'probationOfficer'];

type Maker = (draw: Draw) => RawCondition;

/** The conditions by which a rule asks that its recipient is involved. */
const involvements = {
  'involved recipient': (draw) => ({ involved: { who: 'recipient', as: some(draw, plainRoles, 1, 2) } }),
  'involved recipient, exclusive role': (draw) => ({
    involved: { who: 'recipient', as: some(draw, exclusiveRoles, 1, 2) },
  }),
  member: (draw) => ({ member: { of: pick(draw, memberRoles) } }),
} satisfies Record<string, Maker>;

/** What a rule asks besides. */
const simple = {
  'involved source': (draw) => ({ involved: { who: 'source', as: some(draw, sourceRoles, 1, 2) } }),
  holds: (draw) => ({ holds: pick(draw, standing) }),
  'holds with an attribute': (draw) => ({
    holds: { type: 'pending-decision', is: { decision: some(draw, decisions, 1, 2) } },
  }),
  'holds about a unit': (draw) => ({
    holds: { type: 'processed-by', is: { data: ['care-trajectory'] }, about: pick(draw, ['source', 'recipient']) },
  }),
  phase: (draw) => ({ phase: some(draw, ['detention', 'plan-execution'], 1, 2) }),
  'window from a start': (draw) => ({
    window: {
      type: pick(draw, longTerm),
      edge: 'start',
      opens: pick(draw, ['P1D', 'P2W']),
      closes: pick(draw, ['P6M', 'P1Y', 'P3Y']),
    },
  }),
  'window to an end': (draw) => ({
    window: { type: pick(draw, longTerm), edge: 'end', opens: pick(draw, ['-P3M', '-P6M', '-P1Y']), closes: 'P10D' },
  }),
  lasted: (draw) => ({ lasted: { type: pick(draw, longTerm), atLeast: pick(draw, ['P2W', 'P1M', 'P3M']) } }),
  user: (draw) => ({ user: { role: some(draw, benchUserRoles, 1, 3) } }),
} satisfies Record<string, Maker>;

const combined = {
  any: (draw) => ({ any: twoOf(draw) }),
  all: (draw) => ({ all: twoOf(draw) }),
} satisfies Record<string, Maker>;

function twoOf(draw: Draw): RawCondition[] {
  return some(draw, Object.values<Maker>(simple), 2, 2).map((make) => make(draw));
}

const besides = { ...simple, ...combined };

/** The fourteen kinds of condition that the sets are drawn from; consent and waiver come besides, as roles of a rule. */
export const conditionKinds: readonly string[] = [...Object.keys(involvements), ...Object.keys(besides)];

/** The conditions of one rule: that the recipient is involved, and one to three more. */
export function ruleConditions(draw: Draw, recipient: string): RawCondition[] {
  // What the shipped prohibition on unrelated municipalities asks.
  const asked = ['involved recipient, exclusive role', 'member'] as const;
  const all = Object.values<Maker>(involvements);
  const involved = recipient === 'municipality' ? asked.map((kind) => involvements[kind]) : all;
  return [pick(draw, involved)(draw), ...some(draw, Object.values<Maker>(besides), 1, 3).map((make) => make(draw))];
}
