import { describe, expect, it } from 'vitest';
import type { UnitId } from '../../../src/core/brand.ts';
import { jwkThumbprint } from '../../../src/core/partner/jwk-thumbprint.ts';
import type { Unit } from '../../../src/core/partner/partner.ts';
import { partnersFile, unitsOf } from '../../../src/core/partner/partners-file.ts';
import type { SigningKey } from '../../../src/core/partner/signing-key.ts';
import { applyChange } from '../../../src/core/partner-change/apply-change.ts';
import { changeStatementFor, changeText, fitsSize } from '../../../src/core/partner-change/change-statement.ts';
import { type PartnerChange, partnerChange } from '../../../src/core/partner-change/partner-change.ts';
import { encryptionPair } from '../../world/encryption-keys.ts';

const oin = '00000099000000007000';
const other = '00000099000000008000';
const [a, b, c] = ['a', 'b', 'c'].map((digit) => digit.repeat(64));
const key = (letter: string, kid?: string): SigningKey => ({
  kty: 'OKP',
  crv: 'Ed25519',
  x: letter.repeat(43),
  use: 'sig',
  ...(kid === undefined ? {} : { kid }),
});

function organisations(unit: object = {}, organisation: object = {}): unknown[] {
  const units = [{ id: 'college', name: 'College', kind: 'municipality', thumbprints: [a], ...unit }];
  return [{ oin, name: 'Gemeente', units, ...organisation }];
}

function record(unit: object = {}, organisation: object = {}): ReadonlyMap<UnitId, Unit> {
  const units = unitsOf(partnersFile.parse({ organisations: organisations(unit, organisation) }));
  return new Map(units.map((one) => [one.id, one]));
}

const change = (value: unknown): PartnerChange => partnerChange.parse(value);
const add = (unit: object = {}, organisation: object = {}) =>
  change({ action: 'add', organisations: organisations(unit, organisation) });
const rotate = (rotation: object) => change({ action: 'rotate', unit: 'college', ...rotation });

function outcomeOf(units: ReadonlyMap<UnitId, Unit>, of: PartnerChange): Unit {
  const effect = applyChange(units, of);
  const unit = effect.ok ? effect.value.units[0]?.after : undefined;
  if (unit === undefined) throw new Error(effect.ok ? 'no unit changed' : effect.refusal.problem);
  return unit;
}

function problem(units: ReadonlyMap<UnitId, Unit>, of: PartnerChange): string | null {
  const effect = applyChange(units, of);
  return effect.ok ? null : effect.refusal.problem;
}

describe('adding partners', () => {
  it('brings in an organisation with its units, and says which members are set', () => {
    const effect = applyChange(new Map(), add());
    expect(effect).toMatchObject({
      ok: true,
      value: {
        organisations: [{ oin, name: 'Gemeente' }],
        units: [{ before: null, after: { id: 'college', state: 'active' } }],
      },
    });
    expect(effect.ok && effect.value.units[0]?.members).toEqual(['id', 'name', 'kind', 'state', 'thumbprints']);
  });

  it('changes a unit that is there, and tells only what differs', () => {
    const effect = applyChange(record(), add({ name: 'College van B en W' }));
    expect(effect).toMatchObject({ ok: true, value: { organisations: [], units: [{ members: ['name'] }] } });
  });

  it('renames an organisation without touching its units', () => {
    const effect = applyChange(record(), add({}, { name: 'Gemeente Nieuw' }));
    expect(effect).toMatchObject({ ok: true, value: { organisations: [{ name: 'Gemeente Nieuw' }], units: [] } });
  });

  it('changes nothing where nothing differs, whatever the order of the members of a key', () => {
    const { jwk } = encryptionPair();
    const turned = { jwk: Object.fromEntries(Object.entries(jwk).reverse()) };
    const before = record({ encryptionKeys: [{ jwk }] });
    expect(problem(before, add({ encryptionKeys: [turned] }))).toBe('nothing-changes');
  });

  it('moves no unit to another organisation or kind: that is another unit', () => {
    expect(problem(record(), add({}, { oin: other }))).toBe('moves-organisation');
    expect(problem(record(), add({ kind: 'mayor' }))).toBe('moves-kind');
  });

  it('opens no unit that was closed, and may close one that is open', () => {
    expect(outcomeOf(record({ state: 'suspended' }), add({ name: 'Nieuw' })).state).toBe('suspended');
    expect(problem(record({ state: 'suspended' }), add())).toBe('nothing-changes');
    expect(outcomeOf(record(), add({ state: 'suspended' })).state).toBe('suspended');
  });

  it('gives no unit the number of another', () => {
    const subOin = '00000004000000001000';
    expect(problem(record({ subOin }), add({ id: 'mayor', subOin }))).toBe('number-taken');
  });
});

