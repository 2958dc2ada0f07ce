import type { UnitId } from '../brand.ts';
import { canonical } from '../ledger/canonical.ts';
import type { JsonValue } from '../ledger/entry.ts';
import { jwkThumbprint } from '../partner/jwk-thumbprint.ts';
import type { Organisation, Unit } from '../partner/partner.ts';
import { partnersFile, unitsOf } from '../partner/partners-file.ts';
import { unitFile } from '../partner/unit-file.ts';
import { ok, type Result, refuse } from '../result.ts';
import type { PartnerChange } from './partner-change.ts';
import { rotateEncryptionKeys } from './rotate-encryption-keys.ts';

/**
 * - `unknown-unit`: nothing of this name is registered
 * - `moves-organisation`, `moves-kind`: what was disclosed to a unit was disclosed to that one; another is a new unit
 * - `number-taken`: its own number is that of another unit
 * - `not-there`, `there-already`: a certificate or key that goes or comes
 * - `opens-to-all`: without any thumbprint every certificate of the organisation would speak for it
 * - `too-many`: more certificates or keys than a unit may have
 * - `one-at-a-time`: keys to seal to come and go in one change, which would leave no overlap
 * - `unseals`: a unit to which answers are sealed would get them in clear
 * - `nothing-changes`: it is so already
 */
export type PartnerChangeProblem =
  | 'unknown-unit'
  | 'moves-organisation'
  | 'moves-kind'
  | 'number-taken'
  | 'not-there'
  | 'there-already'
  | 'opens-to-all'
  | 'too-many'
  | 'one-at-a-time'
  | 'unseals'
  | 'nothing-changes';

export interface PartnerChangeRefusal {
  readonly problem: PartnerChangeProblem;
  /** null: it is about the whole. */
  readonly unit: UnitId | null;
  /** Which member of the unit, where that says more. */
  readonly member: string | null;
}

export interface ChangedUnit {
  /** null: it is new. */
  readonly before: Unit | null;
  readonly after: Unit;
  /** Members that differ, by the names that a partners file has for them. */
  readonly members: readonly string[];
}

/** What a change does to what is on record; the units that it leaves as they are stand in `touched` alone. */
export interface PartnerEffect {
  readonly organisations: readonly Organisation[];
  readonly units: readonly ChangedUnit[];
  /** Every unit and organisation that the change names, as it stands on record now; null: not at all. */
  readonly touched: {
    readonly units: ReadonlyMap<UnitId, Unit | null>;
    readonly organisations: ReadonlyMap<string, string | null>;
  };
}

type Units = ReadonlyMap<UnitId, Unit>;

/** Pure: the same record and change give the same effect or refusal, before approval and when it is carried out. */
export function applyChange(units: Units, change: PartnerChange): Result<PartnerEffect, PartnerChangeRefusal> {
  const wanted = change.action === 'add' ? added(units, change) : changedUnit(units, change);
  if (!wanted.ok) return wanted;
  const names = new Map([...units.values()].map(({ organisation }) => [String(organisation.oin), organisation.name]));
  const named = new Map(wanted.value.map(({ organisation }) => [String(organisation.oin), organisation]));
  const organisations = [...named.values()].filter(({ oin, name }) => names.get(oin) !== name);
  const changed = wanted.value.flatMap((after) => {
    const before = units.get(after.id) ?? null;
    const members = differing(before, after);
    return members.length === 0 ? [] : [{ before, after, members }];
  });
  if (changed.length === 0 && organisations.length === 0) return no('nothing-changes');
  return ok({
    organisations,
    units: changed,
    touched: {
      units: new Map(wanted.value.map(({ id }) => [id, units.get(id) ?? null])),
      organisations: new Map([...named.keys()].map((oin) => [oin, names.get(oin) ?? null])),
    },
  });
}

