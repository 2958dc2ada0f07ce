import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:https';
import { reportableNames } from './excess-names.mjs';
import { userToken } from './user-token.mjs';

/**
 * The gateway's partner API over mutual TLS, on kept connections. What the gateway refuses is a reply like every other;
 * only a connection that fails throws.
 * @type {import('./client-types.d.mts').Connect}
 */
export function connect({ gateway, cert, key: clientKey, ca, timeoutMs = 15_000, ...signer }) {
  const agent = new Agent({ keepAlive: true, cert, key: clientKey, ca, minVersion: 'TLSv1.2' });
  const sign = (
    /** @type {string} */ path,
    /** @type {object} */ body,
    /** @type {import('./client-types.d.mts').User} */ user,
  ) => userToken(signer, { path, body, user });
  /** @type {import('./client-types.d.mts').Connection['post']} */
  const post = async (path, body, { key = randomUUID(), signed } = {}) => {
    const whole = signed === undefined ? body : { ...body, [signed.member]: await sign(path, body, signed.user) };
    const headers = { 'content-type': 'application/json', 'idempotency-key': key };
    return exchange({ agent, timeoutMs }, new URL(path, gateway), { method: 'POST', headers }, JSON.stringify(whole));
  };
  const by = (/** @type {import('./client-types.d.mts').User} */ user) => ({ member: 'by', user });
  return {
    ask: (body, user, key) => post('/v1/requests', body, { ...keyed(key), signed: { member: 'onBehalfOf', user } }),
    collect: (id, key) => post(`/v1/requests/${id}/collections`, {}, keyed(key)),
    reportExcess: (id, fields, user, key) =>
      post(
        `/v1/requests/${id}/excess-reports`,
        { fields: reportableNames(fields) },
        { ...keyed(key), signed: by(user) },
      ),
    get: (path) => exchange({ agent, timeoutMs }, new URL(path, gateway), { method: 'GET', headers: {} }, null),
    post,
    userToken: sign,
    close: () => agent.destroy(),
  };
}

/** @param {string | undefined} key */
function keyed(key) {
  return key === undefined ? {} : { key };
}

/**
 * @param {{ readonly agent: Agent, readonly timeoutMs: number }} over
 * @param {URL} url
 * @param {{ readonly method: string, readonly headers: Readonly<Record<string, string>> }} how
 * @param {string | null} payload
 * @returns {Promise<import('./client-types.d.mts').Reply>}
 */
function exchange({ agent, timeoutMs }, url, { method, headers }, payload) {
  return new Promise((resolve, reject) => {
    const length = payload === null ? {} : { 'content-length': String(Buffer.byteLength(payload)) };
    const signal = AbortSignal.timeout(timeoutMs);
    const accept = 'application/json, application/problem+json';
    let isAnswered = false;
    const call = request(url, { agent, method, headers: { accept, ...headers, ...length }, signal }, (response) => {
      isAnswered = true;
      /** @type {Buffer[]} */
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const isJson = /\bjson\b/.test(response.headers['content-type'] ?? '') && text !== '';
        try {
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: isJson ? JSON.parse(text) : text,
          });
        } catch (error) {
          reject(error);
        }
      });
    });
    call.on('error', reject);
    call.on('upgrade', ({ statusCode }, socket) => {
      socket.destroy();
      reject(new Error(`the gateway answered ${statusCode}`));
    });
    // some ends Node tells by this alone; of an answer that began, its own events tell
    call.on('close', () => isAnswered || reject(new Error('the gateway gave no answer')));
    call.end(payload ?? undefined);
  });
}
