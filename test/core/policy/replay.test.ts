import { describe, expect, test } from 'vitest';
import type { ConsentId, Digest, FieldId, Instant, PurposeId, UnitId } from '../../../src/core/brand.ts';
import type { Consent } from '../../../src/core/consent/consent.ts';
import type { PolicySet } from '../../../src/core/policy/policy-set.ts';
import type { HistoryItem } from '../../../src/core/policy/replay/recorded-decision.ts';
import { Replay } from '../../../src/core/policy/replay.ts';
import { recorded } from '../../world/recorded.ts';
import { shippedSet } from '../../world/shipped-set.ts';
import { shippedQuestions } from '../../world/varied-decisions.ts';
import { consent, fact, now, subject } from './questions.ts';
import { aRecipient, aRule, ask, helps, notice, smallSet } from './small-set.ts';

function replayed(before: PolicySet, after: PolicySet, items: readonly HistoryItem[]) {
  const replay = new Replay(before, after);
  for (const item of items) replay.add(item);
  return replay.report();
}

const involvedRecipient = { involved: { who: 'recipient', as: ['helper'] } };

function setWith(digest: string, rules: readonly object[], more: object = {}): PolicySet {
  return { ...smallSet({ rules, ...more }), digest: digest as Digest };
}

/** A set whose one rule asks, besides the recipient's part, what is given. */
function asking(digest: string, ...when: readonly object[]): PolicySet {
  return setWith(digest, [{ ...aRule, when: [involvedRecipient, ...when] }]);
}

const old = asking('sha256:old');
const day = (text: string) => `${text}T12:00:00.000Z` as Instant;

describe('a replay under the set that decided', () => {
  test('says of every shipped case what was said, and misses nothing', () => {
    const set = shippedSet();
    const items = shippedQuestions(set).map((question) => recorded(set, question));
    expect(items.length).toBeGreaterThan(500);
    expect(items.filter(({ permitted }) => permitted.length > 0).length).toBeGreaterThan(100);
    expect(replayed(set, set, items)).toMatchObject({
      decisions: items.length,
      unchanged: items.length,
      notReproduced: 0,
      underOtherSet: 0,
      permits: [],
      perhaps: [],
      refusals: [],
      unrecorded: [],
    });
  });

  test('tells of a record that does not fit its decision', () => {
    const item = recorded(old, ask());
    const spoilt = { ...item, permitted: [], refused: item.permitted };
    expect(replayed(old, old, [item, spoilt]).notReproduced).toBe(1);
  });
});

describe('a set with one field more', () => {
  test('shows exactly the decisions that asked for it and met its conditions', () => {
    const more = setWith('sha256:new', [{ ...aRule, fields: ['person.name', 'person.number'] }]);
    const both = { fields: ['person.name', 'person.number'] as FieldId[] };
    const met = recorded(old, ask(both));
    const notMet = recorded(old, ask({ ...both, facts: [] }));
    const other = recorded(old, ask());
    const report = replayed(old, more, [met, notMet, other, recorded(old, ask(both))]);
    expect(report.permits).toEqual([
      { recipient: 'getter', field: 'person.number', decisions: 2, unrecorded: 0, example: met.entry },
    ]);
    expect(report).toMatchObject({ decisions: 4, toPermit: 2, unchanged: 2, perhaps: [], refusals: [] });
  });

  test('does not permit where no rule was looked at, so that nothing was recorded', () => {
    const more = setWith('sha256:new', [{ ...aRule, fields: ['person.name', 'person.number'] }]);
    const item = recorded(old, ask({ fields: ['person.number'] as FieldId[] }));
    expect(item.conditions).toEqual([]);
    const report = replayed(old, more, [item]);
    expect(report).toMatchObject({ toPermit: 0, mayPermit: 1, permits: [] });
    expect(report.perhaps).toMatchObject([{ field: 'person.number', decisions: 1, unrecorded: 1 }]);
    expect(report.unrecorded.map(({ condition }) => condition)).toEqual([
      'involved(recipient: helper)',
      'unrestricted',
    ]);
  });

  test('is shown the other way round as what is no longer permitted', () => {
    const less = setWith('sha256:new', [{ ...aRule, fields: ['person.number'] }]);
    const report = replayed(old, less, [recorded(old, ask())]);
    expect(report.refusals).toMatchObject([{ field: 'person.name', decisions: 1, unrecorded: 0 }]);
  });
});

