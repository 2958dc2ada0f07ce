import { BlockList, isIP, isIPv4 } from 'node:net';

/** Which addresses outside the public internet may be called all the same, as `10.1.0.0/16`. */
export type Networks = readonly string[];

/** Never, whoever lists it: this host's own name for itself, link-local (where clouds keep their secrets), multicast. */
const never = ['0.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4', '255.255.255.255/32', '::/128', 'fe80::/10', 'ff00::/8'];
/** Set aside by IANA: private, loopback, shared, benchmarks, documentation, and ways from IPv6 to IPv4. */
const notPublic4 = [
  ...['10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24'],
  ...['192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '240.0.0.0/4'],
];
const public6 = ['2000::/3'];
const notPublic6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

const neverList = listOf(never);
const notPublicList = listOf([...notPublic4, ...notPublic6]);
const public6List = listOf(public6);

/** Whether an event may be sent to this address. INVARIANT: what is no address, or of no known range, is a no. */
export function mayBeCalled(address: string, networks: Networks): boolean {
  const plain = unmapped(address);
  if (isIP(plain) === 0 || holds(neverList, plain)) return false;
  if (holds(listOf(networks), plain)) return true;
  if (holds(notPublicList, plain)) return false;
  return isIPv4(plain) || holds(public6List, plain);
}

/** Whether a text is a network that may be listed: of addresses alone, none of which is called never. */
export function isNetwork(text: string): boolean {
  const [address = '', bits = '', ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || address.includes('%') || rest.length > 0 || !/^(0|[1-9][0-9]{0,2})$/.test(bits)) return false;
  return Number(bits) <= (version === 4 ? 32 : 128);
}

function listOf(networks: Networks): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    list.addSubnet(address, Number(bits), isIPv4(address) ? 'ipv4' : 'ipv6');
  }
  return list;
}

function holds(list: BlockList, address: string): boolean {
  return list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}

/** An IPv4 address that is written as IPv6 is judged as what it is. */
function unmapped(address: string): string {
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
}
