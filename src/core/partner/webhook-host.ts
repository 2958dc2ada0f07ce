import { z } from 'zod';

/** Labels of a name, the last of which begins with a letter: so no spelling of an IP address is one. */
const name = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const httpsPort = '443';

/** Where a unit may be told of events, as a partners file writes it: `host` or `host:port`, a name and no IP address. */
export const webhookHost = z
  .string()
  .max(200)
  .refine(isHost, 'must be a host name in lower case, not an IP address, with a port where it is not 443');

/** The address of a webhook: https, a host by name, a path; nothing that could hold a secret or be dropped on the way. */
export const webhookUrl = z
  .string()
  .max(500)
  .refine(isWebhookUrl, 'must be an https address with a host name, without credentials, query or fragment');

/** Whether this address is at one of the hosts that stand with the unit. */
export function isAtListedHost(url: string, hosts: readonly string[]): boolean {
  const wanted = hostOf(url);
  return hosts.some((host) => (host.includes(':') ? host : `${host}:${httpsPort}`) === wanted);
}

/** `host:port` of an address of the form above. */
export function hostOf(url: string): string {
  const { hostname, port } = new URL(url);
  return `${hostname}:${port === '' ? httpsPort : port}`;
}

function isHost(text: string): boolean {
  const [host = '', port = httpsPort, ...rest] = text.split(':');
  return rest.length === 0 && name.test(host) && /^[1-9][0-9]{0,4}$/.test(port) && Number(port) <= 65_535;
}

/** Only in the one spelling that URL itself gives, so that what is compared is what is called. */
function isWebhookUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  const isPlain = url.username === '' && url.password === '' && !text.includes('?') && !text.includes('#');
  return url.href === text && url.protocol === 'https:' && name.test(url.hostname) && isPlain;
}