describe('a condition that was not recorded', () => {
  test('does not permit, is named and counted', () => {
    const after = asking('sha256:new', { holds: { type: 'stay', is: { sort: ['long'] } } });
    const items = [recorded(old, ask()), recorded(old, ask()), recorded(old, ask({ facts: [] }))];
    const report = replayed(old, after, items);
    expect(report.refusals).toMatchObject([{ decisions: 2, unrecorded: 2, example: items[0]?.entry }]);
    expect(report.unrecorded).toMatchObject([{ condition: 'holds(stay, sort: long)', decisions: 3 }]);
  });

  test('matters not within "any" where another member was true', () => {
    const any = { any: [involvedRecipient, { holds: 'stay' }] };
    const report = replayed(old, asking('sha256:new', any), [recorded(old, ask())]);
    expect(report).toMatchObject({ unchanged: 1, refusals: [] });
  });

  test('is made up of members that were recorded', () => {
    const long = { holds: { type: 'stay', is: { sort: ['long'] } } };
    const before = asking('sha256:old', { any: [long, { phase: ['inside'] }] });
    const after = asking('sha256:new', { all: [long, { phase: ['inside'] }] });
    const stays = fact('stay', { attributes: { sort: 'long' } });
    const inside = fact('phase', { attributes: { phase: 'inside' } });
    const report = replayed(before, after, [
      recorded(before, ask({ facts: [helps, stays, inside] })),
      recorded(before, ask({ facts: [helps, stays] })),
    ]);
    expect(report).toMatchObject({ unchanged: 1, toRefusal: 1, unrecorded: [] });
  });
});

describe('a window that changed', () => {
  const windowed = (digest: string, closes: string) =>
    asking(digest, { window: { type: 'stay', edge: 'start', closes } });
  const before = windowed('sha256:old', 'P5D');
  const began = (from: Instant) => recorded(before, ask({ facts: [helps, fact('stay', { from, attributes: {} })] }));

  test('is worked out again from the day on record', () => {
    const items = [began(day('2026-03-01')), began(day('2026-03-07'))];
    expect(items.map(({ permitted }) => permitted.length)).toEqual([0, 1]);
    const report = replayed(before, windowed('sha256:new', 'P30D'), items);
    expect(report).toMatchObject({ toPermit: 1, unchanged: 1, unrecorded: [] });
  });

  test('is unknown where the time of the day decides', () => {
    const item = began(day('2026-03-01'));
    expect(replayed(before, windowed('sha256:new', 'P9D'), [item])).toMatchObject({ toPermit: 0, mayPermit: 1 });
    expect(replayed(before, windowed('sha256:new', 'P10D'), [item])).toMatchObject({ toPermit: 1, mayPermit: 0 });
  });

  test('is not met where a wider one was not, or where there was no fact at all', () => {
    const none = recorded(before, ask());
    const late = began(day('2026-03-01'));
    expect(replayed(before, windowed('sha256:new', 'P2D'), [none, late])).toMatchObject({
      unchanged: 2,
      unrecorded: [],
    });
    expect(replayed(before, windowed('sha256:new', 'P30D'), [none])).toMatchObject({ unchanged: 1, unrecorded: [] });
  });

  test('is not read from a fact in dispute', () => {
    const disputed = fact('stay', { from: day('2026-03-01'), state: 'disputed' });
    const item = recorded(before, ask({ facts: [helps, disputed] }));
    expect(replayed(before, windowed('sha256:new', 'P30D'), [item])).toMatchObject({ toPermit: 0, mayPermit: 1 });
  });
});

describe('a consent', () => {
  const ground = { ...aRecipient, basis: 'consent' };
  const rule = { ...aRule, from: { ...aRule.from, basis: 'consent' }, to: [ground], consent: 'required' };
  const onNotice = (digest: string, version: number) => setWith(digest, [rule], { notice: { ...notice, version } });
  const given: Consent = consent({
    id: 'c' as ConsentId,
    source: 'giver-1' as UnitId,
    recipient: 'getter-1' as UnitId,
    purpose: 'care' as PurposeId,
    categories: ['person'],
  });
  const before = onNotice('sha256:old', 1);
  const having = (consents: readonly Consent[]) =>
    recorded(before, ask({ snapshot: { subject, facts: [helps], consents } }));

  test('covers under the notice on which it was given', () => {
    expect(having([given]).permitted).toEqual(['person.name']);
    expect(replayed(before, onNotice('sha256:new', 1), [having([given]), having([])])).toMatchObject({ unchanged: 2 });
  });

  test('is unknown under another notice, whether it was there or not', () => {
    const report = replayed(before, onNotice('sha256:new', 2), [having([given]), having([])]);
    expect(report).toMatchObject({ toRefusal: 1, mayPermit: 1, permits: [] });
    expect(report.unrecorded).toMatchObject([{ condition: 'consent(person)', decisions: 2 }]);
  });
});

