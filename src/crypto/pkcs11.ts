import type { Attribute, Handle, Mechanism } from 'pkcs11js';
import { Fault } from '../core/fault.ts';
import type { LedgerSigner } from '../core/ledger/ports.ts';
import { KeyFileError } from './key-files.ts';
import { type OpenSession, openTokenSession, type TokenSession, type TokenSettings } from './pkcs11-session.ts';
import { idBlock, idText, type SecretKey, secretKeyId } from './secret-key.ts';
import { publishedKey } from './signing-key.ts';

/** Keys that never leave a PKCS#11 token, behind the interfaces of those in files. */
export interface Token {
  /** Ed25519. Throws `KeyFileError`: no such key, or of another kind. */
  signer(label: string): LedgerSigner;
  secret(label: string, purpose: 'hmac' | 'aes'): SecretKey;
  /** A new key that cannot be read out. Throws `KeyFileError` when the label is taken. */
  generate(kind: 'ed25519' | 'hmac' | 'aes', label: string): void;
  /** Destroys the keys of this label. */
  destroy(label: string): void;
}

// PKCS#11 3.0, which the constants of pkcs11js do not have yet.
const eddsa = 0x1057;
const edwardsPair = 0x1055;
const edwardsKey = 0x40;
const ed25519Oid = Buffer.from('06032b6570', 'hex');
const tagBits = 128;

/** Throws `KeyFileError` when the native module, the library, the token or the PIN is not usable. */
export function openToken(settings: TokenSettings): Token {
  const session = openTokenSession(settings);
  return {
    signer: (label) => tokenSigner(session, label),
    secret: (label, purpose) => tokenSecret(session, label, purpose),
    generate: (kind, label) =>
      session.run((open) => {
        if (find(open, label, null).length > 0) throw new KeyFileError(`pkcs11:${label}`, 'the token has such a key');
        if (kind === 'ed25519') generatePair(open, label);
        else generateSecret(open, label, kind);
      }),
    destroy: (label) =>
      session.run((open) => {
        for (const handle of find(open, label, null)) open.pkcs11.C_DestroyObject(open.session, handle);
        open.handles.clear();
      }),
  };
}

function tokenSigner(session: TokenSession, label: string): LedgerSigner {
  const publicKey = session.run((open) => {
    const handle = one(open, label, open.constants.CKO_PUBLIC_KEY);
    one(open, label, open.constants.CKO_PRIVATE_KEY);
    const { CKA_KEY_TYPE, CKA_EC_POINT } = open.constants;
    const [type] = open.pkcs11.C_GetAttributeValue(open.session, handle, [{ type: CKA_KEY_TYPE }]);
    const isEdwards = Buffer.isBuffer(type?.value) && type.value.readUInt8(0) === edwardsKey;
    if (!isEdwards) throw new KeyFileError(`pkcs11:${label}`, 'is not an Ed25519 key');
    const [point] = open.pkcs11.C_GetAttributeValue(open.session, handle, [{ type: CKA_EC_POINT }]);
    const bytes = point?.value;
    // Some tokens give the point bare, others within an OCTET STRING.
    if (!Buffer.isBuffer(bytes) || (bytes.length !== 32 && bytes.length !== 34)) {
      throw new KeyFileError(`pkcs11:${label}`, 'is not an Ed25519 key');
    }
    return Buffer.from(bytes.subarray(-32));
  });
  return {
    ...publishedKey(publicKey),
    sign: (message) =>
      using(session, (open) => {
        open.pkcs11.C_SignInit(open.session, { mechanism: eddsa }, one(open, label, open.constants.CKO_PRIVATE_KEY));
        return Buffer.from(open.pkcs11.C_Sign(open.session, message, Buffer.alloc(64)));
      }),
  };
}

function tokenSecret(session: TokenSession, label: string, purpose: 'hmac' | 'aes'): SecretKey {
  const keyOf = (open: OpenSession): Handle => one(open, label, open.constants.CKO_SECRET_KEY);
  const hmac = (open: OpenSession, message: Buffer): Buffer => {
    open.pkcs11.C_SignInit(open.session, { mechanism: open.constants.CKM_SHA256_HMAC }, keyOf(open));
    return Buffer.from(open.pkcs11.C_Sign(open.session, message, Buffer.alloc(32)));
  };
  return {
    id: secretKeyId(session.run((open) => (purpose === 'hmac' ? hmac(open, idText) : block(open, keyOf(open))))),
    hmac: (message) => using(session, (open) => hmac(open, message)),
    seal: (iv, aad, plaintext) =>
      using(session, (open) => {
        open.pkcs11.C_EncryptInit(open.session, gcm(open, iv, aad), keyOf(open));
        const room = Buffer.alloc(plaintext.length + 64);
        return Buffer.from(open.pkcs11.C_Encrypt(open.session, plaintext, room));
      }),
    open: (iv, aad, sealed) =>
      using(session, (open) => {
        open.pkcs11.C_DecryptInit(open.session, gcm(open, iv, aad), keyOf(open));
        try {
          return Buffer.from(open.pkcs11.C_Decrypt(open.session, sealed, Buffer.alloc(sealed.length + 64)));
        } catch (error) {
          // Tokens differ in what they call a ciphertext that is not theirs; one that still works has said no.
          if (isAnswering(open, keyOf(open))) return null;
          throw error;
        }
      }),
  };
}

