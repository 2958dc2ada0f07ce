import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Digest, PurposeId, UnitId } from '../../src/core/brand.ts';
import type { Consent } from '../../src/core/consent/consent.ts';
import type { DecisionSummary } from '../../src/core/disclosure/request.ts';
import { requestStates } from '../../src/core/disclosure/state.ts';
import { consentBehind, outcomeOf } from '../../src/pages/detainee/outcome.ts';
import type { Sharing } from '../../src/pages/ports.ts';
import { wordsIn } from '../../src/pages/words/words.ts';
import { at } from '../world/memory-world.ts';

const classes = [
  'not-permitted',
  'prohibited',
  'not-available',
  'condition-not-met',
  'undecidable',
  'declined',
] as const;
const language = fc.constantFrom('nl' as const, 'en' as const);

function sharing(state: (typeof requestStates)[number], decision: Partial<DecisionSummary>): Sharing {
  const base: DecisionSummary = {
    outcome: 'refusal',
    class: null,
    policyVersion: 1,
    policySet: 'sha256:00' as Digest,
    law: [],
    regimes: { source: 'avg', recipient: 'avg' },
    permitted: [],
    refused: [],
    obligations: null,
    obtained: {},
    informAfter: null,
    decidedAt: at('2026-11-01T00:00:00.000Z'),
  };
  return {
    id: 'x',
    at: at('2026-11-01T00:00:00.000Z'),
    movedAt: at('2026-11-01T00:00:00.000Z'),
    source: 'a' as UnitId,
    recipient: 'b' as UnitId,
    purpose: 'p' as PurposeId,
    fields: [],
    step: { state, decision: { ...base, ...decision } },
  };
}

function consent(changes: Partial<Consent>): Consent {
  return {
    state: 'given',
    requestedAt: at('2026-10-01T00:00:00.000Z'),
    decidedAt: at('2026-10-02T00:00:00.000Z'),
    ...changes,
  } as Consent;
}

test('only what was delivered ever reads as shared, and only that reads as allowed', () => {
  fc.assert(
    fc.property(
      language,
      fc.constantFrom(...requestStates),
      fc.constantFrom(...classes, null),
      fc.constantFrom('permit' as const, 'refusal' as const),
      fc.boolean(),
      fc.constantFrom(null, consent({}), consent({ state: 'withdrawn' })),
      (tongue, state, refusal, outcome, needsConsent, behind) => {
        const w = wordsIn(tongue);
        const told = outcomeOf(tongue, w, sharing(state, { outcome, class: refusal }), {
          needsConsent,
          consent: behind,
          law: [],
        });
        const delivered = state === 'delivered' || state === 'collected';
        expect(told.kind === 'shared' || told.kind === 'partly').toBe(delivered);
        expect(told.tone === 'good').toBe(delivered);
        expect(/^(Ja|Yes)/.test(told.may)).toBe(delivered);
      },
    ),
  );
});

test('a card never says that consent was needed or given where the purpose rests on law', () => {
  fc.assert(
    fc.property(fc.constantFrom(...requestStates), fc.constantFrom(...classes, null), (state, refusal) => {
      const told = outcomeOf('nl', wordsIn('nl'), sharing(state, { class: refusal }), {
        needsConsent: false,
        consent: null,
        law: [],
      });
      expect(told.may).not.toMatch(/U gaf toestemming|alleen met uw toestemming/);
    }),
  );
});

describe('the consent behind a sharing', () => {
  const moved = { movedAt: at('2026-11-01T12:00:00.000Z') };

  test('is the one that was given by then', () => {
    const given = consent({});
    expect(consentBehind(moved, [given])).toBe(given);
    expect(consentBehind(moved, [consent({ decidedAt: at('2026-11-02T00:00:00.000Z') })])).toBeNull();
  });

  test('is one that was stopped later, not one that had been stopped already', () => {
    const later = consent({ state: 'withdrawn', decidedAt: at('2026-11-05T00:00:00.000Z') });
    expect(consentBehind(moved, [later])).toBe(later);
    expect(consentBehind(moved, [consent({ state: 'withdrawn' })])).toBeNull();
  });

  test.each(['requested', 'refused', 'expired'] as const)('is never one that is %s', (state) => {
    expect(consentBehind(moved, [consent({ state })])).toBeNull();
  });
});
