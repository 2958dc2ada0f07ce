import { certify, clientAuth, extensions, serverAuth, uses } from '../certify.ts';
import { keysOf } from '../keys.ts';
import {
  caName,
  caPlan,
  certifyList,
  issuingName,
  leafPlan,
  rootName,
  type Scene,
  type SceneChanges,
  scene,
} from '../scene.ts';
import type { Vector } from './vector.ts';

const wanted = '2.16.528.1.1003.1.2.8.6';
const other = '2.16.528.1.1003.1.2.5.6';

function vector(name: string, word: Vector['word'], changes: SceneChanges, stricter?: string): Vector {
  return { name, word, make: () => scene(changes), ...(stricter === undefined ? {} : { stricter }) };
}

/** The issuing CA comes with the client, so that `loadTrust` has not turned it away already. */
function sent(name: string, word: Vector['word'], changes: SceneChanges, stricter?: string): Vector {
  const make = () => {
    const made = scene(changes);
    return { ...made, cas: made.cas.slice(0, 1) };
  };
  return { name, word, make, ...(stricter === undefined ? {} : { stricter }) };
}

/** One CA more between the issuing CA and the client. */
function deeper(changes: SceneChanges, below: Parameters<typeof caPlan>[3] = {}): Scene {
  const root = caPlan(rootName, keysOf('p256:root'), null, changes.root);
  const issuing = caPlan(issuingName, keysOf('p256:issuing'), root, changes.issuing);
  const last = caPlan(caName('Proef onderste CA'), keysOf('p256:last'), issuing, below);
  const leaf = leafPlan(last, changes.leaf);
  const made = scene();
  return {
    ...made,
    leaf: certify(leaf),
    chain: [certify(issuing), certify(last)],
    cas: [certify(root)],
    lists: [root, issuing, last].flatMap((ca) => certifyList(ca)),
    policies: changes.policies ?? [],
  };
}

