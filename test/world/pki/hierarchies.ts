import { type CertificatePlan, certify, clientAuth, extensions, serverAuth } from './certify.ts';
import { type AlgorithmName, keysOf } from './keys.ts';
import { caName, caPlan, certifyList, leafPlan, type Scene } from './scene.ts';

/** An authority in the shape of a real one, that can issue, revoke and let its lists expire. */
export interface Hierarchy {
  readonly cas: readonly Buffer[];
  /** A client below the issuing CA, or below the one of that name. */
  client(serial: string, below?: string): Pick<Scene, 'leaf' | 'leafKeys'>;
  /** The lists of all its CAs; `revoked` are serial numbers by the CA's name. */
  lists(
    of?: { readonly revoked?: Readonly<Record<string, readonly string[]>>; readonly without?: string } & ListDates,
  ): Buffer[];
}

interface ListDates {
  readonly thisUpdate?: Date;
  readonly nextUpdate?: Date;
}

interface Tier {
  readonly name: string;
  /** null: a root. */
  readonly above: string | null;
  readonly keys: string;
  readonly changes?: Partial<CertificatePlan>;
}

function hierarchy(algorithm: AlgorithmName, tiers: readonly Tier[]): Hierarchy {
  const plans = new Map<string, CertificatePlan>();
  for (const { name, above, keys, changes } of tiers) {
    const upper = above === null ? null : (plans.get(above) ?? null);
    plans.set(name, caPlan(caName(name), keysOf(keys), upper, { algorithm, ...changes }));
  }
  const lowest = tiers.at(-1)?.name ?? '';
  return {
    cas: [...plans.values()].map(certify),
    client(serial, below = lowest) {
      const above = plans.get(below);
      if (above === undefined) throw new Error(`no CA ${below}`);
      const plan = leafPlan(above, { algorithm, serial });
      return { leaf: certify(plan), leafKeys: plan.keys };
    },
    lists: ({ revoked = {}, without, ...dates } = {}) =>
      [...plans].flatMap(([name, plan]) => {
        const entries = (revoked[name] ?? []).map((serial) => ({ serial }));
        return name === without ? [] : certifyList(plan, { algorithm, revoked: entries, ...dates });
      }),
  };
}

const both = extensions.extendedKeyUsage(serverAuth, clientAuth);

/** As PKIoverheid Private G1: RSA with SHA-256, four tiers. */
export function g1(): Hierarchy {
  return hierarchy('rsa-sha256', [
    { name: 'Proef G1 root', above: null, keys: 'rsa4096:g1-root' },
    { name: 'Proef G1 domein', above: 'Proef G1 root', keys: 'rsa2048:g1-domain', changes: { serial: '11' } },
    { name: 'Proef G1 TSP', above: 'Proef G1 domein', keys: 'rsa2048:g1-tsp', changes: { serial: '12' } },
  ]);
}

/** As PKIoverheid G4: PSS with SHA-512, and a root for servers and clients beside one for clients only. */
export function g4(): Hierarchy {
  const tls = { extensions: { extendedKeyUsage: both } };
  const clients = { extensions: { extendedKeyUsage: extensions.extendedKeyUsage(clientAuth) } };
  return hierarchy('pss-sha512', [
    { name: 'Proef G4 root TLS', above: null, keys: 'rsa4096:g4-tls' },
    { name: 'Proef G4 TLS', above: 'Proef G4 root TLS', keys: 'rsa2048:g4-tls-tsp', changes: { serial: '21', ...tls } },
    { name: 'Proef G4 root Other', above: null, keys: 'rsa2048:g4-other' },
    {
      name: 'Proef G4 Other',
      above: 'Proef G4 root Other',
      keys: 'rsa2048:g4-tsp',
      changes: { serial: '22', ...clients },
    },
  ]);
}

/** ECDSA on P-384 over P-256. */
export function ecdsa(): Hierarchy {
  return hierarchy('ecdsa-sha384', [
    { name: 'Proef EC root', above: null, keys: 'p384:ec-root' },
    { name: 'Proef EC TSP', above: 'Proef EC root', keys: 'p384:ec-tsp', changes: { serial: '31' } },
  ]);
}
