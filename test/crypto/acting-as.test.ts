import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { UnitId } from '../../src/core/brand.ts';
import type { Oin, PartnerRegistry, Unit } from '../../src/core/partner/partner.ts';
import { recognise } from '../../src/core/partner/recognise.ts';
import { actingAsVerifier } from '../../src/crypto/acting-as.ts';
import { algOf, type Forged, forgeJws, respell, type TestKey, testKey } from '../world/forge-jws.ts';
import { memoryUnit } from '../world/memory-world.ts';

const oin = '00000099000000001000' as Oin;
const audience = 'urn:nld:oin:00000099000000009000';
const thumbprint = createHash('sha256').update('the certificate').digest('hex');
const other = createHash('sha256').update('another').digest('hex');
const nowMs = Date.parse('2026-11-21T10:00:00.000Z');
const now = new Date(nowMs);
const nowS = nowMs / 1000;

const keys = { college: testKey('OKP'), mayor: testKey('EC', 'mayor-2026'), next: testKey('RSA') };
const organisation = { oin, name: 'Gemeente' };
const unit = (id: string, key: readonly TestKey[], more: Partial<Unit> = {}) =>
  memoryUnit(id, 'municipality', { organisation, signingKeys: key.map(({ jwk }) => jwk), ...more });

function registryOf(units: readonly Unit[], version = 1): PartnerRegistry {
  return { version, units: new Map(units.map((one) => [one.id, one])) };
}
const both = [unit('college', [keys.college]), unit('mayor', [keys.mayor, keys.next]), unit('keyless', [])];
const registry = registryOf(both);
const peer = { oin, thumbprint };

function claims(more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const cnf = { 'x5t#S256': Buffer.from(thumbprint, 'hex').toString('base64url') };
  const said = { iss: 'mayor', aud: audience, iat: nowS - 10, exp: nowS + 86_390, cnf, ...more };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
}

function token(more: Readonly<Record<string, unknown>> = {}, forged: Partial<Forged> = {}): string {
  const key = forged.key ?? keys.mayor;
  return forgeJws({ header: { alg: algOf[key.kind] }, claims: claims(more), key, ...forged });
}

const verify = (text: string, more: Partial<Parameters<ReturnType<typeof actingAsVerifier>>[0]> = {}) =>
  actingAsVerifier(audience)({ token: text, connection: {}, peer, registry, now, ...more });

describe('a unit that says for which one its certificate acts', () => {
  test.each<[string, string]>([
    ['any of its registered keys, by name', token({}, { header: { alg: 'ES256', kid: 'mayor-2026', typ: 'JWT' } })],
    ['any of its registered keys, by none', token()],
    ['the key that comes after', token({}, { key: keys.next })],
  ])('is believed by %s', async (_, text) => {
    expect(await verify(text)).toEqual({ ok: true, value: 'mayor' });
  });

  test.each<[string, string, () => string]>([
    ['text', 'malformed', () => 'mayor'],
    ['two headers', 'malformed', () => `${token()}, ${token()}`],
    ['padding', 'malformed', () => `${token()}=`],
    [
      'another spelling',
      'malformed',
      () => [...token().split('.').slice(0, 2), respell(token().split('.')[2] ?? '')].join('.'),
    ],
    ['crit', 'malformed', () => token({}, { header: { alg: 'ES256', crit: ['exp'] } })],
    ['an unknown claim', 'malformed', () => token({ sub: 'u1' })],
    [
      'a claim twice',
      'malformed',
      () => token({}, { claimsText: JSON.stringify(claims()).replace('{', '{"iss":"college",') }),
    ],
    ['no confirmation', 'malformed', () => token({ cnf: undefined })],
    ['a confirmation with more', 'malformed', () => token({ cnf: { ...Object(claims().cnf), jwk: keys.mayor.jwk } })],
    ['no start', 'malformed', () => token({ iat: undefined })],
    ['alg none', 'wrong-algorithm', () => token({}, { header: { alg: 'none' } })],
    ['alg HS256', 'wrong-algorithm', () => token({}, { header: { alg: 'HS256' } })],
    ['another unit’s key', 'does-not-match', () => token({}, { key: testKey('EC') })],
    ['the other unit’s own key', 'wrong-algorithm', () => token({}, { key: keys.college })],
    ['a unit without keys', 'unknown-key', () => token({ iss: 'keyless' })],
    ['a unit that is not there', 'unknown-key', () => token({ iss: 'nobody' })],
    ['a kid that nobody has', 'unknown-key', () => token({}, { header: { alg: 'ES256', kid: 'x' } })],
    ['another gateway', 'wrong-audience', () => token({ aud: 'urn:nld:oin:00000099000000008000' })],
    [
      'another certificate',
      'other-certificate',
      () => token({ cnf: { 'x5t#S256': Buffer.from(other, 'hex').toString('base64url') } }),
    ],
    ['its time over', 'expired', () => token({ iat: nowS - 86_430, exp: nowS - 30 })],
    ['more than a day', 'expired', () => token({ exp: nowS + 86_391 })],
    ['a start to come', 'not-yet-valid', () => token({ nbf: nowS + 31 })],
    ['made in the future', 'not-yet-valid', () => token({ iat: nowS + 31 })],
  ])('is not with %s: %s', async (_, why, make) => {
    expect(await verify(make())).toEqual({ ok: false, refusal: `acting-as-${why}` });
  });
});

