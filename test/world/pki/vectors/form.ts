import { extension, extensions, uses } from '../certify.ts';
import { integer, octets, sequence, truth } from '../der-write.ts';
import { explicitCurve, keysOf } from '../keys.ts';
import { daysAway, scene } from '../scene.ts';
import type { Vector } from './vector.ts';

const unknown = extension('2.999.1', true, octets(Buffer.from('?')));

/** Form, extensions and dates. */
export const formVectors: readonly Vector[] = [
  {
    name: 'of version 1',
    word: 'malformed',
    make: () => scene({ leaf: { version: null, extensions: none } }),
    stricter: 'takes a client of version 1 for one without limits',
  },
  {
    name: 'of version 1 with extensions',
    word: 'malformed',
    make: () => scene({ leaf: { version: null } }),
  },
  {
    name: 'of version 4',
    word: 'malformed',
    make: () => scene({ leaf: { version: 3 } }),
    stricter: 'takes versions that nobody defined',
  },
  {
    name: 'under an issuing CA of version 1 that came along',
    word: 'malformed',
    make: () => {
      const made = scene({ issuing: { version: null, extensions: none } });
      return { ...made, cas: made.cas.slice(0, 1) };
    },
  },
  {
    name: 'with bytes after its end',
    word: 'malformed',
    make: () => scene({ spoilLeaf: (der) => Buffer.concat([der, Buffer.from([0])]) }),
    stricter: 'reads PEM and looks no further than the certificate',
  },
  { name: 'cut off', word: 'malformed', make: () => scene({ spoilLeaf: (der) => der.subarray(0, -9) }) },
  {
    name: 'with the same extension twice',
    word: 'malformed',
    make: () => scene({ leaf: { extensions: { again: extensions.keyUsage(uses.digitalSignature) } } }),
  },
  {
    name: 'with an extension that is not known twice',
    word: 'malformed',
    make: () => scene({ leaf: { extensions: { one: harmless, two: harmless } } }),
    stricter: 'looks for doubles only among the extensions that it knows',
  },
  {
    name: 'with an extension whose value is no DER',
    word: 'malformed',
    make: () =>
      scene({ leaf: { extensions: { extendedKeyUsage: extension('2.5.29.37', false, Buffer.from('30ff', 'hex')) } } }),
  },
  {
    name: 'with another algorithm inside than outside',
    word: 'malformed',
    make: () => scene({ leaf: { innerAlgorithm: 'ecdsa-sha384' } }),
  },
  {
    name: 'with a serial number below zero',
    word: 'malformed',
    make: () => scene({ spoilLeaf: (der) => replaced(der, integer('777777'), Buffer.from('0203f77777', 'hex')) }),
  },
  {
    name: 'with a serial number of 22 bytes',
    word: 'malformed',
    make: () => scene({ leaf: { serial: '11'.repeat(22) } }),
    stricter: 'takes serial numbers of any length',
  },
  {
    name: 'with a critical extension that nobody knows',
    word: 'unknown-extension',
    make: () => scene({ leaf: { extensions: { unknown } } }),
  },
  {
    name: 'under an issuing CA with a critical extension that nobody knows',
    word: 'unknown-extension',
    make: () => {
      const made = scene({ issuing: { extensions: { unknown } } });
      return { ...made, cas: made.cas.slice(0, 1) };
    },
  },
  {
    name: 'with a critical subject key identifier',
    word: 'unknown-extension',
    make: () => scene({ leaf: { extensions: { subjectKey: extensions.subjectKey(keysOf('p256:leaf'), true) } } }),
  },
  {
    name: 'with a critical authority key identifier',
    word: 'unknown-extension',
    make: () =>
      scene({ leaf: { extensions: { authorityKey: extensions.authorityKey(keysOf('p256:issuing'), true) } } }),
  },
  {
    name: 'with a critical Netscape type',
    word: 'unknown-extension',
    make: () =>
      scene({
        leaf: { extensions: { type: extension('2.16.840.1.113730.1.1', true, Buffer.from('03020780', 'hex')) } },
      }),
    stricter: 'still knows Netscape types',
  },
  { name: 'that has expired', word: 'expired', make: () => scene({ leaf: { notAfter: daysAway(-1) } }) },
  { name: 'that is not valid yet', word: 'not-yet-valid', make: () => scene({ leaf: { notBefore: daysAway(1) } }) },
  {
    name: 'under an issuing CA that has expired',
    word: 'expired',
    make: () => scene({ issuing: { notAfter: daysAway(-1) } }),
  },
  {
    name: 'under an issuing CA that is not valid yet',
    word: 'not-yet-valid',
    make: () => scene({ issuing: { notBefore: daysAway(1) } }),
  },
  { name: 'under a root that has expired', word: 'expired', make: () => scene({ root: { notAfter: daysAway(-1) } }) },
  {
    name: 'with a key on a curve that is spelt out',
    word: 'weak-algorithm',
    make: () => scene({ leaf: { keys: explicitCurve() } }),
  },
];

const harmless = extension('2.999.2', false, sequence(truth(true)));
const none = {
  basicConstraints: null,
  keyUsage: null,
  extendedKeyUsage: null,
  subjectKey: null,
  authorityKey: null,
};

function replaced(der: Buffer, from: Buffer, to: Buffer): Buffer {
  const at = der.indexOf(from);
  if (at < 0 || from.length !== to.length) throw new Error('nothing to replace');
  return Buffer.concat([der.subarray(0, at), to, der.subarray(at + from.length)]);
}
