import type { PartnerChangeCancelled, PartnersChanged } from '../../core/partner-change/partners-changed.ts';
import type { ColdStatement } from './cold-statement.ts';

/** Units whole, in one statement with the registry's version, which moves only if the change was still planned. */
export function partnerStatement(change: PartnersChanged | PartnerChangeCancelled): ColdStatement {
  if (change.type === 'partner-change-cancelled') {
    return { ...cancelChange, values: [change.id, change.at], untouched: 'state' };
  }
  const { id, at, entry, organisations, units } = change;
  const rows = units.map(
    ({ id: unit, organisation, name, kind, state, selector, connector, jwks, webhooks, staff, ...keys }) => {
      const { encryptionKeys: encryption_keys, signingKeys: signing_keys } = keys;
      return {
        id: unit,
        oin: organisation.oin,
        name,
        kind,
        state,
        selector,
        connector,
        encryption_keys,
        signing_keys,
        jwks,
        webhooks,
        staff,
      };
    },
  );
  const values = [id, at, entry, JSON.stringify(organisations), JSON.stringify(rows)];
  return { ...changePartners, values, untouched: 'state' };
}

const cancelChange = {
  name: 'journal-partner-change-cancelled',
  text: `UPDATE partner_change SET lapsed_at = $2, lapsed_why = 'cancelled', said = NULL
    WHERE id = $1 AND carried_out_at IS NULL AND lapsed_at IS NULL RETURNING 1`,
};

/** INVARIANT: a unit stays of its organisation and kind; a row that would move touches nothing, and all is undone. */
const changePartners = {
  name: 'journal-partners-changed',
  text: `WITH carried AS (
      UPDATE partner_change SET carried_out_at = $2, entry_id = $3, said = NULL
      WHERE id = $1 AND carried_out_at IS NULL AND lapsed_at IS NULL RETURNING 1
    ), named AS (
      INSERT INTO organisation (oin, name)
      SELECT given.oin, given.name FROM json_to_recordset($4) AS given (oin text, name text), carried
      ON CONFLICT (oin) DO UPDATE SET name = excluded.name
    ), written AS (
      INSERT INTO unit AS kept (id, oin, name, kind, state, selector, connector, encryption_keys, signing_keys, jwks,
        webhooks, staff)
      SELECT given.* FROM carried, json_to_recordset($5) AS given (id text, oin text, name text, kind text, state text,
        selector jsonb, connector jsonb, encryption_keys jsonb, signing_keys jsonb, jwks text,
        webhooks jsonb, staff boolean)
      ON CONFLICT (id) DO UPDATE SET name = excluded.name, state = excluded.state, selector = excluded.selector,
        connector = excluded.connector, encryption_keys = excluded.encryption_keys,
        signing_keys = excluded.signing_keys, jwks = excluded.jwks, webhooks = excluded.webhooks,
        staff = excluded.staff
      WHERE (kept.oin, kept.kind) = (excluded.oin, excluded.kind) RETURNING 1
    ), moved AS (
      UPDATE registry_version SET version = version + 1 WHERE EXISTS (SELECT 1 FROM carried) RETURNING 1
    )
    SELECT 1 FROM carried, moved WHERE (SELECT count(*) FROM written) = json_array_length($5)`,
};
