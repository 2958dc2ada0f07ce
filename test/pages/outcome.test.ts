import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Digest, FieldId, PurposeId, UnitId } from '../../src/core/brand.ts';
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
    permitted: ['identity.surname' as FieldId],
    refused: [],
    obligations: null,
    obtained: {},
    informAfter: null,
    consented: false,
    given: null,
    decidedAt: at('2026-11-01T00:00:00.000Z'),
  };
  return {
    id: 'x',
    at: at('2026-11-01T00:00:00.000Z'),
    movedAt: at('2026-11-01T00:00:00.000Z'),
    later: null,
    source: 'a' as UnitId,
    recipient: 'b' as UnitId,
    purpose: 'p' as PurposeId,
    fields: ['identity.surname' as FieldId],
    isOffer: false,
    reached: true,
    step: { state, decision: { ...base, ...decision }, stoppedFor: null },
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
      fc.boolean(),
      fc.constantFrom(null, consent({}), consent({ state: 'withdrawn' })),
      fc.constantFrom(null, [], ['identity.surname' as FieldId]),
      (tongue, state, refusal, outcome, isOffer, needsConsent, behind, gave) => {
        const w = wordsIn(tongue);
        const told = outcomeOf(
          tongue,
          w,
          { ...sharing(state, { outcome, class: refusal, given: gave && { fields: gave, seen: true } }), isOffer },
          {
            needsConsent,
            consent: behind,
            law: [],
          },
        );
        const delivered = state === 'delivered' || state === 'collected';
        const gaveAny = delivered && gave?.length !== 0;
        expect(told.kind === 'shared' || told.kind === 'partly').toBe(gaveAny);
        expect(told.tone === 'good').toBe(gaveAny);
        expect(/^(Ja|Yes)/.test(told.may)).toBe(delivered);
      },
    ),
  );
});

test.each([
  ['awaiting-approval', false, 'approvalText'],
  ['answered', true, 'offeredText'],
  ['declined', false, 'declinedText'],
  ['declined', true, 'offerDeclinedText'],
] as const)(
  'an offer that is %s says who it waits for or who said no (reached its recipient: %s)',
  (state, reached, text) => {
    const w = wordsIn('nl');
    const told = outcomeOf(
      'nl',
      w,
      { ...sharing(state, { outcome: 'permit' }), isOffer: true, reached },
      {
        needsConsent: false,
        consent: null,
        law: [],
      },
    );
    expect(told.text).toBe(w.outcome[text]);
  },
);

test('a card never says that consent was needed or given where the purpose rests on law', () => {
  fc.assert(
    fc.property(fc.constantFrom(...requestStates), fc.constantFrom(...classes, null), (state, refusal) => {
      const told = outcomeOf('nl', wordsIn('nl'), sharing(state, { class: refusal }), {
        needsConsent: false,
        consent: null,
        law: [],
      });
      expect(told.may).not.toMatch(/U gaf toestemming|met uw toestemming/);
    }),
  );
});

test.each([
  ['consent', 'consentStoppedText', 'stopped'],
  [null, 'consentStoppedText', 'stopped'],
  ['facts', 'refusedText', 'notAvailable'],
  ['restriction', 'refusedText', 'notAvailable'],
] as const)('what was stopped for %s says whether the person did it', (stoppedFor, text, may) => {
  const w = wordsIn('nl');
  const { step, ...rest } = sharing('withdrawn', { outcome: 'permit', consented: true });
  const grounds = { needsConsent: true, consent: consent({ state: 'withdrawn' }), law: [] };
  const told = outcomeOf('nl', w, { ...rest, step: step && { ...step, stoppedFor } }, grounds);
  expect([told.text, told.may]).toEqual([w.outcome[text], w.may[may]]);
});

describe('what was delivered', () => {
  const law = [{ act: 'BW', article: '7:457' }];
  const mayOf = (tongue: 'nl' | 'en', consented: boolean | null, consent: Consent | null, needsConsent = true) =>
    outcomeOf(tongue, wordsIn(tongue), sharing('delivered', { outcome: 'permit', law, consented }), {
      needsConsent,
      consent,
      law: [],
    }).may;
  const byLaw = 'Ja. Dit staat in de wet: Burgerlijk Wetboek. Uw toestemming is hiervoor niet nodig.';
  const stopped = consent({ state: 'withdrawn', decidedAt: at('2026-11-05T00:00:00.000Z') });

  test.each([
    ['rests on the law, where none was given', false, null, byLaw],
    ['rests on the law, also beside one that was given', false, consent({}), byLaw],
    ['rests on the one that was given', true, consent({}), 'Ja. U gaf toestemming op 2 oktober 2026.'],
    [
      'rested on one that was stopped since',
      true,
      stopped,
      'Ja, toen mocht het met uw toestemming. U heeft die gestopt op 5 november 2026.',
    ],
    ['rested on one that is not kept any more', true, null, 'Ja, toen mocht het met uw toestemming.'],
    ['does not say, where none was given', null, null, byLaw],
    ['does not say, where one was given', null, consent({}), 'Ja. U gaf toestemming op 2 oktober 2026.'],
  ])('%s', (_, consented, behind, text) => {
    expect(mayOf('nl', consented, behind)).toBe(text);
  });

  test('says the same in English', () => {
    expect(mayOf('en', true, consent({}))).toBe('Yes. You gave consent on 2 October 2026.');
    expect(mayOf('en', true, null)).toBe('Yes, at that time it was allowed with your consent.');
    expect(mayOf('en', false, null)).toMatch(/^Yes\. It is in the law: .+\. Your consent is not needed for this\.$/);
  });
});

describe('the consent behind a sharing', () => {
  const moved = { ...sharing('delivered', {}), movedAt: at('2026-11-01T12:00:00.000Z') };

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

  test('is, of what stopped for a consent, the one that was withdrawn since it was asked', () => {
    const step = { ...sharing('withdrawn', {}).step, stoppedFor: 'consent' } as Sharing['step'];
    const stopped = { ...moved, step };
    const between = consent({ state: 'withdrawn', decidedAt: at('2026-11-01T11:59:59.900Z') });
    // Another of the same, which a withdrawal takes away too.
    expect(consentBehind(stopped, [consent({}), between])).toBe(between);
    expect(consentBehind(stopped, [consent({}), consent({ state: 'withdrawn' })])).toBeNull();
  });

  test.each(['requested', 'refused', 'expired'] as const)('is never one that is %s', (state) => {
    expect(consentBehind(moved, [consent({ state })])).toBeNull();
  });
});
