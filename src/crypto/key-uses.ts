/** What the gateway's own keys are for. Each use has keys of its own: none serves two. */
export const signingUses = ['ledger', 'checkpoint', 'answers'] as const;
export const secretUses = ['lookup', 'data', 'wrapping', 'users', 'unknown'] as const;
export const keyUses = [...signingUses, ...secretUses] as const;

export type SigningUse = (typeof signingUses)[number];
export type SecretUse = (typeof secretUses)[number];
export type KeyUse = (typeof keyUses)[number];

/** Signing keys are Ed25519 in PKCS#8 PEM; secrets are 32 bytes in one line of base64url. */
export const keyFileNames: Readonly<Record<KeyUse, string>> = {
  ledger: 'ledger-signing.pem',
  checkpoint: 'checkpoint-signing.pem',
  answers: 'answer-signing.pem',
  lookup: 'identifier-lookup.key',
  data: 'data.key',
  wrapping: 'subject-wrapping.key',
  users: 'users.key',
  unknown: 'unknown-person.key',
};

export function isSigningUse(use: KeyUse): use is SigningUse {
  return (signingUses as readonly KeyUse[]).includes(use);
}
