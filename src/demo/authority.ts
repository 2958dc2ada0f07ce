import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  Extension,
  type JsonName,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  type X509Certificate,
  X509CertificateGenerator,
  X509CrlGenerator,
} from '@peculiar/x509';
import { demoMarkerOid } from '../crypto/demo-marker.ts';

const keyAlgorithm = { name: 'ECDSA', namedCurve: 'P-256' };
const signing = { name: 'ECDSA', hash: 'SHA-256' };
const dayMs = 86_400_000;
const serialNumberOid = '2.5.4.5';

/** A certificate with its key, in memory and as files; `certificate` is followed by the issuing CA's. */
export interface Credentials {
  readonly certificate: string;
  readonly key: string;
  readonly certificateFile: string;
  readonly keyFile: string;
  /** SHA-256 over the DER certificate, lower-case hexadecimal. */
  readonly thumbprint: string;
  /** The certificate's own number, as revocation lists name it. */
  readonly serial: string;
}

export interface Issuance {
  /** Stem of the file names, also the common name unless `cn` is given. */
  readonly name: string;
  readonly cn?: string;
  readonly organisation?: string;
  /** Values of `subject.serialNumber`, as many as wanted: none and two are for tests of refusal. */
  readonly oins?: readonly string[];
  readonly usages?: readonly ('client' | 'server')[];
  /** Names that a server answers to. */
  readonly hosts?: readonly string[];
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  readonly revoked?: boolean;
}

export interface DemoAuthority {
  readonly directory: string;
  /** Root and issuing CA. */
  readonly ca: string;
  readonly caFile: string;
  readonly crlFile: string;
  issue(wanted: Issuance): Promise<Credentials>;
  /** Client certificate of a partner with one OIN. */
  issueClient(wanted: Issuance & { readonly oin: string }): Promise<Credentials>;
  /** Server certificate for this machine. */
  issueServer(wanted: Issuance): Promise<Credentials>;
  /** Takes the certificate back; in force for whoever reads the lists that this writes. */
  revoke(credentials: Credentials): Promise<void>;
  /** Writes fresh lists of both CAs to `crlFile` and gives them; `nextUpdate` defaults to a week from now. */
  writeCrls(options?: { readonly thisUpdate?: Date; readonly nextUpdate?: Date }): Promise<string>;
}

interface Ca {
  readonly certificate: X509Certificate;
  readonly keys: webcrypto.CryptoKeyPair;
}

/**
 * A certificate authority for demo and tests: root, issuing CA, revocation lists for both. Its keys
 * live in this process only and every certificate carries the demo marker.
 */
export async function createAuthority(directory: string, name = 'Sluis demo'): Promise<DemoAuthority> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const root = await createCa(caName(name, 'root'), 1, null);
  const issuing = await createCa(caName(name, 'issuing CA'), 0, root);
  const ca = [issuing, root].map(({ certificate }) => `${certificate.toString('pem')}\n`).join('');
  const caFile = join(directory, 'ca.pem');
  const crlFile = join(directory, 'crl.pem');
  writeFileSync(caFile, ca);
  const revoked: { serialNumber: string; revocationDate: Date }[] = [];

  async function writeCrls(options: { readonly thisUpdate?: Date; readonly nextUpdate?: Date } = {}): Promise<string> {
    const lists = await Promise.all([crlOf(issuing, revoked, options), crlOf(root, [], options)]);
    // Renamed into place: a gateway that reads its lists again must never see half of one.
    writeFileSync(`${crlFile}.new`, lists.join(''));
    renameSync(`${crlFile}.new`, crlFile);
    return lists.join('');
  }

  async function issue(wanted: Issuance): Promise<Credentials> {
    const { certificate, keys } = await createLeaf(wanted, issuing);
    if (wanted.revoked === true) {
      revoked.push(revocation(certificate.serialNumber));
      await writeCrls();
    }
    return save(directory, wanted.name, certificate, keys, issuing);
  }

  await writeCrls();
  return {
    directory,
    ca,
    caFile,
    crlFile,
    issue,
    issueClient: ({ oin, ...wanted }) => issue({ usages: ['client'], oins: [oin], ...wanted }),
    issueServer: (wanted) => issue({ usages: ['server'], hosts: ['localhost', '127.0.0.1'], ...wanted }),
    writeCrls,
    async revoke(credentials) {
      revoked.push(revocation(credentials.serial));
      await writeCrls();
    },
  };
}

function revocation(serialNumber: string): { serialNumber: string; revocationDate: Date } {
  return { serialNumber, revocationDate: new Date(Date.now() - 1_000) };
}

/** Not critical, so that any TLS library accepts it; the gateway looks for it. */
function demoMarker(): Extension {
  return new Extension(demoMarkerOid, false, Buffer.from([0x05, 0x00]));
}

