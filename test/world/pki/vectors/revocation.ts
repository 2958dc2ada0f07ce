import { extension, extensions, type ListPlan, listExtensions, reason, scopes } from '../certify.ts';
import { element } from '../der-write.ts';
import { keysOf } from '../keys.ts';
import {
  caName,
  caPlan,
  certifyList,
  daysAway,
  issuingName,
  rootName,
  type Scene,
  type SceneChanges,
  scene,
} from '../scene.ts';
import type { Vector } from './vector.ts';

const unknown = 'revocation-unknown';
const leafSerial = '777777';
const { scope } = listExtensions;

function list(
  name: string,
  word: Vector['word'],
  issuingList: Partial<ListPlan> | null,
  more: SceneChanges = {},
): Vector {
  return { name, word, make: () => scene({ issuingList, ...more }) };
}

function scoped(name: string, member: Buffer, stricter?: string): Vector {
  const made = list(name, unknown, { extensions: { scope: scope(member) } });
  return stricter === undefined ? made : { ...made, stricter };
}

const issuing = () => caPlan(issuingName, keysOf('p256:issuing'), caPlan(rootName, keysOf('p256:root'), null));
const atAddress = { extensions: { at: extensions.listsAt('http://lijsten.example/1.crl') } };

/** Lists that say that a certificate was taken back, or that cannot say that it was not. */
export const revocationVectors: readonly Vector[] = [
  list('that was revoked', 'revoked', { revoked: [{ serial: 'ab' }, { serial: leafSerial }] }),
  list('that is on hold', 'revoked', { revoked: [{ serial: leafSerial, extensions: [reason(6)] }] }),
  {
    ...list('that stands on a list as removed from it', 'revoked', {
      revoked: [{ serial: leafSerial, extensions: [reason(8)] }],
    }),
    stricter: 'takes it off again, which only a delta list can say',
  },
  {
    ...list('whose issuing CA was revoked', 'revoked', {}, { rootList: { revoked: [{ serial: '1234' }] } }),
  },
  list('without a list of its CA', unknown, null),
  list('without a list of its root', unknown, {}, { rootList: null }),
  list('with a list that has expired', unknown, { thisUpdate: daysAway(-9), nextUpdate: daysAway(-2) }),
  list(
    'with a list of its root that has expired',
    unknown,
    {},
    {
      rootList: { thisUpdate: daysAway(-9), nextUpdate: daysAway(-2) },
    },
  ),
  list('with a list that is not valid yet', unknown, { thisUpdate: daysAway(1) }),
  {
    ...list('with a list without an end', unknown, { nextUpdate: null }),
    stricter: 'takes a list without an end for good forever',
  },
  list('with a list that another key signed', unknown, { signer: keysOf('p256:thief') }),
  list('with a list of another CA', unknown, { issuer: caName('Andere CA') }),
  {
    ...list('with a list that names another key', unknown, {
      extensions: { authorityKey: extensions.authorityKey(keysOf('p256:root')) },
    }),
  },
  {
    name: 'with a list whose signature was changed',
    word: unknown,
    make: () =>
      scene({ spoilIssuingList: (der) => Buffer.concat([der.subarray(0, -1), Buffer.from([(der.at(-1) ?? 0) ^ 1])]) }),
  },
  {
    name: 'with a list that is cut off',
    word: unknown,
    make: () => scene({ spoilIssuingList: (der) => der.subarray(0, -20) }),
  },
  {
    ...list('with a list that was signed with SHA-1', unknown, { algorithm: 'ecdsa-sha1' }),
    stricter: 'looks at algorithms by a level of its own, which lets this pass',
  },
  {
    ...list('with a delta list only', unknown, { extensions: { delta: listExtensions.delta(6) } }),
    stricter: 'takes a delta list for a whole one where there is no other',
  },
  scoped('with an indirect list', scopes.indirect),
  scoped('with a list of some reasons', scopes.someReasons),
  scoped('with a list of CAs only', scopes.onlyCa),
  scoped('with a list of attribute certificates only', scopes.onlyAttribute),
  scoped('with a list of another distribution point', scopes.at('http://lijsten.example/2.crl')),
  {
    ...list('with a list of one distribution point, where it names another', unknown, {
      extensions: { scope: scope(scopes.at('http://lijsten.example/2.crl')) },
    }),
    make: () =>
      scene({
        leaf: atAddress,
        issuingList: { extensions: { scope: scope(scopes.at('http://lijsten.example/2.crl')) } },
      }),
  },
  list(
    'with a list of users only, of its root',
    unknown,
    {},
    { rootList: { extensions: { scope: scope(scopes.onlyUser) } } },
  ),
  list('with a list that has a critical extension nobody knows', unknown, {
    extensions: { unknown: extension('2.999.4', true, element(0x05)) },
  }),
  list('with a list that has a critical extension nobody knows in an entry', unknown, {
    revoked: [{ serial: 'ab', extensions: [extension('2.999.4', true, element(0x05))] }],
  }),
  {
    name: 'with a list of a CA that may not sign lists',
    word: unknown,
    make: () => {
      const made = scene({ issuing: { extensions: { keyUsage: extensions.keyUsage(5) } } });
      return { ...made, cas: made.cas.slice(0, 1) };
    },
  },
];

/** What has to be good. */
export const goodLists: readonly { readonly name: string; readonly make: () => Scene }[] = [
  { name: 'a delta list beside a whole one', make: () => scene({ moreLists: deltas() }) },
  {
    name: 'a list of users only, and one of CAs only of the root',
    make: () =>
      scene({
        issuingList: { extensions: { scope: scope(scopes.onlyUser) } },
        rootList: { extensions: { scope: scope(scopes.onlyCa) } },
      }),
  },
  {
    name: 'a list of the distribution point that it names',
    make: () =>
      scene({
        leaf: atAddress,
        issuingList: { extensions: { scope: scope(scopes.at('http://lijsten.example/1.crl')) } },
      }),
  },
  {
    name: 'an older list on which it stood, beside a newer one on which it does not',
    make: () =>
      scene({ moreLists: certifyList(issuing(), { thisUpdate: daysAway(-5), revoked: [{ serial: leafSerial }] }) }),
  },
];

function deltas(): Buffer[] {
  return certifyList(issuing(), { thisUpdate: daysAway(-0.5), extensions: { delta: listExtensions.delta(7) } });
}
