import type { LedgerSigner } from '../core/ledger/ports.ts';
import type { IdentifierSecrets, KeyedCipher, SubjectCipher } from '../core/subject/ports.ts';
import { decryptUnder, encryptUnder } from './envelope.ts';
import { markUnder } from './kept-marks.ts';
import { createKeyFile, createKeyFiles, KeyFileError, type KeyPlaces } from './key-files.ts';
import {
  firstUnknownPersonKey,
  type KeyMaterial,
  type KeyVersion,
  placeOf,
  type Ring,
  readable,
  readKeyMaterial,
  unknownPersonBytes,
  versionsOf,
} from './key-material.ts';
import type { KeyUse } from './key-uses.ts';
import { openToken, type Token } from './pkcs11.ts';
import type { TokenSettings } from './pkcs11-session.ts';
import type { SecretKey } from './secret-key.ts';
import { subjectKeys } from './subject-keys.ts';

/** Where a gateway's keys are. */
export interface KeySettings extends KeyPlaces {
  /** null or left out: no token, and nothing of PKCS#11 is loaded. */
  readonly token?: TokenSettings | null;
}

/**
 * Every key that stands outside the database, behind the ports that use it.
 * INVARIANT: `adopt` changes the keys behind the ports and never the ports, so that what holds one works on.
 */
export interface GatewayKeys {
  /** Signs the head of each flush of this gateway's ledger lane. */
  readonly ledger: LedgerSigner;
  /** Signs checkpoints of the tree over all lanes. */
  readonly checkpoint: LedgerSigner;
  /** Sign checkpoints beside it while keys are replaced: a witness may know one and not yet the other. */
  checkpointCosigners(): readonly LedgerSigner[];
  /** Raw public keys that signed checkpoints before and do not any more. */
  formerCheckpointKeys(): readonly Buffer[];
  /** Signs what the gateway states outside the ledger. */
  readonly answers: LedgerSigner;
  /** By which that is checked: the key of now, one that is coming and those in overlap; none that was retired. */
  answersCheckedBy(): readonly Pick<LedgerSigner, 'keyId' | 'publicKey'>[];
  readonly identifiers: IdentifierSecrets;
  readonly subjects: SubjectCipher & { rewrap(wrappedKey: Buffer): Buffer };
  /** For who the users of partners are. */
  readonly users: KeyedCipher;
  /** Marks of what could be guessed. They stay the same for ever: what they are made with is never replaced. */
  readonly marks: Readonly<Record<'person' | 'call' | 'order', (text: string) => string>>;
  /** Public halves, for anybody who checks a receipt or a checkpoint. */
  readonly jwks: { readonly keys: readonly Readonly<Record<string, unknown>>[] };
  /** Which keys these are: never the keys. */
  versions(): readonly KeyVersion[];
  /** The keys as they stand in their files now, not in use yet. Throws `KeyFileError`, `Fault('keys-unavailable')`. */
  read(): KeyMaterial;
  /** File of a use's keys, or the name of the key in the token. */
  placeOf(use: string): string;
  /** From now on these. */
  adopt(material: KeyMaterial): void;
}

/** Uses that a gateway from before them has no key for: made when there never was one. */
const laterUses: readonly KeyUse[] = ['answers', 'users', 'unknown'];

/**
 * Opens the keys of these settings; makes those in the directory first when `create` is allowed and it is
 * absent or empty, and those of a later use of which `isNew` says that there never was one. Throws
 * `KeyFileError` naming the file that is missing, open to others or malformed.
 */
export async function openKeys(
  options: KeySettings & { readonly create: boolean; readonly isNew?: (use: string) => boolean },
): Promise<GatewayKeys> {
  if (options.create) createKeyFiles(options);
  for (const use of laterUses.filter((each) => options.isNew?.(each) === true)) {
    createKeyFile(options, use, use === 'unknown' ? firstUnknownPersonKey(options) : undefined);
  }
  const token = tokenOf(options);
  const read = (): KeyMaterial => readKeyMaterial(options, token);
  let material = read();
  const unknown = unknownPersonBytes(options);
  return {
    ledger: liveSigner(() => material.ledger.current),
    checkpoint: liveSigner(() => material.checkpoint.current),
    answers: liveSigner(() => material.answers.current),
    answersCheckedBy: () => readable(material.answers),
    checkpointCosigners: () => material.checkpoint.old,
    formerCheckpointKeys: () => material.checkpoint.retired.map(({ publicKey }) => publicKey),
    identifiers: identifierSecrets(() => material),
    subjects: subjectKeys(() => material.wrapping, { bytes: unknown }),
    users: cipherWith(() => material.users),
    marks: {
      person: markUnder(unknown, 'person-mark'),
      call: markUnder(unknown, 'call-mark'),
      order: markUnder(unknown, 'order-mark'),
    },
    get jwks() {
      return { keys: versionsOf(material).flatMap(({ jwk }) => (jwk === null ? [] : [jwk])) };
    },
    versions: () => versionsOf(material),
    read,
    placeOf: (use) => placeOf(options, use as KeyUse),
    adopt(next) {
      material = next;
    },
  };
}

/** Raw public keys that may have signed a checkpoint of this gateway, the current one first. */
export function checkpointKeys(keys: GatewayKeys): readonly Buffer[] {
  const cosigners = keys.checkpointCosigners().map(({ publicKey }) => publicKey);
  return [keys.checkpoint.publicKey, ...cosigners, ...keys.formerCheckpointKeys()];
}

/** The token is opened when a key is first asked of it, and stays open. */
function tokenOf({ token }: KeySettings): () => Token {
  let opened: Token | null = null;
  return () => {
    if (token === undefined || token === null) {
      throw new KeyFileError('SLUIS_PKCS11_MODULE', 'is missing: a key is named that a token keeps');
    }
    opened ??= openToken(token);
    return opened;
  };
}

function liveSigner(current: () => LedgerSigner): LedgerSigner {
  return {
    get keyId() {
      return current().keyId;
    },
    get publicKey() {
      return current().publicKey;
    },
    get jwk() {
      return current().jwk;
    },
    sign: (message) => current().sign(message),
  };
}

function cipherWith(ring: () => Ring<SecretKey>): KeyedCipher {
  return {
    encrypt: (plaintext, context) => encryptUnder(ring().current, Buffer.from(plaintext, 'utf8'), context),
    decrypt: (ciphertext, context) => decryptUnder(readable(ring()), ciphertext, context).toString('utf8'),
  };
}

function identifierSecrets(material: () => Pick<KeyMaterial, 'lookup' | 'data'>): IdentifierSecrets {
  const text = (scheme: string, value: string): Buffer => Buffer.from(`${scheme}\0${value}`, 'utf8');
  return {
    ...cipherWith(() => material().data),
    lookup: (scheme, value) => material().lookup.current.hmac(text(scheme, value)),
    lookups: (scheme, value) => readable(material().lookup).map((key) => key.hmac(text(scheme, value))),
    get lookupKey() {
      return material().lookup.current.id;
    },
  };
}
