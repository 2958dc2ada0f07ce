import type { Digest, Instant, PurposeId } from '../brand.ts';
import { type MatrixRow, matrix } from '../policy/matrix.ts';
import type { PolicySet } from '../policy/policy-set.ts';
import { daysLeft } from './certificate-end.ts';
import type { Unit } from './partner.ts';
import { standings } from './registered-key.ts';

/** For which purposes a kind of partner has a part in the policies, and with which other kinds. */
export interface ConcerningPurpose {
  readonly purpose: PurposeId;
  /** Kinds of partners that it may ask, or that may send to it. */
  readonly from: readonly string[];
  /** Kinds of partners that may ask it, or to which it may send. */
  readonly to: readonly string[];
}

/** In the order of the catalogue; purposes in which the kind has no part are not among them. */
export function concerningPurposes(set: PolicySet, kind: string): readonly ConcerningPurpose[] {
  const byPurpose = new Map<PurposeId, MatrixRow[]>();
  for (const row of matrix(set, { field: null, kind, purpose: null })) {
    byPurpose.set(row.purpose, [...(byPurpose.get(row.purpose) ?? []), row]);
  }
  const different = (kinds: readonly string[]) => [...new Set(kinds)].sort();
  return [...byPurpose].map(([purpose, rows]) => ({
    purpose,
    from: different(rows.filter(({ recipient }) => recipient === kind).map(({ source }) => source)),
    to: different(rows.filter(({ source }) => source === kind).map(({ recipient }) => recipient)),
  }));
}

/**
 * Something that does not work, or will not:
 * - `closed`: the unit is not let in, so that every other call is refused
 * - `certificate-ends`, `authority-ends`: within sixty days
 * - `clock-differs`: so much that its people's tokens are refused
 * - `no-part`: no policy in force has a part for this kind of partner
 * - `no-set-accepted`, `newer-set-waits`: as a source it accepted no policies, or not the latest
 * - `no-signing-key`: it can accept no policies, and ask for none of its people
 * - `no-encryption-key`: what must be sealed to it cannot be given; it has none, or none in force
 * - `encryption-key-unfit`: nothing is sealed to one of its keys, by its algorithm or form
 * - `encryption-key-ends`: by its proof, within sixty days
 * - `encryption-key-of-certificate`: the certificate that it comes in with has the same key
 * - `no-connector`: it is a source that cannot be asked
 * - `destruction-overdue`: it did not say that it destroyed what it should have by now
 * - `correction-overdue`: it did not say what it did about a correction of what it got
 */
export type Attention =
  | 'closed'
  | 'certificate-ends'
  | 'authority-ends'
  | 'clock-differs'
  | 'no-part'
  | 'no-set-accepted'
  | 'newer-set-waits'
  | 'no-signing-key'
  | 'no-encryption-key'
  | 'encryption-key-unfit'
  | 'encryption-key-ends'
  | 'encryption-key-of-certificate'
  | 'no-connector'
  | 'destruction-overdue'
  | 'correction-overdue';

/** The gateway judges tokens with this much of a difference at most. */
const clockSkewSeconds = 30;
const soonDays = 60;

export interface Connection {
  readonly unit: Unit;
  readonly ends: { readonly certificate: Instant; readonly authorities: readonly Instant[] };
  /** RFC 7638 thumbprint of the key in the certificate; null: it is not the unit's own. */
  readonly certificateKey: string | null;
  readonly now: Instant;
  /** How far the caller's clock is ahead; null: it did not say what its clock says. */
  readonly clockSeconds: number | null;
  /** How much it got that it should have destroyed by now, and how many corrections it should have confirmed. */
  readonly overdue: { readonly destructions: number; readonly corrections: number };
}

/** What a partner's technician must do something about, the most urgent first. About a closed unit no more than that it is. */
export function attentionFor(
  { unit, ends, certificateKey, now, clockSeconds, overdue }: Connection,
  purposes: readonly ConcerningPurpose[],
  policies: { readonly inForce: Digest; readonly binds: Digest | null },
): readonly Attention[] {
  const endsSoon = (end: Instant) => daysLeft(end, now) < soonDays;
  const connection: readonly (readonly [Attention, boolean])[] = [
    ['closed', unit.state !== 'active'],
    ['certificate-ends', endsSoon(ends.certificate)],
    ['authority-ends', ends.authorities.some(endsSoon)],
    ['clock-differs', clockSeconds !== null && Math.abs(clockSeconds) > clockSkewSeconds],
  ];
  const gives = purposes.some(({ to }) => to.length > 0);
  const asks = purposes.some(({ from }) => from.length > 0);
  const keys = standings(unit.encryptionKeys ?? [], now);
  const sealedTo = keys.find(({ standing }) => standing === 'sealed-to');
  const keyEnd = sealedTo?.until ?? null;
  const part: readonly (readonly [Attention, boolean])[] = [
    ['no-part', purposes.length === 0],
    ['no-set-accepted', gives && policies.binds === null],
    ['newer-set-waits', policies.binds !== null && policies.binds !== policies.inForce],
    ['no-signing-key', unit.signingKeys.length === 0 && unit.jwks === null],
    ['no-encryption-key', asks && sealedTo === undefined],
    ['encryption-key-unfit', keys.some(({ standing }) => standing === 'unfit')],
    ['encryption-key-ends', keyEnd !== null && endsSoon(keyEnd)],
    ['encryption-key-of-certificate', keys.some(({ thumbprint }) => thumbprint === certificateKey)],
    ['no-connector', gives && unit.connector === null],
    ['destruction-overdue', overdue.destructions > 0],
    ['correction-overdue', overdue.corrections > 0],
  ];
  const said = unit.state === 'active' ? [...connection, ...part] : connection;
  return said.flatMap(([attention, applies]) => (applies ? [attention] : []));
}
