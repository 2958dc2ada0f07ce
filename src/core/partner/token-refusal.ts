/**
 * Why a token says not validly for whom a call is made; stable words, shown to the partner.
 * - `malformed`: not a compact JWS in its one spelling, or with members that are not those described
 * - `unknown-key`: the unit has no such key
 * - `wrong-algorithm`: another than the one its kind of key is used with; `none` and HMAC are never it
 * - `does-not-match`: not that key's signature
 * - `wrong-issuer`, `wrong-audience`: from another unit, for another gateway
 * - `expired`, `not-yet-valid`, `lives-too-long`: its time, with a skew of 30 s; at most five minutes in all
 * - `other-request`: it was made for another path or body
 * - `used-before`: it was used for another call
 * - `keys-unavailable`: where the unit publishes its keys, nothing usable is to be had
 */
export type TokenRefusal =
  | 'malformed'
  | 'unknown-key'
  | 'wrong-algorithm'
  | 'does-not-match'
  | 'wrong-issuer'
  | 'wrong-audience'
  | 'expired'
  | 'not-yet-valid'
  | 'lives-too-long'
  | 'other-request'
  | 'used-before'
  | 'keys-unavailable';