describe('what stands between', () => {
  test('a restriction refuses under the new set too', () => {
    const more = setWith('sha256:new', [{ ...aRule, fields: ['person.name', 'person.number'] }]);
    const fields = ['person.name', 'person.number'] as FieldId[];
    const item = recorded(old, ask({ fields, facts: [helps, fact('restriction')] }));
    expect(replayed(old, more, [item])).toMatchObject({ unchanged: 1, permits: [], perhaps: [] });
  });

  test('a new prohibition refuses what its exception does not lift', () => {
    const lifted = { fields: ['person.name'], unless: { when: [{ phase: ['inside'] }] } };
    const before = setWith('sha256:old', [{ ...aRule, when: [involvedRecipient, { phase: ['inside', 'after'] }] }]);
    const loaded = smallSet({ rules: [{ ...aRule, when: [involvedRecipient, { phase: ['inside'] }] }] }, [lifted]);
    const after = { ...loaded, digest: 'sha256:new' as Digest, policies: before.policies };
    const item = recorded(before, ask({ facts: [helps, fact('phase', { attributes: { phase: 'after' } })] }));
    expect(item.permitted).toEqual(['person.name']);
    expect(replayed(before, after, [item]).refusals).toMatchObject([{ field: 'person.name', unrecorded: 1 }]);
  });

  test('a set that answers no such trigger permits nothing', () => {
    const after = setWith('sha256:new', [aRule], { trigger: 'push' });
    expect(replayed(old, after, [recorded(old, ask())])).toMatchObject({ toRefusal: 1 });
  });

  test('a role that excludes others than before is not what was recorded', () => {
    const town = { involved: { who: 'recipient', as: ['home-town'] } };
    const before = setWith('sha256:old', [{ ...aRule, when: [town] }]);
    const after = setWith('sha256:new', [{ ...aRule, when: [town] }]);
    const type = after.catalogue.factTypes.get('involvement');
    if (type === undefined) throw new Error('no involvement');
    const role = new Map(
      [...(type.words.get('role') ?? [])].map(([word, rest]) => [word, { ...rest, exclusive: null }]),
    );
    const factTypes = new Map([
      ...after.catalogue.factTypes,
      ['involvement', { ...type, words: new Map([['role', role]]) }],
    ]);
    const lives = { ...helps, attributes: { role: 'home-town' } };
    const item = recorded(before, ask({ facts: [lives] }));
    expect(item.permitted).toEqual(['person.name']);
    expect(replayed(before, after, [item])).toMatchObject({ unchanged: 1 });
    const moved: PolicySet = { ...after, catalogue: { ...after.catalogue, factTypes } };
    expect(replayed(before, moved, [item])).toMatchObject({ toRefusal: 1, unrecorded: [{ decisions: 1 }] });
  });
});

describe('decisions under another set, and lost ones', () => {
  test('are compared with what the old set would have said', () => {
    const oldest = asking('sha256:oldest', { phase: ['inside'] });
    const item = recorded(oldest, ask());
    expect(item.permitted).toEqual([]);
    // By the record alone it would go from refused to permitted; but the old set permits it as well.
    expect(replayed(old, asking('sha256:new'), [item])).toMatchObject({ unchanged: 1, underOtherSet: 1, permits: [] });
  });

  test('are counted and not guessed', () => {
    const { entry, at } = recorded(old, ask());
    const report = replayed(old, old, [
      { entry, at, lost: 'erased' },
      { entry, at, lost: 'unit' },
      { entry, at, lost: 'erased' },
    ]);
    expect(report).toMatchObject({ decisions: 0, unchanged: 0, lost: { erased: 2, unit: 1, trigger: 0 } });
  });

  test('of words that neither set knows change nothing', () => {
    const item = { ...recorded(old, ask()), policySet: null, purpose: 'gone' as PurposeId, source: '', at: now };
    expect(replayed(old, old, [item])).toMatchObject({ decisions: 1, unchanged: 1 });
  });
});
