import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { type HttpsListener, httpsListener } from '../../src/api/https-listener.ts';
import { isStillGood, verifyPeer } from '../../src/crypto/certificate.ts';
import { toPem } from '../../src/crypto/path/pem-blocks.ts';
import { partnerListenerTls } from '../../src/crypto/tls.ts';
import { type WatchedIdentity, watchIdentity } from '../../src/crypto/watch-identity.ts';
import { type TrustAlarm, type WatchedTrust, watchTrust } from '../../src/crypto/watch-trust.ts';
import type { Scene } from '../world/pki/scene.ts';

export interface PkiListener {
  readonly port: number;
  readonly alarms: TrustAlarm[];
  readonly problems: string[];
  readonly trust: WatchedTrust;
  /** Puts lists in the folder of lists, under a name, in one step. */
  writeLists(name: string, lists: readonly Buffer[]): void;
  writeCas(name: string, cas: readonly Buffer[]): void;
  close(): Promise<void>;
}

/** A listener as the gateway has it, on folders of CAs and lists, that answers with what it thinks of its peer. */
export async function pkiListener(
  folder: string,
  own: { readonly certificateFile: string; readonly keyFile: string },
  first: Pick<Scene, 'cas' | 'lists'>,
): Promise<PkiListener> {
  const write = (kind: string, label: string) => (name: string, ders: readonly Buffer[]) => {
    const path = join(folder, kind, name);
    writeFileSync(`${path}.new`, ders.map((der) => toPem(der, label)).join(''));
    renameSync(`${path}.new`, path);
  };
  for (const kind of ['cas', 'lists']) mkdirSync(join(folder, kind), { recursive: true });
  const writeCas = write('cas', 'CERTIFICATE');
  const writeLists = write('lists', 'X509 CRL');
  writeCas('first', first.cas);
  writeLists('first', first.lists);
  const alarms: TrustAlarm[] = [];
  const problems: string[] = [];
  let listener: HttpsListener | null = null;
  const rules = () => ({ trust: trust.current(), acceptTestOins: true, now: new Date() });
  const recheck = (): void => {
    listener?.recheck((socket) => isStillGood(socket, rules())).catch((error: unknown) => problems.push(String(error)));
  };
  const renew = (): void => {
    listener?.renew(partnerListenerTls(identity.current(), trust.current()));
    recheck();
  };
  const watching = { environment: 'demo', everyMs: 100, onChange: renew } as const;
  const identity: WatchedIdentity = watchIdentity(own, { ...watching, onProblem: (text) => problems.push(text) });
  const trust: WatchedTrust = watchTrust(
    { caFiles: [join(folder, 'cas')], crlFiles: [join(folder, 'lists')] },
    { ...watching, alarmPercent: 25, onAlarm: (alarm) => alarms.push(alarm) },
  );
  const tls = partnerListenerTls(identity.current(), trust.current());
  const connections = { opened: (socket: TLSSocket) => void verifyPeer(socket, rules()), closed: () => undefined };
  const handle = (_request: Request, env: { incoming: { socket: unknown } }) => {
    const verdict = verifyPeer(env.incoming.socket as TLSSocket, rules());
    return Response.json(verdict.ok ? 'verified' : verdict.refusal);
  };
  const app = handle as Parameters<typeof httpsListener>[0];
  listener = await httpsListener(app, { host: '127.0.0.1', port: 0 }, tls, undefined, connections);
  const timer = setInterval(recheck, 200);
  const opened = listener;
  return {
    port: opened.port,
    alarms,
    problems,
    trust,
    writeLists,
    writeCas,
    close() {
      clearInterval(timer);
      identity.close();
      trust.close();
      return opened.close();
    },
  };
}

export function credentialsOf(
  { leaf, leafKeys }: Pick<Scene, 'leaf' | 'leafKeys'>,
  chain: readonly Buffer[] = [],
): { readonly cert: string; readonly key: string } {
  return {
    cert: [leaf, ...chain].map((der) => toPem(der, 'CERTIFICATE')).join(''),
    key: leafKeys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** One request on a connection of its own, or of `agent`. */
export function ask(port: number, options: Parameters<typeof request>[1] & object): Promise<string> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: '127.0.0.1', port, rejectUnauthorized: false, agent: false, ...options },
      (incoming) => {
        let body = '';
        incoming.setEncoding('utf8').on('data', (chunk: string) => {
          body += chunk;
        });
        incoming.on('end', () => resolve(JSON.parse(body) as string)).on('error', reject);
      },
    );
    outgoing.on('error', reject).end();
  });
}

export interface Kept {
  readonly socket: TLSSocket;
  /** The last session that the gateway gave. */
  session(): Buffer | undefined;
  ask(): Promise<string>;
  /** Milliseconds until the other end closed, or null when it did not within the time. */
  closedWithin(ms: number): Promise<number | null>;
}

/** A connection that stays open and is asked over by hand. */
export async function keep(port: number, options: ConnectionOptions): Promise<Kept> {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options });
  let session: Buffer | undefined;
  let closed = false;
  socket.on('session', (given: Buffer) => {
    session = given;
  });
  socket.on('close', () => {
    closed = true;
  });
  socket.on('error', () => undefined);
  socket.setEncoding('utf8');
  await new Promise<void>((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
  return {
    socket,
    session: () => session,
    ask: () =>
      new Promise((resolve, reject) => {
        socket.once('data', (text: string) =>
          resolve(JSON.parse(/"[a-z-]+"/.exec(text.split('\r\n\r\n')[1] ?? '')?.[0] ?? '"?"')),
        );
        socket.once('close', () => reject(new Error('closed')));
        socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
      }),
    async closedWithin(ms) {
      const start = performance.now();
      while (!closed && performance.now() - start < ms) await new Promise((resolve) => setTimeout(resolve, 20));
      return closed ? performance.now() - start : null;
    },
  };
}
