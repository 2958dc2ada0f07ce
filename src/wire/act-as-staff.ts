import { createHash } from 'node:crypto';
import { idempotencyOf } from '../api/idempotency.ts';
import type { Call } from '../core/disclosure/operations.ts';
import type { Clock, Entropy } from '../core/disclosure/ports.ts';
import { canonical } from '../core/ledger/canonical.ts';
import type { LedgerSigner } from '../core/ledger/ports.ts';
import type { Oin, User } from '../core/partner/partner.ts';
import type { SigningKey } from '../core/partner/signing-key.ts';
import { signUserToken } from '../crypto/sign-user-token.ts';
import type { Staff } from '../pages/ports.ts';
import { type ActingUsersWorld, actingUsers, audienceOf } from './acting-users.ts';
import { type CallMark, keptCall } from './kept-call.ts';

export interface ActingStaffWorld {
  readonly ports: { readonly clock: Clock; readonly entropy: Entropy };
  readonly pool: ActingUsersWorld['pool'];
  readonly cipher: ActingUsersWorld['cipher'];
  /** Signs for whom the gateway itself acts. */
  readonly signer: LedgerSigner;
  readonly mark: CallMark;
  readonly gatewayOin: Oin;
}

/** What somebody of a unit says at the pages, as the body of the call that a system of the unit would make. */
export interface StaffCall extends Pick<Call, 'partner' | 'trace'> {
  readonly path: string;
  readonly said: object;
}

export type ActAs = (staff: Staff, acting: StaffCall) => Promise<{ readonly call: Call; readonly user: User }>;

/**
 * For each act the gateway signs a token as the unit's system would, has it checked and kept, and goes on with whom it names:
 * what somebody does, as a call that says for whom it is made, with the same key each time that it is sent again.
 */
export function actAs({ ports, pool, cipher, signer, mark, gatewayOin }: ActingStaffWorld): ActAs {
  const keys = { of: async () => [publicHalf(signer)] };
  const users = actingUsers({ pool, cipher, mark, gatewayOin, clock: ports.clock, keys });
  return async (staff, { partner, trace, path, said }) => {
    const { number: id, role, name } = staff;
    const person = { id, role, name };
    const key = createHash('sha256')
      .update(canonical(['staff', path, id, JSON.stringify(said)]))
      .digest('base64url');
    const { digest: request } = idempotencyOf(key, path, said);
    const token = signUserToken(signer, {
      unit: staff.unit,
      audience: audienceOf(gatewayOin),
      user: person,
      request,
      jti: ports.entropy.id(),
      now: new Date(ports.clock.now()),
    });
    const taken = await users.take(token, { partner, trace, request, key });
    // An account whose name or role no token can say is for nobody.
    if (!taken.ok)
      throw new Error(`the gateway's own token for somebody of ${staff.unit} was refused: ${taken.refusal}`);
    const idempotency = idempotencyOf(key, path, { ...said, by: person });
    return { call: keptCall(mark, { partner, trace, transaction: null, idempotency }), user: taken.value };
  };
}

/** Of the key of this moment: keys are replaced while a gateway runs. */
function publicHalf({ publicKey, keyId: kid }: LedgerSigner): SigningKey {
  return { kty: 'OKP', crv: 'Ed25519', x: publicKey.toString('base64url'), kid, use: 'sig' };
}