/** Work on behalf of a request: whatever the token lacks now, nothing is given. */
function using<T>(session: TokenSession, work: (open: OpenSession) => T): T {
  try {
    return session.run(work);
  } catch (error) {
    if (error instanceof KeyFileError) throw new Fault('keys-unavailable', 'the token lacks a key', { cause: error });
    throw error;
  }
}

function block(open: OpenSession, key: Handle): Buffer {
  open.pkcs11.C_EncryptInit(open.session, { mechanism: open.constants.CKM_AES_ECB }, key);
  return Buffer.from(open.pkcs11.C_Encrypt(open.session, idBlock, Buffer.alloc(32)));
}

function isAnswering(open: OpenSession, key: Handle): boolean {
  try {
    return block(open, key).length > 0;
  } catch {
    return false;
  }
}

function gcm(open: OpenSession, iv: Buffer, aad: Buffer): Mechanism {
  const { CKM_AES_GCM, CK_PARAMS_AES_GCM_v240 } = open.constants;
  const parameter = { type: CK_PARAMS_AES_GCM_v240, iv, aad, ivBits: iv.length * 8, tagBits };
  return { mechanism: CKM_AES_GCM, parameter };
}

/** Throws `KeyFileError`: none, or several. */
function one(open: OpenSession, label: string, objectClass: number): Handle {
  const place = `${objectClass} ${label}`;
  const known = open.handles.get(place);
  if (known !== undefined) return known;
  const [handle, ...more] = find(open, label, objectClass);
  if (handle === undefined || more.length > 0) {
    throw new KeyFileError(`pkcs11:${label}`, `the token has ${handle === undefined ? 'no such key' : 'several'}`);
  }
  open.handles.set(place, handle);
  return handle;
}

function find({ pkcs11, session, constants }: OpenSession, label: string, objectClass: number | null): Handle[] {
  const wanted: Attribute[] = [{ type: constants.CKA_LABEL, value: label }];
  if (objectClass !== null) wanted.push({ type: constants.CKA_CLASS, value: objectClass });
  pkcs11.C_FindObjectsInit(session, wanted);
  try {
    return [...pkcs11.C_FindObjects(session, 8)];
  } finally {
    pkcs11.C_FindObjectsFinal(session);
  }
}

function hidden({ constants }: OpenSession, label: string): Attribute[] {
  return [
    { type: constants.CKA_TOKEN, value: true },
    { type: constants.CKA_PRIVATE, value: true },
    { type: constants.CKA_SENSITIVE, value: true },
    { type: constants.CKA_EXTRACTABLE, value: false },
    { type: constants.CKA_LABEL, value: label },
  ];
}

function generatePair(open: OpenSession, label: string): void {
  const { pkcs11, session, constants } = open;
  pkcs11.C_GenerateKeyPair(
    session,
    { mechanism: edwardsPair },
    [
      { type: constants.CKA_CLASS, value: constants.CKO_PUBLIC_KEY },
      { type: constants.CKA_KEY_TYPE, value: edwardsKey },
      { type: constants.CKA_TOKEN, value: true },
      { type: constants.CKA_VERIFY, value: true },
      { type: constants.CKA_EC_PARAMS, value: ed25519Oid },
      { type: constants.CKA_LABEL, value: label },
    ],
    [
      { type: constants.CKA_CLASS, value: constants.CKO_PRIVATE_KEY },
      { type: constants.CKA_KEY_TYPE, value: edwardsKey },
      { type: constants.CKA_SIGN, value: true },
      ...hidden(open, label),
    ],
  );
}

function generateSecret(open: OpenSession, label: string, kind: 'hmac' | 'aes'): void {
  const { pkcs11, session, constants } = open;
  const isHmac = kind === 'hmac';
  const mayDo = isHmac ? [constants.CKA_SIGN] : [constants.CKA_ENCRYPT, constants.CKA_DECRYPT];
  pkcs11.C_GenerateKey(
    session,
    { mechanism: isHmac ? constants.CKM_GENERIC_SECRET_KEY_GEN : constants.CKM_AES_KEY_GEN },
    [
      { type: constants.CKA_CLASS, value: constants.CKO_SECRET_KEY },
      { type: constants.CKA_KEY_TYPE, value: isHmac ? constants.CKK_GENERIC_SECRET : constants.CKK_AES },
      { type: constants.CKA_VALUE_LEN, value: 32 },
      ...mayDo.map((type) => ({ type, value: true })),
      ...hidden(open, label),
    ],
  );
}
