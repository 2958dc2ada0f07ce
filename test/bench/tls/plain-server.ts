import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { publicListenerTls } from '../../../src/crypto/tls.ts';
import { endWithParent, reportReady } from '../../../src/processes/end-with-parent.ts';
import { plainPlan } from './connect-plan.ts';

/** Entry of the bare server's own process: `plain-server.ts PLAN`. TLS as the gateway has it, and nothing behind it. */
endWithParent();
const plan = plainPlan.parse(JSON.parse(process.argv[2] ?? 'null'));
const text = (file: string): string => readFileSync(file, 'utf8');
const tls = {
  ...publicListenerTls({ cert: text(plan.certificateFile), key: text(plan.keyFile) }),
  ca: text(plan.caFile),
  crl: text(plan.crlFile).match(/-----BEGIN X509 CRL-----[^-]+-----END X509 CRL-----/g) ?? [],
  requestCert: true,
  rejectUnauthorized: true,
};
const server = createServer(tls, (_, outgoing) => {
  outgoing.writeHead(200, { 'content-type': 'application/json', 'content-length': '2' }).end('{}');
});
server.listen(0, '127.0.0.1', () => reportReady({ port: (server.address() as AddressInfo).port }));