/** Signed by `issuer`, or by itself when there is none. */
async function createCa(subject: JsonName, pathLength: number, issuer: Ca | null): Promise<Ca> {
  const keys = await newKeys();
  const signer = issuer ?? { keys, certificate: null };
  const certificate = await X509CertificateGenerator.create({
    serialNumber: newSerial(),
    subject,
    issuer: signer.certificate?.subjectName ?? subject,
    notBefore: new Date(Date.now() - dayMs),
    notAfter: new Date(Date.now() + 365 * dayMs),
    publicKey: keys.publicKey,
    signingKey: signer.keys.privateKey,
    signingAlgorithm: signing,
    extensions: [
      new BasicConstraintsExtension(true, pathLength, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(signer.keys.publicKey),
      demoMarker(),
    ],
  });
  return { certificate, keys };
}

async function createLeaf(
  wanted: Issuance,
  issuing: Ca,
): Promise<{ certificate: X509Certificate; keys: webcrypto.CryptoKeyPair }> {
  const keys = await newKeys();
  const usages = (wanted.usages ?? ['client']).map((usage) =>
    usage === 'client' ? ExtendedKeyUsage.clientAuth : ExtendedKeyUsage.serverAuth,
  );
  const hosts = (wanted.hosts ?? []).map((value) => ({ type: /^[0-9.]+$/.test(value) ? 'ip' : 'dns', value }) as const);
  const certificate = await X509CertificateGenerator.create({
    serialNumber: newSerial(),
    subject: leafName(wanted),
    issuer: issuing.certificate.subjectName,
    notBefore: wanted.notBefore ?? new Date(Date.now() - 3_600_000),
    notAfter: wanted.notAfter ?? new Date(Date.now() + 30 * dayMs),
    publicKey: keys.publicKey,
    signingKey: issuing.keys.privateKey,
    signingAlgorithm: signing,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      ...(usages.length > 0 ? [new ExtendedKeyUsageExtension(usages)] : []),
      ...(hosts.length > 0 ? [new SubjectAlternativeNameExtension(hosts)] : []),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(issuing.keys.publicKey),
      demoMarker(),
    ],
  });
  return { certificate, keys };
}

function leafName(wanted: Issuance): JsonName {
  return [
    { C: ['NL'] },
    ...(wanted.organisation === undefined ? [] : [{ O: [wanted.organisation] }]),
    { CN: [wanted.cn ?? wanted.name] },
    ...(wanted.oins ?? []).map((oin) => ({ [serialNumberOid]: [oin] })),
  ];
}

function caName(name: string, role: string): JsonName {
  return [{ C: ['NL'] }, { O: [`${name}, not for production`] }, { CN: [`${name} ${role}`] }];
}

async function crlOf(
  ca: Ca,
  entries: readonly { serialNumber: string; revocationDate: Date }[],
  { thisUpdate, nextUpdate }: { readonly thisUpdate?: Date; readonly nextUpdate?: Date },
): Promise<string> {
  const crl = await X509CrlGenerator.create({
    issuer: ca.certificate.subjectName.toJSON(),
    thisUpdate: thisUpdate ?? new Date(Date.now() - 60_000),
    nextUpdate: nextUpdate ?? new Date(Date.now() + 7 * dayMs),
    entries: [...entries],
    signingKey: ca.keys.privateKey,
    signingAlgorithm: signing,
    extensions: [await AuthorityKeyIdentifierExtension.create(ca.keys.publicKey)],
  });
  // X509Crl's own 'pem' writes a label that OpenSSL does not read.
  return `${PemConverter.encode(crl.rawData, 'X509 CRL')}\n`;
}

async function save(
  directory: string,
  name: string,
  leaf: X509Certificate,
  keys: webcrypto.CryptoKeyPair,
  issuing: Ca,
): Promise<Credentials> {
  const certificate = `${leaf.toString('pem')}\n${issuing.certificate.toString('pem')}\n`;
  const key = `${PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY')}\n`;
  const certificateFile = join(directory, `${name}.crt.pem`);
  const keyFile = join(directory, `${name}.key.pem`);
  writeFileSync(certificateFile, certificate);
  writeFileSync(keyFile, key, { mode: 0o600 });
  const thumbprint = Buffer.from(await leaf.getThumbprint('SHA-256')).toString('hex');
  return { certificate, key, certificateFile, keyFile, thumbprint, serial: leaf.serialNumber };
}

async function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return await webcrypto.subtle.generateKey(keyAlgorithm, true, ['sign', 'verify']);
}

/** Positive, 16 bytes. */
function newSerial(): string {
  const bytes = randomBytes(16);
  bytes.writeUInt8((bytes.readUInt8(0) & 0x7f) | 0x40, 0);
  return bytes.toString('hex');
}