describe('a connection', () => {
  test('checks a signature once, and again when a partner changed', async () => {
    const acts = actingAsVerifier(audience);
    const connection = {};
    const text = token();
    const question = { token: text, connection, peer, now };
    expect((await acts({ ...question, registry })).ok).toBe(true);
    // The registry at the same version is the same: had it been looked at, the key would be missing.
    const without = [unit('college', [keys.college]), unit('mayor', [])];
    expect((await acts({ ...question, registry: registryOf(without, 1) })).ok).toBe(true);
    const refusal = { ok: false, refusal: 'acting-as-unknown-key' };
    expect(await acts({ ...question, registry: registryOf(without, 2) })).toEqual(refusal);
    expect(await acts({ ...question, connection: {}, registry: registryOf(without, 1) })).toEqual(refusal);
  });

  test('is not believed longer than its token, nor for another certificate on it', async () => {
    const acts = actingAsVerifier(audience);
    const question = { token: token(), connection: {}, peer, registry, now };
    expect((await acts(question)).ok).toBe(true);
    const later = new Date(nowMs + 86_390_000 + 30_000);
    expect(await acts({ ...question, now: later })).toEqual({ ok: false, refusal: 'acting-as-expired' });
    const behindProxy = { ...question, peer: { oin, thumbprint: other } };
    expect(await acts(behindProxy)).toEqual({ ok: false, refusal: 'acting-as-other-certificate' });
  });
});

describe('what it says', () => {
  const list = (id: string, thumbprints: readonly string[], more: Partial<Unit> = {}) =>
    unit(id, [], { selector: { thumbprints, subOin: null }, ...more });

  test.each<[string, string, readonly Unit[]]>([
    ['chooses among units that any certificate speaks for', 'mayor', [list('college', []), list('mayor', [])]],
    ['chooses among units that list it both', 'mayor', [list('college', [thumbprint]), list('mayor', [thumbprint])]],
    ['says the same as the only unit', 'mayor', [list('mayor', [thumbprint]), list('college', [other])]],
    ['never widens to a unit that lists others', 'no-unit', [list('college', []), list('mayor', [other])]],
    [
      'never widens to a unit of another organisation',
      'no-unit',
      [list('college', []), list('mayor', [], { organisation: { oin: '00000099000000002000' as Oin, name: 'X' } })],
    ],
    [
      'does not open the door of a suspended unit',
      'suspended',
      [list('college', []), list('mayor', [], { state: 'suspended' })],
    ],
    ['names nobody who is not there', 'no-unit', [list('college', [])]],
  ])('%s', (_, outcome, units) => {
    const recognised = recognise(registryOf(units), peer, 'mayor' as UnitId);
    expect(recognised.ok ? recognised.value.unit.id : recognised.refusal).toBe(outcome);
  });

  test('is what tells two candidates apart: without it they are ambiguous', () => {
    const units = registryOf([list('college', []), list('mayor', [])]);
    expect(recognise(units, peer, null)).toEqual({ ok: false, refusal: 'ambiguous-unit' });
  });
});
