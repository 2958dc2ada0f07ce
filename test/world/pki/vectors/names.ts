import { type CertificatePlan, extensions, generalNames, subtree, types } from '../certify.ts';
import { context, sequence } from '../der-write.ts';
import { caName, leafName, type Scene, scene, testOin } from '../scene.ts';
import type { Vector } from './vector.ts';

const permitted = (...names: readonly Buffer[]) => extensions.nameConstraints(names.map(subtree));
const excluded = (...names: readonly Buffer[]) => extensions.nameConstraints([], names.map(subtree));
const alternative = (...names: readonly Buffer[]) => ({
  extensions: { names: extensions.alternativeNames(false, ...names) },
});

function constrained(constraints: Buffer, leaf: Partial<CertificatePlan> = {}): Scene {
  const made = scene({ issuing: { extensions: { constraints } }, leaf });
  return { ...made, cas: made.cas.slice(0, 1) };
}

function outside(name: string, constraints: Buffer, leaf: Partial<CertificatePlan> = {}, stricter?: string): Vector {
  const make = () => constrained(constraints, leaf);
  return { name, word: 'name-not-permitted', make, ...(stricter === undefined ? {} : { stricter }) };
}

const { directory, dns, email, ip, registered, uri } = generalNames;
const withSerial = [[types.serialNumber, testOin]] as const;

/** Names outside what their CA may issue for. */
export const nameVectors: readonly Vector[] = [
  outside('with a subject outside what is permitted', permitted(directory([[[types.C, 'BE']]]))),
  outside('with a subject within what is excluded', excluded(directory([[[types.C, 'NL']]]))),
  outside('with an excluded subject in other letters', excluded(directory([[[types.C, 'nl', 0x0c]]]))),
  outside('with a host outside what is permitted', permitted(dns('example.nl')), alternative(dns('example.com'))),
  outside('with a host that only ends alike', permitted(dns('example.nl')), alternative(dns('badexample.nl'))),
  outside('with a host within what is excluded', excluded(dns('example.nl')), alternative(dns('a.example.nl'))),
  outside('with an excluded host in capitals', excluded(dns('example.nl')), alternative(dns('A.EXAMPLE.NL'))),
  outside(
    'with an excluded host and a dot behind it',
    excluded(dns('example.nl')),
    alternative(dns('a.example.nl.')),
    'takes the dot for another name',
  ),
  outside('with an excluded host as common name', excluded(dns('example.nl')), {
    subject: [[[types.CN, 'a.example.nl']], withSerial],
  }),
  outside('with a mailbox outside what is permitted', permitted(email('example.nl')), alternative(email('a@b.nl'))),
  outside('with an excluded mailbox in its subject', excluded(email('example.nl')), {
    subject: leafName([[types.email, 'a@example.nl', 0x16]], withSerial),
  }),
  outside(
    'with an address outside what is permitted',
    permitted(uri('.example.nl')),
    alternative(uri('https://b.nl/')),
  ),
  outside(
    'with a network address that is excluded',
    excluded(ip(10, 0, 0, 0, 255, 0, 0, 0)),
    alternative(ip(10, 1, 2, 3)),
  ),
  outside(
    'with a network address outside what is permitted',
    permitted(ip(10, 0, 0, 0, 255, 0, 0, 0)),
    alternative(ip(11, 1, 2, 3)),
  ),
  outside(
    'under constraints on a form of name that nobody knows',
    permitted(registered('2.999.3')),
    {},
    'passes over forms that the client has no name of',
  ),
  outside(
    'under constraints with a minimum',
    extensions.nameConstraints([sequence(directory([[[types.C, 'NL']]]), context(0, false, Buffer.from([1])))]),
  ),
];

/** Names within what their CA may issue for. */
export const goodNames: readonly { readonly name: string; readonly make: () => Scene }[] = [
  { name: 'a subject within what is permitted', make: () => constrained(permitted(directory([[[types.C, 'nl']]]))) },
  {
    name: 'a host within what is permitted',
    make: () => constrained(permitted(dns('example.nl')), alternative(dns('a.example.nl'))),
  },
  {
    name: 'a network address within what is permitted',
    make: () => constrained(permitted(ip(10, 0, 0, 0, 255, 0, 0, 0)), alternative(ip(10, 9, 9, 9))),
  },
  { name: 'a subject beside what is excluded', make: () => constrained(excluded(directory(caName('Proef root')))) },
];
