import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { BasicConstraintsExtension, PemConverter, X509Certificate, X509Crl } from '@peculiar/x509';
import { isDemoCertificate } from './demo-marker.ts';

/** Certificate files that cannot be trusted as they are: a refusal to start, told in one line that names the file. */
export class TrustError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TrustError';
  }
}

export interface TrustFiles {
  /** PEM certificates of every CA that is trusted, roots and issuing CAs. */
  readonly caFiles: readonly string[];
  /** PEM or DER revocation lists; one for every CA, the roots too. */
  readonly crlFiles: readonly string[];
}

/** Where certificates of a demo authority may be used: only where this says `demo`. */
export type Environment = 'demo' | 'production';

/** What the revocation lists say, for connections that outlive their handshake. */
export interface Revocations {
  /** Half-open: from here on nothing is known any more. */
  readonly validUntil: Date;
  /** @param key as `revocationKey` gives it. */
  isRevoked(key: string): boolean;
}

export interface Trust {
  readonly ca: readonly string[];
  readonly crl: readonly string[];
  readonly revocations: Revocations;
}

/**
 * Reads trust anchors and revocation lists. Throws `TrustError` when a CA has no readable, current
 * list with its own signature: without one nobody can be shown to be unrevoked, so nobody may come in.
 */
export async function loadTrust(
  files: TrustFiles,
  { environment, now }: { readonly environment: Environment; readonly now: Date },
): Promise<Trust> {
  const authorities = files.caFiles.flatMap((file) => readAuthorities(file, environment, now));
  if (authorities.length === 0)
    throw new TrustError('no trusted CA: the CA files hold no certificate that is valid now');
  const lists = files.crlFiles.flatMap((file) => readLists(file).map((list) => ({ file, list })));
  const current = await Promise.all(authorities.map((authority) => currentListOf(authority, lists, now)));
  return {
    ca: authorities.map((authority) => authority.toString('pem')),
    // X509Crl's own 'pem' writes a label that OpenSSL does not read.
    crl: current.map(({ list }) => PemConverter.encode(list.rawData, 'X509 CRL')),
    revocations: revocationsOf(current),
  };
}

/** Names a certificate as revocation lists do: by issuer and number. */
export function revocationKey({ issuer, serialNumber }: Pick<X509Certificate, 'issuer' | 'serialNumber'>): string {
  return `${BigInt(`0x${serialNumber}`).toString(16)} ${issuer}`;
}

function revocationsOf(current: readonly { readonly list: X509Crl; readonly nextUpdate: Date }[]): Revocations {
  const revoked = new Set(
    current.flatMap(({ list: { issuer, entries } }) =>
      entries.map(({ serialNumber }) => revocationKey({ issuer, serialNumber })),
    ),
  );
  return {
    validUntil: new Date(Math.min(...current.map(({ nextUpdate }) => nextUpdate.getTime()))),
    isRevoked: (key) => revoked.has(key),
  };
}

function readAuthorities(file: string, environment: Environment, now: Date): X509Certificate[] {
  const certificates = parsed(file, 'certificates', () => {
    const pem = readFileSync(file, 'utf8');
    return PemConverter.decode(pem).map((raw) => new X509Certificate(raw));
  });
  if (certificates.length === 0) throw new TrustError(`${file}: holds no certificate`);
  for (const certificate of certificates) {
    if (environment !== 'demo' && isDemoCertificate(certificate))
      throw new TrustError(`${file}: is of a demo authority and may not be trusted outside the demo`);
    if (certificate.getExtension(BasicConstraintsExtension)?.ca !== true)
      throw new TrustError(`${file}: holds a certificate that is not a CA's`);
  }
  // One CA of several that has come to its end must not stop the others.
  return certificates.filter(({ notBefore, notAfter }) => notBefore <= now && now < notAfter);
}

function readLists(file: string): X509Crl[] {
  return parsed(file, 'revocation lists', () => {
    const bytes = readFileSync(file);
    const text = bytes.toString('latin1');
    const lists = PemConverter.isPem(text) ? PemConverter.decode(text) : [bytes];
    // Lists of real authorities are longer than the parser's own bound.
    return lists.map((raw) => new X509Crl(raw, { berOptions: { maxNodes: 1e7 } }));
  });
}

/** The parsers throw many kinds of errors; each means the same here and stops the start. */
function parsed<T>(file: string, what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new TrustError(`${file}: cannot be read as ${what} (${error instanceof Error ? error.message : 'unknown'})`);
  }
}

async function currentListOf(
  authority: X509Certificate,
  lists: readonly { readonly file: string; readonly list: X509Crl }[],
  now: Date,
): Promise<{ list: X509Crl; nextUpdate: Date }> {
  const named = lists.filter(({ list }) => list.issuer === authority.subject);
  if (named.length === 0) throw new TrustError(`no revocation list (CRL) for the CA "${authority.subject}"`);
  // A CA that renewed its key keeps its name: only the signature tells whose list it is.
  const signed = await Promise.all(named.map(({ list }) => list.verify({ publicKey: authority })));
  const own = named.filter((_, index) => signed[index] === true);
  const [newest] = own.sort((a, b) => b.list.thisUpdate.getTime() - a.list.thisUpdate.getTime());
  if (newest === undefined)
    throw new TrustError(`${named[0]?.file}: the revocation list is not signed by "${authority.subject}"`);
  const { file, list } = newest;
  if (list.thisUpdate > now) throw new TrustError(`${file}: the revocation list is not valid yet`);
  if (list.nextUpdate === undefined || list.nextUpdate <= now)
    throw new TrustError(`${file}: the revocation list of "${authority.subject}" has expired; fetch a new one`);
  return { list, nextUpdate: list.nextUpdate };
}
