import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const config = `
[ req ]
distinguished_name = name
[ name ]
[ ca ]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[ tsa ]
basicConstraints = CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[ uncritical ]
keyUsage = critical,digitalSignature
extendedKeyUsage = timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[ client ]
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,clientAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[ several ]
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping,clientAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[ old_config ]
serial = ./serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha1
[ weak_config ]
serial = ./serial
signer_digest = sha1
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
[ tsa_config ]
serial = ./serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384
accuracy = secs:1, millisecs:500
tsa_name = yes
ordering = no
ess_cert_id_chain = no
ess_cert_id_alg = sha256
`;

export interface TimestampAuthority {
  readonly folder: string;
  /** PEM of the CA. */
  readonly ca: string;
  readonly url: string;
  /** What openssl answers a query, signed by one of the certificates in the folder, by a section of the configuration. */
  reply(query: Buffer, signer?: string, section?: string): Promise<Buffer>;
  /** A certificate with its key, by a section of the configuration. */
  certify(name: string, section: string, options?: CertifyOptions): void;
  close(): Promise<void>;
}

export interface CertifyOptions {
  /** Default: the CA. null: itself. */
  readonly issuer?: string | null;
  readonly key?: readonly string[];
  readonly days?: number;
}

/** A real RFC 3161 authority: `openssl ts` behind HTTP on loopback. */
export async function timestampAuthority(): Promise<TimestampAuthority> {
  const folder = mkdtempSync(join(tmpdir(), 'sluis-tsa-'));
  writeFileSync(join(folder, 'ts.cnf'), config);
  writeFileSync(join(folder, 'serial'), '01\n');
  const openssl = (...args: readonly string[]): void => {
    const { status, stderr } = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' });
    if (status !== 0) throw new Error(`openssl ${args[0]}: ${stderr}`);
  };
  const curve = ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
  const certify = (name: string, section: string, { issuer = 'ca', key = curve, days = 30 }: CertifyOptions = {}) => {
    const subject = `/C=NL/O=Test/CN=${name}`;
    openssl(
      'req',
      '-new',
      '-newkey',
      ...key,
      '-nodes',
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.csr`,
      '-subj',
      subject,
      '-config',
      'ts.cnf',
    );
    const by =
      issuer === null
        ? ['-signkey', `${name}.key`]
        : ['-CA', `${issuer}.pem`, '-CAkey', `${issuer}.key`, '-CAcreateserial'];
    openssl(
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      ...by,
      '-days',
      String(days),
      '-sha256',
      '-extfile',
      'ts.cnf',
      '-extensions',
      section,
      '-out',
      `${name}.pem`,
    );
  };
  certify('ca', 'ca', { issuer: null });
  certify('tsa', 'tsa');

  let count = 0;
  const reply = async (query: Buffer, signer = 'tsa', section = 'tsa_config'): Promise<Buffer> => {
    count += 1;
    const [asked, answered] = [`query-${count}`, `reply-${count}`];
    writeFileSync(join(folder, asked), query);
    const by = ['-signer', `${signer}.pem`, '-inkey', `${signer}.key`];
    const how = ['-config', 'ts.cnf', '-section', section, '-queryfile', asked, '-out', answered];
    await run('openssl', ['ts', '-reply', ...how, ...by], { cwd: folder });
    return readFileSync(join(folder, answered));
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      reply(Buffer.concat(chunks)).then(
        (answer) => response.writeHead(200, { 'content-type': 'application/timestamp-reply' }).end(answer),
        () => response.writeHead(500).end(),
      );
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    folder,
    ca: join(folder, 'ca.pem'),
    url: `http://127.0.0.1:${port}/`,
    reply,
    certify,
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
