import { createHash, createPrivateKey, sign } from 'node:crypto';
import { context, element, integer, nothing, octets, oid, sequence, set, whole } from './pki/der-write.ts';

/** A PEM key and the DER certificate that goes with it, or that does not. */
export interface ForgedSigner {
  readonly key: string;
  readonly certificate: Buffer;
  /** DER name and hexadecimal number that the signature names. */
  readonly issuer: Buffer;
  readonly serial: string;
}

/** What may be otherwise than it should; each is signed all the same. */
export interface Forgery {
  readonly version?: number;
  readonly contentType?: string;
  readonly attributeType?: string;
  readonly infoVersion?: number;
  readonly genTime?: string;
  readonly imprintHash?: Buffer;
  readonly messageDigest?: Buffer;
  readonly certificateHash?: Buffer;
  readonly infoExtras?: readonly Buffer[];
  readonly attributes?: (usual: readonly Buffer[]) => readonly Buffer[];
  readonly signers?: (usual: Buffer) => readonly Buffer[];
  readonly certificates?: readonly Buffer[];
  readonly digests?: readonly Buffer[];
  readonly signatureAlgorithm?: Buffer;
}

const timestampInfo = '1.2.840.113549.1.9.16.1.4';
const sha256Name = sequence(oid('2.16.840.1.101.3.4.2.1'), nothing);

/** An RFC 3161 token that is signed by whoever holds the key, right or wrong in one part on purpose. */
export function forgeTimestamp(digest: Buffer, signer: ForgedSigner, forgery: Forgery = {}): Buffer {
  const info = sequence(
    whole(forgery.infoVersion ?? 1),
    oid('1.2.3.4.1'),
    sequence(sha256Name, octets(forgery.imprintHash ?? digest)),
    whole(7),
    element(0x18, Buffer.from(forgery.genTime ?? nowAsTime())),
    ...(forgery.infoExtras ?? []),
  );
  const certificateHash = forgery.certificateHash ?? sha256(signer.certificate);
  const usual = [
    attribute('1.2.840.113549.1.9.3', oid(forgery.attributeType ?? timestampInfo)),
    attribute('1.2.840.113549.1.9.4', octets(forgery.messageDigest ?? sha256(info))),
    attribute('1.2.840.113549.1.9.16.2.47', sequence(sequence(sequence(octets(certificateHash))))),
  ];
  const attributes = [...(forgery.attributes?.(usual) ?? usual)].sort(Buffer.compare);
  const signature = sign('sha256', set(...attributes), createPrivateKey(signer.key));
  const signerInfo = sequence(
    whole(1),
    sequence(signer.issuer, integer(signer.serial)),
    sha256Name,
    context(0, true, ...attributes),
    forgery.signatureAlgorithm ?? sequence(oid('1.2.840.10045.4.3.2')),
    octets(signature),
  );
  const content = sequence(oid(forgery.contentType ?? timestampInfo), context(0, true, octets(info)));
  const signed = sequence(
    whole(forgery.version ?? 3),
    set(...(forgery.digests ?? [sha256Name])),
    content,
    context(0, true, ...(forgery.certificates ?? [signer.certificate])),
    set(...(forgery.signers?.(signerInfo) ?? [signerInfo])),
  );
  return sequence(oid('1.2.840.113549.1.7.2'), context(0, true, signed));
}

export function attribute(type: string, ...values: readonly Buffer[]): Buffer {
  return sequence(oid(type), set(...values));
}

function nowAsTime(): string {
  return `${new Date().toISOString().replaceAll(/[-:T]|\..*$/g, '')}Z`;
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}