/** Authorities, purposes and policies. */
export const pathVectors: readonly Vector[] = [
  { name: 'of an authority that is not trusted', word: 'unknown-authority', make: () => ({ ...scene(), cas: [] }) },
  {
    name: 'whose signature was changed',
    word: 'unknown-authority',
    make: () =>
      scene({ spoilLeaf: (der) => Buffer.concat([der.subarray(0, -1), Buffer.from([(der.at(-1) ?? 0) ^ 1])]) }),
  },
  vector('signed by a key that its CA does not have', 'unknown-authority', { leaf: { signer: keysOf('p256:thief') } }),
  vector('of a CA with the right name and another key', 'unknown-authority', {
    leaf: { signer: keysOf('p256:thief'), extensions: { authorityKey: extensions.authorityKey(keysOf('p256:thief')) } },
  }),
  vector('that signed itself', 'unknown-authority', {
    leaf: { issuer: caName('zichzelf'), signer: keysOf('p256:leaf') },
  }),
  {
    name: 'whose issuing CA nobody sent',
    word: 'unknown-authority',
    make: () => ({ ...scene({ chain: [] }), cas: scene().cas.slice(0, 1) }),
  },
  vector('that names another key of its CA', 'unknown-authority', {
    leaf: { extensions: { authorityKey: extensions.authorityKey(keysOf('p256:root')) } },
  }),
  vector(
    'that is a CA itself',
    'invalid-path',
    {
      leaf: { extensions: { basicConstraints: extensions.basicConstraints(true) } },
    },
    'lets a CA come as a client',
  ),
  vector('that may sign certificates', 'invalid-path', {
    leaf: { extensions: { keyUsage: extensions.keyUsage(uses.digitalSignature, uses.keyCertSign) } },
  }),
  vector('with a path length though it is no CA', 'invalid-path', {
    leaf: { extensions: { basicConstraints: extensions.basicConstraints(false, 0) } },
  }),
  vector('without an authority key identifier', 'invalid-path', { leaf: { extensions: { authorityKey: null } } }),
  vector('without a name', 'invalid-path', { leaf: { subject: [] } }),
  sent('under a CA without basic constraints', 'invalid-path', { issuing: { extensions: { basicConstraints: null } } }),
  sent('under what says that it is no CA', 'invalid-path', {
    issuing: { extensions: { basicConstraints: extensions.basicConstraints(false) } },
  }),
  sent('under a CA whose basic constraints are not critical', 'invalid-path', {
    issuing: { extensions: { basicConstraints: extensions.basicConstraints(true, 0, false) } },
  }),
  sent('under a CA without key usage', 'invalid-path', { issuing: { extensions: { keyUsage: null } } }),
  sent('under a CA that may not sign certificates', 'invalid-path', {
    issuing: { extensions: { keyUsage: extensions.keyUsage(uses.cRLSign, uses.digitalSignature) } },
  }),
  sent('under a CA without a subject key identifier', 'invalid-path', {
    issuing: { extensions: { subjectKey: null } },
  }),
  {
    name: 'deeper than its issuing CA allows',
    word: 'invalid-path',
    make: () => deeper({ issuing: { extensions: { basicConstraints: extensions.basicConstraints(true, 0) } } }),
  },
  {
    name: 'deeper than its root allows',
    word: 'invalid-path',
    make: () => deeper({ root: { extensions: { basicConstraints: extensions.basicConstraints(true, 1) } } }),
  },
  {
    name: 'issued by a client',
    word: 'invalid-path',
    make: () =>
      deeper({}, { extensions: { basicConstraints: null, keyUsage: extensions.keyUsage(uses.digitalSignature) } }),
  },
  vector('for servers only', 'wrong-purpose', {
    leaf: { extensions: { extendedKeyUsage: extensions.extendedKeyUsage(serverAuth) } },
  }),
  vector(
    'for no purpose that is named',
    'wrong-purpose',
    { leaf: { extensions: { extendedKeyUsage: null } } },
    'takes an absent purpose for any',
  ),
  vector('for any purpose', 'wrong-purpose', {
    leaf: { extensions: { extendedKeyUsage: extensions.extendedKeyUsage('2.5.29.37.0') } },
  }),
  vector('that may not sign', 'wrong-purpose', {
    leaf: { extensions: { keyUsage: extensions.keyUsage(uses.nonRepudiation) } },
  }),
  vector(
    'that may agree on keys only',
    'wrong-purpose',
    { leaf: { extensions: { keyUsage: extensions.keyUsage(uses.keyAgreement) } } },
    'lets a client agree on keys, which no suite here asks',
  ),
  vector(
    'without key usage',
    'wrong-purpose',
    { leaf: { extensions: { keyUsage: null } } },
    'takes an absent usage for any',
  ),
  sent('under a CA for servers only', 'wrong-purpose', {
    issuing: { extensions: { extendedKeyUsage: extensions.extendedKeyUsage(serverAuth) } },
  }),
  vector('under no policy where one is asked', 'wrong-policy', { policies: [wanted] }),
  vector('under another policy than is asked', 'wrong-policy', {
    policies: [wanted],
    issuing: { extensions: { policies: extensions.policies(other, wanted) } },
    leaf: { extensions: { policies: extensions.policies(other) } },
  }),
  vector('under a policy that its CA does not have', 'wrong-policy', {
    policies: [wanted],
    issuing: { extensions: { policies: extensions.policies(other) } },
    leaf: { extensions: { policies: extensions.policies(wanted) } },
  }),
  vector(
    'under a policy that its CA mapped from another',
    'wrong-policy',
    {
      policies: [wanted],
      issuing: {
        extensions: { policies: extensions.policies(wanted), mappings: extensions.policyMappings(wanted, other) },
      },
      leaf: { extensions: { policies: extensions.policies(other) } },
    },
    'follows mappings',
  ),
  vector('under a policy that its CA mapped to another', 'wrong-policy', {
    policies: [wanted],
    issuing: {
      extensions: { policies: extensions.policies(wanted), mappings: extensions.policyMappings(wanted, other) },
    },
    leaf: { extensions: { policies: extensions.policies(wanted) } },
  }),
  vector('under any policy where its CA forbids that', 'wrong-policy', {
    policies: [wanted],
    issuing: { extensions: { policies: extensions.policies(wanted), inhibit: extensions.inhibitAnyPolicy(0) } },
    leaf: { extensions: { policies: extensions.policies('2.5.29.32.0') } },
  }),
  vector(
    'without a policy where its CA demands one',
    'wrong-policy',
    {
      issuing: { extensions: { policies: extensions.policies(wanted), explicit: extensions.policyConstraints(0) } },
    },
    'looks at policies only where it is asked to',
  ),
  vector('with the same policy twice', 'malformed', {
    policies: [wanted],
    issuing: { extensions: { policies: extensions.policies(wanted) } },
    leaf: { extensions: { policies: extensions.policies(wanted, wanted) } },
  }),
];

/** What has to be good, so that the table above cannot pass by refusing everything. */
export const goodScenes: readonly { readonly name: string; readonly make: () => Scene }[] = [
  { name: 'a client as it should be', make: () => scene() },
  {
    name: 'a client at the depth that is allowed',
    make: () => deeper({ root: { extensions: { basicConstraints: extensions.basicConstraints(true, 2) } } }),
  },
  {
    name: 'a client under the policy that is asked',
    make: () =>
      scene({
        policies: [wanted, '2.999.9'],
        issuing: { extensions: { policies: extensions.policies('2.5.29.32.0') } },
        leaf: { extensions: { policies: extensions.policies(other, wanted) } },
      }),
  },
  {
    name: 'a client for servers and clients, under a CA for both',
    make: () =>
      scene({
        issuing: { extensions: { extendedKeyUsage: extensions.extendedKeyUsage(serverAuth, clientAuth) } },
        leaf: { extensions: { extendedKeyUsage: extensions.extendedKeyUsage(serverAuth, clientAuth) } },
      }),
  },
];
