import { mint, type UnitId } from '../brand.ts';
import { ok, type Result, refuse } from '../result.ts';
import type { Partner, PartnerRegistry, Unit } from './partner.ts';

/** What recognition needs of a verified certificate. */
export interface PeerIdentity {
  readonly oin: string;
  /** SHA-256 over the DER certificate, lower-case hexadecimal. */
  readonly thumbprint: string;
}

/**
 * - `unregistered`: no unit on record has this number, its own or its organisation's
 * - `no-unit`: units have the number, and this certificate speaks for none of them, or not for the one it named
 * - `ambiguous-unit`: it speaks for more than one, and a guess could give a mayor what is a college's
 * - `suspended`: the one unit that it speaks for is not let in now
 */
export type RecognitionRefusal = 'unregistered' | 'no-unit' | 'ambiguous-unit' | 'suspended';

/**
 * The one unit for which a certificate speaks, let in or not: what its own technician may be told. Nothing is
 * given on this alone.
 */
export function unitOfPeer(
  registry: PartnerRegistry,
  peer: PeerIdentity,
  actingAs: UnitId | null,
): Result<Unit, Exclude<RecognitionRefusal, 'suspended'>> {
  const numbered = unitsWithNumber(registry, peer.oin);
  if (numbered.length === 0) return refuse('unregistered');
  const [unit, ...others] = numbered.filter(
    (candidate) => speaksFor(peer, candidate) && (actingAs === null || candidate.id === actingAs),
  );
  if (unit === undefined) return refuse('no-unit');
  return others.length > 0 ? refuse('ambiguous-unit') : ok(unit);
}

/**
 * The unit that calls. INVARIANT: exactly one active unit matches, or nobody is recognised. A `Partner` that a certificate
 * speaks for is minted here alone; beside it only `actForUnit` mints one, for people at the gateway's own pages.
 */
export function recognise(
  registry: PartnerRegistry,
  peer: PeerIdentity,
  /** As the peer's own signature named it, verified; null: it named none. It chooses, and never widens. */
  actingAs: UnitId | null,
): Result<Partner, RecognitionRefusal> {
  const unit = unitOfPeer(registry, peer, actingAs);
  if (!unit.ok) return unit;
  if (unit.value.state !== 'active') return refuse('suspended');
  return ok(mint<Partner>({ unit: unit.value, thumbprint: peer.thumbprint }));
}

/** A unit with a number of its own is spoken for under that one alone, no longer under its organisation's. */
function unitsWithNumber(registry: PartnerRegistry, oin: string): readonly Unit[] {
  return [...registry.units.values()].filter(({ selector, organisation }) => {
    const number: string = selector.subOin ?? organisation.oin;
    return number === oin;
  });
}

function speaksFor(peer: PeerIdentity, unit: Unit): boolean {
  const { thumbprints } = unit.selector;
  return thumbprints.length === 0 || thumbprints.includes(peer.thumbprint);
}
