import { mint } from '../brand.ts';
import { ok, type Result, refuse } from '../result.ts';
import type { Partner, PartnerRegistry, Unit } from './partner.ts';

/** What recognition needs of a verified certificate. */
export interface PeerIdentity {
  readonly oin: string;
  /** SHA-256 over the DER certificate, lower-case hexadecimal. */
  readonly thumbprint: string;
}

/**
 * - `unregistered`: no unit of this organisation is on record
 * - `no-unit`: the organisation is known, this certificate speaks for none of its units
 * - `ambiguous-unit`: it speaks for more than one, and a guess could give a mayor what is a college's
 * - `suspended`: the one unit that it speaks for is not let in now
 */
export type RecognitionRefusal = 'unregistered' | 'no-unit' | 'ambiguous-unit' | 'suspended';

/**
 * The unit that calls. INVARIANT: exactly one active unit matches, or nobody is recognised; this is
 * the only function that mints a `Partner`.
 */
export function recognise(registry: PartnerRegistry, peer: PeerIdentity): Result<Partner, RecognitionRefusal> {
  const ofOrganisation = [...registry.units.values()].filter((unit) => unit.organisation.oin === peer.oin);
  if (ofOrganisation.length === 0) return refuse('unregistered');
  const [unit, ...others] = ofOrganisation.filter((candidate) => speaksFor(peer, candidate));
  if (unit === undefined) return refuse('no-unit');
  if (others.length > 0) return refuse('ambiguous-unit');
  if (unit.state !== 'active') return refuse('suspended');
  return ok(mint<Partner>({ unit, thumbprint: peer.thumbprint }));
}

function speaksFor(peer: PeerIdentity, unit: Unit): boolean {
  const { thumbprints } = unit.selector;
  return thumbprints.length === 0 || thumbprints.includes(peer.thumbprint);
}