function added(
  units: Units,
  change: Extract<PartnerChange, { action: 'add' }>,
): Result<readonly Unit[], PartnerChangeRefusal> {
  const wanted: Unit[] = [];
  for (const unit of unitsOf(partnersFile.parse({ organisations: change.organisations }))) {
    const { id } = unit;
    const before = units.get(id);
    if (before !== undefined && before.organisation.oin !== unit.organisation.oin) return no('moves-organisation', id);
    if (before !== undefined && before.kind !== unit.kind) return no('moves-kind', id);
    const { subOin } = unit.selector;
    const holder = [...units.values()].find((other) => subOin !== null && other.selector.subOin === subOin);
    if (holder !== undefined && holder.id !== id) return no('number-taken', id, 'subOin');
    if (unit.encryptionKeys === null && (before?.encryptionKeys ?? null) !== null) {
      return no('unseals', id, 'encryptionKeys');
    }
    // Only `resume` opens what is closed, so that nobody opens it in passing.
    wanted.push(before?.state === 'suspended' ? { ...unit, state: 'suspended' } : unit);
  }
  return ok(wanted);
}

function changedUnit(
  units: Units,
  change: Exclude<PartnerChange, { action: 'add' }>,
): Result<readonly Unit[], PartnerChangeRefusal> {
  const unit = units.get(change.unit);
  if (unit === undefined) return no('unknown-unit', change.unit);
  if (change.action === 'rotate') return rotated(unit, change);
  const state = change.action === 'resume' ? 'active' : 'suspended';
  return unit.state === state ? no('nothing-changes', unit.id) : ok([{ ...unit, state }]);
}

const maxThumbprints = 32;
const maxSigningKeys = 4;

function rotated(
  unit: Unit,
  change: Extract<PartnerChange, { action: 'rotate' }>,
): Result<readonly Unit[], PartnerChangeRefusal> {
  const certificates = replaced(unit.selector.thumbprints, change.thumbprints, (thumbprint) => thumbprint);
  if (typeof certificates === 'string') return no(certificates, unit.id, 'thumbprints');
  if (certificates.length > maxThumbprints) return no('too-many', unit.id, 'thumbprints');
  if (certificates.length === 0 && unit.selector.thumbprints.length > 0) {
    return no('opens-to-all', unit.id, 'thumbprints');
  }
  const keys = replaced(unit.signingKeys, change.signingKeys, jwkThumbprint);
  if (typeof keys === 'string') return no(keys, unit.id, 'signingKeys');
  if (keys.length > maxSigningKeys) return no('too-many', unit.id, 'signingKeys');
  const kids = keys.flatMap(({ kid }) => kid ?? []);
  if (new Set(kids).size < kids.length) return no('there-already', unit.id, 'signingKeys');
  const encryptionKeys = rotateEncryptionKeys(unit.encryptionKeys, change.encryptionKeys);
  if (typeof encryptionKeys === 'string') return no(encryptionKeys, unit.id, 'encryptionKeys');
  const selector = { ...unit.selector, thumbprints: certificates };
  return ok([{ ...unit, selector, signingKeys: keys, encryptionKeys }]);
}

/** What comes stands behind what stays, so that what is used first stays first until it goes. */
function replaced<T>(
  present: readonly T[],
  rotation: { readonly add: readonly T[]; readonly drop: readonly string[] } | undefined,
  nameOf: (one: T) => string,
): readonly T[] | 'not-there' | 'there-already' {
  if (rotation === undefined) return present;
  const names = new Set(present.map(nameOf));
  if (!rotation.drop.every((name) => names.has(name))) return 'not-there';
  const dropped = new Set(rotation.drop);
  const coming = new Set<string>();
  for (const name of rotation.add.map(nameOf)) {
    if (names.has(name) || coming.has(name)) return 'there-already';
    coming.add(name);
  }
  return [...present.filter((one) => !dropped.has(nameOf(one))), ...rotation.add];
}

function differing(before: Unit | null, after: Unit): readonly string[] {
  const now = unitFile(after);
  const then = before === null ? unset : unitFile(before);
  // In canonical text: the database keeps the members of a key in another order than a file.
  return Object.entries(now).flatMap(([member, value]) =>
    canonical(value) === canonical(then[member] ?? null) ? [] : [member],
  );
}

/** Of a unit that is new, members that say nothing are not told of. */
const unset: Readonly<Record<string, JsonValue>> = { thumbprints: [], signingKeys: [], staff: false, webhooks: [] };

function no(
  problem: PartnerChangeProblem,
  unit: UnitId | null = null,
  member: string | null = null,
): { readonly ok: false; readonly refusal: PartnerChangeRefusal } {
  return refuse({ problem, unit, member });
}
