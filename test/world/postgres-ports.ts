import { setTimeout as sleep } from 'node:timers/promises';
import { instant, mint, type RequestId, type UnitId } from '../../src/core/brand.ts';
import type { Call } from '../../src/core/disclosure/operations.ts';
import type { Journal } from '../../src/core/disclosure/ports.ts';
import { Fault } from '../../src/core/fault.ts';
import type { Partner, Unit } from '../../src/core/partner/partner.ts';
import { partnersFile } from '../../src/core/partner/partners-file.ts';
import type { PolicySet } from '../../src/core/policy/policy-set.ts';
import type { SubjectChangePorts } from '../../src/core/subject/change-ports.ts';
import type { SubjectCipher } from '../../src/core/subject/ports.ts';
import type { SubjectReference } from '../../src/core/subject/reference.ts';
import { entropy } from '../../src/crypto/entropy.ts';
import { applyPartners } from '../../src/store/partners.ts';
import { openRegistry } from '../../src/store/registry.ts';
import { sealNumber } from '../../src/store/seal-number.ts';
import { createSnapshots } from '../../src/store/snapshots.ts';
import { createSubjectRecords } from '../../src/store/subject-changes.ts';
import { testOin } from '../store/seed.ts';
import { testSecrets } from '../store/test-secrets.ts';
import { type FreshDatabase, freshDatabase } from './database.ts';
import { journalOn } from './journal-world.ts';
import { newCipher } from './ledger-keys.ts';
import type { Breakage, WorldPorts } from './memory-world.ts';
import { portsOnPools } from './ports-on-pools.ts';
import { seedPolicySet } from './seed-policy-set.ts';

/** The same ports as the memory world's, on a real database; only the source and the sealing are ours. */
export interface PostgresWorld {
  readonly ports: WorldPorts;
  /** For who corrects numbers, joins and parts people. */
  readonly subjectPorts: SubjectChangePorts;
  readonly pools: FreshDatabase['pools'];
  readonly cipher: SubjectCipher;
  answer: () => Promise<Record<string, unknown>>;
  breakNextCommit: Breakage;
  /** Somebody whom no earlier run of a property has touched. */
  newPerson(): SubjectReference;
  call(unit: string, key?: string, digest?: string): Call;
  /** What stands in the ledger about a request, in order. */
  entriesOf(request: RequestId): Promise<readonly string[]>;
  /** The same record through a ledger lane of its own, as another gateway has it. */
  anotherGateway(): Promise<WorldPorts>;
  /** How many entries of this kind there are. */
  count(kind: string): Promise<number>;
  close(): Promise<void>;
}

export async function postgresWorld(set: PolicySet, units: readonly Unit[]): Promise<PostgresWorld> {
  const database = await freshDatabase();
  const { owner, serve } = database.pools;
  const clock = {
    now: () => instant(new Date()),
    ago: (ms: number) => instant(new Date(Date.now() - ms)),
    pause: (ms: number) => sleep(ms),
  };
  await applyPartners(owner, partnersOf(units));
  await seedPolicySet(owner, set.digest);
  const registry = await openRegistry(serve);
  const cipher = newCipher();
  const secrets = testSecrets();
  const journal = await journalOn(database.pools, { cipher, secrets });
  const others: { close(): Promise<void> }[] = [];
  let persons = 0;

  const world: PostgresWorld = {
    ports: {
      ...portsOnPools(database.pools, { clock, registry, cipher, secrets, answer: () => world.answer() }),
      policies: { current: () => set, boundTo: (unit) => (unit.acceptedPolicySet === set.digest ? set : null) },
      journal: breaking(journal, () => {
        const { breakNextCommit } = world;
        world.breakNextCommit = 'none';
        return breakNextCommit;
      }),
    },
    subjectPorts: {
      clock,
      entropy,
      registry,
      journal,
      policies: { current: () => set },
      snapshots: createSnapshots(serve, secrets),
      records: createSubjectRecords(serve, secrets),
      seal: (scheme, value, subject) => sealNumber(secrets, scheme, value, subject),
      newKey: () => cipher.newKey(),
    },
    pools: database.pools,
    cipher,
    answer: async () => ({}),
    breakNextCommit: 'none',
    newPerson() {
      persons += 1;
      return { type: 'bsn', value: String(900_000_000 + persons) };
    },
    call(unit, key = entropy.id(), digest = key) {
      const found = registry.current().units.get(unit as UnitId);
      if (found === undefined) throw new RangeError(`no unit ${unit}`);
      const partner = mint<Partner>({ unit: found, thumbprint: '00' });
      return { partner, trace: entropy.trace(), transaction: null, idempotency: { key, digest } };
    },
    async anotherGateway() {
      const other = await journalOn(database.pools, { cipher, secrets });
      others.push(other);
      return { ...world.ports, journal: other };
    },
    async entriesOf(request) {
      const { rows } = await owner.query<{ kind: string }>(
        'SELECT kind FROM ledger_entry WHERE request_id = $1 ORDER BY instance, sequence',
        [request],
      );
      return rows.map(({ kind }) => kind);
    },
    async count(kind) {
      const { rows } = await owner.query<{ n: number }>('SELECT count(*) AS n FROM ledger_entry WHERE kind = $1', [
        kind,
      ]);
      return rows[0]?.n ?? -1;
    },
    async close() {
      registry.close();
      await journal.close();
      for (const other of others) await other.close();
      await database.drop();
    },
  };
  return world;
}

/** One organisation per unit: the personas' own numbers are not all different. */
export function partnersOf(units: readonly Unit[]) {
  return partnersFile.parse({
    organisations: units.map(({ id, name, kind, staff, connector, encryptionKeys }, index) => ({
      oin: testOin(index + 1),
      name,
      units: [{ id, name, kind, staff, connector, ...(encryptionKeys === null ? {} : { encryptionKeys }) }],
    })),
  });
}

/** A journal whose next commit fails before anything was kept, or after, so that only the answer is lost. */
function breaking(journal: Journal, next: () => Breakage): Journal {
  return {
    async commit(work) {
      const breakage = next();
      if (breakage === 'before') throw new Fault('ledger-unavailable', 'broken before it was kept');
      const committed = await journal.commit(work);
      if (breakage === 'after') throw new Fault('ledger-unavailable', 'broken after it was kept');
      return committed;
    },
    receipt: (entry) => journal.receipt(entry),
  };
}
