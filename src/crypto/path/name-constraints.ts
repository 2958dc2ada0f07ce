import type { Subtree } from './certificate-extensions.ts';
import type { DistinguishedName, GeneralName } from './distinguished-name.ts';
import type { ParsedCertificate } from './parse-certificate.ts';

const commonName = '2.5.4.3';
const emailAddress = '1.2.840.113549.1.9.1';

/**
 * Whether every name in `certificate` stands within what a CA above it permits and outside what it excludes.
 * Bounds, and constraints on forms of names that are not known here, permit nothing.
 */
export function namesPermitted(
  certificate: ParsedCertificate,
  { permitted, excluded }: Pick<ParsedCertificate, 'permitted' | 'excluded'>,
): boolean {
  const subtrees = [...permitted, ...excluded];
  if (subtrees.length === 0) return true;
  if (subtrees.some(({ base, bounded }) => bounded || base.form === 'other')) return false;
  return namesOf(certificate).every((name) => {
    if (!subtrees.some(({ base }) => base.form === name.form)) return true;
    // what cannot be read cannot be shown to stand outside what is excluded
    if (!isReadable(name)) return false;
    const sameForm = permitted.filter(({ base }) => base.form === name.form);
    if (sameForm.length > 0 && !sameForm.some((subtree) => within(name, subtree))) return false;
    return !excluded.some((subtree) => within(name, subtree));
  });
}

/** Also what stands in the subject and could be taken for a name of a host or mailbox. */
function namesOf({ subject, names }: ParsedCertificate): GeneralName[] {
  const alternative = names ?? [];
  const texts = (oid: string) =>
    subject.attributes.filter((attribute) => attribute.oid === oid).map(({ value }) => value.toString('latin1'));
  const hosts = alternative.some(({ form }) => form === 'dns')
    ? []
    : texts(commonName).filter((text) => /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+\.?$/.test(text));
  return [
    ...alternative,
    ...(subject.attributes.length === 0 ? [] : [{ form: 'directory', name: subject } as const]),
    ...texts(emailAddress).map((text) => ({ form: 'email', text }) as const),
    ...hosts.map((text) => ({ form: 'dns', text }) as const),
  ];
}

function isReadable(name: GeneralName): boolean {
  if (name.form === 'ip') return name.bytes.length === 4 || name.bytes.length === 16;
  if (name.form === 'dns') return /^(\*\.)?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?$/.test(name.text);
  if (name.form === 'email') return /^[^@]+@[A-Za-z0-9.-]+$/.test(name.text);
  if (name.form === 'uri') return hostOf(name.text) !== '';
  return name.form === 'directory';
}

function within(name: GeneralName, { base }: Subtree): boolean {
  if (name.form === 'directory' && base.form === 'directory') return startsWith(name.name, base.name);
  if (name.form === 'ip' && base.form === 'ip') return inNetwork(name.bytes, base.bytes);
  if (name.form === 'dns' && base.form === 'dns') return inDomain(plain(name.text), plain(base.text));
  if (name.form === 'email' && base.form === 'email') return inMailboxes(name.text, base.text);
  if (name.form === 'uri' && base.form === 'uri') return inHosts(hostOf(name.text), plain(base.text));
  return false;
}

function startsWith({ folded }: DistinguishedName, { folded: base }: DistinguishedName): boolean {
  return base.length <= folded.length && base.every((rdn, index) => folded[index] === rdn);
}

function inNetwork(address: Buffer, network: Buffer): boolean {
  if (network.length !== 2 * address.length) return false;
  return address.every((byte, index) => {
    const mask = network[address.length + index] ?? 0;
    return (byte & mask) === ((network[index] ?? 0) & mask);
  });
}

/** `example.nl` holds itself and everything under it; `.example.nl` only what is under it; empty holds all. */
function inDomain(host: string, domain: string): boolean {
  if (domain === '') return true;
  return domain.startsWith('.') ? host.endsWith(domain) : host === domain || host.endsWith(`.${domain}`);
}

/** For mailboxes and addresses `example.nl` is that host alone. */
function inHosts(host: string, constraint: string): boolean {
  if (constraint === '') return true;
  return constraint.startsWith('.') ? host.endsWith(constraint) : host === constraint;
}

function inMailboxes(mailbox: string, constraint: string): boolean {
  const at = mailbox.lastIndexOf('@');
  const host = plain(mailbox.slice(at + 1));
  const wanted = constraint.lastIndexOf('@');
  if (wanted < 0) return inHosts(host, plain(constraint));
  return mailbox.slice(0, at) === constraint.slice(0, wanted) && host === plain(constraint.slice(wanted + 1));
}

function hostOf(uri: string): string {
  return URL.canParse(uri) ? plain(new URL(uri).hostname) : '';
}

/** Without differences that make no other host. */
function plain(host: string): string {
  return host.toLowerCase().replace(/\.$/, '');
}