describe('opening and closing', () => {
  it.each([
    ['resume', 'suspended', 'active'],
    ['suspend', 'active', 'suspended'],
  ])('%s takes a unit that is %s', (action, from, to) => {
    const of = change({
      action,
      unit: 'college',
      ...(action === 'suspend' ? { by: 'A. de Boer', ground: 'lek' } : {}),
    });
    expect(outcomeOf(record({ state: from }), of).state).toBe(to);
    expect(problem(record({ state: to }), of)).toBe('nothing-changes');
    expect(problem(new Map(), of)).toBe('unknown-unit');
  });

  it('asks who closes and why', () => {
    expect(partnerChange.safeParse({ action: 'suspend', unit: 'college', by: 'A. de Boer' }).success).toBe(false);
    expect(partnerChange.safeParse({ action: 'suspend', unit: 'college', ground: 'lek' }).success).toBe(false);
    expect(partnerChange.safeParse({ action: 'suspend', unit: 'college', by: 'B.', ground: '   ' }).success).toBe(
      false,
    );
  });
});

describe('rotating', () => {
  it('lets a certificate come beside the one that goes later, in two steps', () => {
    const both = outcomeOf(record(), rotate({ thumbprints: { add: [b] } }));
    expect(both.selector.thumbprints).toEqual([a, b]);
    const renewed = outcomeOf(new Map([[both.id, both]]), rotate({ thumbprints: { drop: [a] } }));
    expect(renewed.selector.thumbprints).toEqual([b]);
  });

  it('does the same with signing keys, and leaves first what was first', () => {
    const both = outcomeOf(record({ signingKeys: [key('o')] }), rotate({ signingKeys: { add: [key('n')] } }));
    expect(both.signingKeys).toEqual([key('o'), key('n')]);
    const drop = rotate({ signingKeys: { drop: [jwkThumbprint(key('o'))] } });
    expect(outcomeOf(new Map([[both.id, both]]), drop).signingKeys).toEqual([key('n')]);
  });

  it.each<[string, object, object]>([
    ['opens-to-all', {}, { thumbprints: { drop: [a] } }],
    ['not-there', {}, { thumbprints: { drop: [c] } }],
    ['there-already', {}, { thumbprints: { add: [a] } }],
    ['there-already', {}, { thumbprints: { add: [b, b] } }],
    ['not-there', {}, { signingKeys: { drop: [jwkThumbprint(key('o'))] } }],
    ['there-already', { signingKeys: [key('o', 'one')] }, { signingKeys: { add: [key('n', 'one')] } }],
    ['there-already', { signingKeys: [key('o')] }, { signingKeys: { add: [key('o', 'other-name')] } }],
    ['too-many', { signingKeys: 'abcd'.split('').map((letter) => key(letter)) }, { signingKeys: { add: [key('n')] } }],
    ['nothing-changes', {}, {}],
    ['nothing-changes', {}, { thumbprints: {} }],
  ])('is refused as %s', (word, unit, rotation) => {
    expect(problem(record(unit), rotate(rotation))).toBe(word);
  });

  it('of too many certificates is refused', () => {
    const thumbprints = Array.from({ length: 32 }, (_, index) => index.toString(16).padStart(64, '0'));
    expect(problem(record({ thumbprints }), rotate({ thumbprints: { add: [a] } }))).toBe('too-many');
  });

  it('takes no private key', () => {
    const d = 'd'.repeat(43);
    expect(
      partnerChange.safeParse({ action: 'rotate', unit: 'college', signingKeys: { add: [{ ...key('n'), d }] } })
        .success,
    ).toBe(false);
  });
});

describe('what is signed', () => {
  const statement = (units: ReadonlyMap<UnitId, Unit>, of: PartnerChange) => {
    const effect = applyChange(units, of);
    if (!effect.ok) throw new Error(effect.refusal.problem);
    return changeStatementFor(of, effect.value, null);
  };

  it('is the same for the same change in whatever order, and another for another change', () => {
    const turned = change({ organisations: organisations(), action: 'add' });
    expect(changeText(turned)).toBe(changeText(add()));
    expect(statement(new Map(), add()).change).not.toBe(statement(new Map(), add({ name: 'Ander' })).change);
  });

  it('fits one situation: whatever the unit was before is in it', () => {
    const of = add({ name: 'Nieuw' });
    const seen = [
      {},
      { thumbprints: [b] },
      { state: 'suspended' },
      { signingKeys: [key('o')] },
      { jwks: 'https://a.example/' },
      { webhooks: ['a.example'] },
    ].map((unit) => statement(record(unit), of).previous);
    expect(new Set([...seen, statement(new Map(), of).previous]).size).toBe(7);
    expect(statement(record(), of).previous).toBe(seen[0]);
  });

  it('does not change with units that it does not touch', () => {
    const mayor = record({ id: 'mayor', kind: 'mayor' });
    expect(statement(new Map([...record(), ...mayor]), add({ name: 'Nieuw' }))).toEqual(
      statement(record(), add({ name: 'Nieuw' })),
    );
  });

  it('is small enough to be read', () => {
    expect(fitsSize(add())).toBe(true);
    const units = Array.from({ length: 300 }, (_, index) => ({
      id: `unit-${index}`,
      name: 'x'.repeat(120),
      kind: 'municipality',
    }));
    expect(fitsSize(change({ action: 'add', organisations: [{ oin, name: 'Gemeente', units }] }))).toBe(false);
  });
});
