import { readFileSync } from 'node:fs';
import { Agent, createServer, request } from 'node:https';
import { endWithParent, reportReady } from '../../src/processes/end-with-parent.ts';
import { proxyPlan } from './load-plan.ts';

/**
 * Entry of the yardstick's process, `bare-proxy.ts PLAN`: a proxy with mutual TLS on both sides that
 * passes on what it gets, without policy, log or database. What it costs, a gateway in Node cannot save.
 */
endWithParent(async () => {
  server.closeAllConnections();
});
const { server: own, source } = proxyPlan.parse(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')));
const agent = new Agent({ keepAlive: true, maxSockets: 64, ...source.credentials });

const server = createServer({ ...own, requestCert: true, rejectUnauthorized: true }, (incoming, outgoing) => {
  const { 'content-type': type = '', 'content-length': length = '' } = incoming.headers;
  const headers = { 'content-type': type, 'content-length': length, accept: 'application/json' };
  const onward = request(source.url, { method: incoming.method ?? 'POST', agent, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  onward.on('error', () => outgoing.writeHead(502, { 'content-length': '0' }).end());
  incoming.pipe(onward);
});

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy listens on no port');
  reportReady({ port: address.port });
});
