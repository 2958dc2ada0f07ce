import { v7 } from 'uuid';
import type { Credentials } from '../../../src/demo/authority.ts';
import { roles } from '../../../src/demo/story/scene.ts';
import { gatewayOin } from '../../../src/demo/world.ts';
import { confirmation } from '../../world/fsc.ts';
import { asClientCert } from '../proxies/as-if-direct.ts';
import { type CanaryWorld, mark, type Sent } from './canary-world.ts';
import { plan } from './good-flows.ts';

function municipality({ world }: CanaryWorld): Credentials {
  const credentials = world.credentials.get(roles.municipality);
  if (credentials === undefined) throw new RangeError(roles.municipality);
  return credentials;
}

/** A question that goes well, and every way to be turned away, at the entrance for proxies. */
export async function askThroughProxy(c: CanaryWorld, bsn: string): Promise<void> {
  const { proxy, unlisted } = c.fronts;
  const base = c.world.gateways[0]?.ready.proxyUrl ?? '';
  const passedOn = { 'client-cert': asClientCert(municipality(c)) };
  await c.good('/v1/requests', { base, credentials: proxy, headers: passedOn, body: plan(bsn) }, 200);
  await c.call('/v1/requests', { base, credentials: unlisted, headers: passedOn, body: plan(bsn) });
  // As every call here has it: a mark, and no certificate.
  await c.call(`/v1/requests?bsn=${bsn}`, { base, credentials: proxy, body: plan(bsn) });
  const loose = `${passedOn['client-cert']};naam="${mark('Client-Cert')}"`;
  await c.call('/v1/events', { base, credentials: proxy, headers: { 'client-cert': loose } });
  for (const stranger of c.strangers.values()) {
    await c.call('/v1/requests', {
      ...{ base, credentials: proxy, body: plan(bsn) },
      headers: { 'client-cert': asClientCert(stranger) },
    });
  }
}

/** The same through an Inway, with everything that is wrong with a token. */
export async function askThroughInway(c: CanaryWorld, bsn: string): Promise<void> {
  const { inway, manager } = c.fronts;
  const outway = municipality(c);
  const own = {
    ...{ gid: 'fsc.example', svc: 'sluis', sub: '00000099000000003000', iss: gatewayOin },
    ...{ aud: 'https://inway.example:443', cnf: confirmation(outway.thumbprint), add: { naam: mark('FSC token') } },
  };
  const token = (more: object = {}) => `Bearer ${manager.token({ ...own, ...more })}`;
  const ask = (authorization: string, more: Readonly<Record<string, string>> = {}): Sent => ({
    credentials: inway,
    body: plan(bsn),
    headers: {
      'client-cert': asClientCert(outway),
      'fsc-authorization': authorization,
      'fsc-transaction-id': v7(),
      ...more,
    },
  });
  await c.good('/v1/requests', ask(token()), 200);
  const wrong = [
    ...[`Bearer ${mark('FSC token')}`, token({ exp: Math.floor(Date.now() / 1_000) - 60 }), ''],
    ...[{ gid: mark('FSC token') }, { svc: mark('FSC token') }, { sub: mark('FSC token') }, { cnf: {} }].map(token),
  ];
  for (const authorization of wrong) await c.call('/v1/requests', ask(authorization));
  await c.call('/v1/requests', ask(token(), { 'fsc-transaction-id': mark('FSC transaction') }));
  await c.call('/v1/requests', ask(token(), { 'client-cert': `:${mark('Client-Cert')}` }));
}
