import type pg from 'pg';
import type { UnitId } from '../core/brand.ts';
import { type PartnersFile, unitsOf } from '../core/partner/partners-file.ts';
import { query, transaction } from './pool.ts';

const upsertOrganisation = {
  name: 'organisation_upsert',
  text: `INSERT INTO organisation AS kept (oin, name) VALUES ($1, $2)
    ON CONFLICT (oin) DO UPDATE SET name = excluded.name WHERE kept.name <> excluded.name RETURNING oin`,
};

/** A unit that was suspended stays so, whatever the file says: only `resumeUnit` lifts it. */
const upsertUnit = {
  name: 'unit_upsert',
  text: `INSERT INTO unit AS kept (id, oin, name, kind, state, selector, connector, encryption_keys, signing_keys, jwks,
      webhooks, staff)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
    ON CONFLICT (id) DO UPDATE SET oin = excluded.oin, name = excluded.name, kind = excluded.kind,
      state = CASE kept.state WHEN 'suspended' THEN 'suspended' ELSE excluded.state END,
      selector = excluded.selector, connector = excluded.connector, encryption_keys = excluded.encryption_keys,
      signing_keys = excluded.signing_keys, jwks = excluded.jwks, webhooks = excluded.webhooks,
      staff = excluded.staff
    WHERE (kept.oin, kept.name, kept.kind, kept.selector, kept.connector, kept.encryption_keys,
        kept.signing_keys, kept.jwks, kept.webhooks, kept.staff)
        IS DISTINCT FROM (excluded.oin, excluded.name, excluded.kind, excluded.selector, excluded.connector,
          excluded.encryption_keys, excluded.signing_keys, excluded.jwks, excluded.webhooks, excluded.staff)
      OR (kept.state, excluded.state) = ('active', 'suspended')
    RETURNING id`,
};

const setState = {
  name: 'unit_set_state',
  text: 'UPDATE unit SET state = $2 WHERE id = $1 AND state <> $2 RETURNING id',
};
const bump = {
  name: 'registry_version_bump',
  text: 'UPDATE registry_version SET version = version + 1 RETURNING version',
};
const version = { name: 'registry_version_read', text: 'SELECT version FROM registry_version' };

/**
 * Adds and changes organisations and units; those that the file does not name stay as they are.
 * The version moves in the same transaction, last, and only when something changed: every decision
 * that was made before is then stale. Returns the version.
 */
export async function applyPartners(pool: pg.Pool, file: PartnersFile): Promise<number> {
  const units = [...unitsOf(file)].sort((a, b) => (a.id < b.id ? -1 : 1)); // one order, so that two never deadlock
  const organisations = new Map(units.map(({ organisation }) => [organisation.oin, organisation]));
  return transaction(pool, async (client) => {
    let changes = 0;
    for (const { oin, name } of [...organisations.values()].sort((a, b) => (a.oin < b.oin ? -1 : 1))) {
      changes += (await query(client, upsertOrganisation, [oin, name])).length;
    }
    for (const unit of units) {
      const json = [unit.selector, unit.connector, unit.encryptionKeys, unit.signingKeys];
      const [selector, connector, encryptionKeys, signingKeys] = json.map((value) =>
        value === null ? null : JSON.stringify(value),
      );
      const values = [
        unit.id,
        unit.organisation.oin,
        unit.name,
        unit.kind,
        unit.state,
        selector,
        connector,
        encryptionKeys,
        signingKeys,
        unit.jwks,
        JSON.stringify(unit.webhooks),
        unit.staff,
      ];
      changes += (await query(client, upsertUnit, values)).length;
    }
    return moveVersion(client, changes > 0);
  });
}

/** From its commit on, nothing is given to or by this unit. False: there is no such active unit. */
export async function suspendUnit(pool: pg.Pool, unit: UnitId): Promise<boolean> {
  return changeState(pool, unit, 'suspended');
}

/** False: there is no such suspended unit. */
export async function resumeUnit(pool: pg.Pool, unit: UnitId): Promise<boolean> {
  return changeState(pool, unit, 'active');
}

async function changeState(pool: pg.Pool, unit: UnitId, state: 'active' | 'suspended'): Promise<boolean> {
  return transaction(pool, async (client) => {
    const changed = (await query(client, setState, [unit, state])).length === 1;
    await moveVersion(client, changed);
    return changed;
  });
}

async function moveVersion(client: pg.PoolClient, moves: boolean): Promise<number> {
  const [row] = await query<{ version: number }>(client, moves ? bump : version, []);
  if (row === undefined) throw new Error('the registry has no version');
  return row.version;
}
