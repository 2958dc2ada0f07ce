import { jwkThumbprint } from '../partner/jwk-thumbprint.ts';
import { differentKeysToSealTo } from '../partner/partners-file.ts';
import { keyText, maxEncryptionKeys, type RegisteredKey } from '../partner/registered-key.ts';

interface KeyRotation {
  readonly add: readonly RegisteredKey[];
  /** RFC 7638 thumbprints. */
  readonly drop: readonly string[];
}

/**
 * What comes stands in front, so that it is sealed to from then on; a key that comes again, with another proof, takes its
 * own place. What goes goes in a change of its own, so that nobody drops the key that waiting answers are sealed to in
 * passing. The last one may go: then nothing is given to the unit that must be sealed, and nothing in clear.
 */
export function rotateEncryptionKeys(
  present: readonly RegisteredKey[] | null,
  rotation: KeyRotation | undefined,
): readonly RegisteredKey[] | null | 'not-there' | 'there-already' | 'too-many' | 'one-at-a-time' {
  if (rotation === undefined || rotation.add.length + rotation.drop.length === 0) return present;
  if (rotation.add.length > 0 && rotation.drop.length > 0) return 'one-at-a-time';
  const keys = present ?? [];
  const names = keys.map(nameOf);
  if (!rotation.drop.every((name) => names.includes(name))) return 'not-there';
  const texts = keys.map(keyText);
  if (rotation.add.some((key) => texts.includes(keyText(key)))) return 'there-already';
  const again = new Map(rotation.add.map((key) => [nameOf(key), key]));
  const staying = keys
    .filter((key) => !rotation.drop.includes(nameOf(key)))
    .map((key) => again.get(nameOf(key)) ?? key);
  const after = [...rotation.add.filter((key) => !names.includes(nameOf(key))), ...staying];
  if (after.length > maxEncryptionKeys) return 'too-many';
  const isOnce = again.size === rotation.add.length && differentKeysToSealTo(after.map(({ jwk }) => jwk));
  return isOnce ? after : 'there-already';
}

function nameOf({ jwk }: RegisteredKey): string {
  return jwkThumbprint(jwk);
}
