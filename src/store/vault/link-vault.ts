import type pg from 'pg';
import { VaultUnfit } from './vault-unfit.ts';

/**
 * Binds the vault and the ledger to each other the first time, and from then on refuses every other
 * pair: with a wrong or an empty vault everybody would look erased, and keys of another ledger would be
 * taken for nobody's and swept. Throws `VaultUnfit`.
 */
export async function linkVault(ledger: pg.Client, vault: pg.Client): Promise<void> {
  const { id, linked } = await linkOf(ledger);
  if (!linked) {
    await vault.query('INSERT INTO vault.ledger (id) VALUES ($1) ON CONFLICT DO NOTHING', [id]);
  }
  const { rows } = await vault.query<{ id: string }>('SELECT id FROM vault.ledger');
  const [of] = rows;
  if (of === undefined) {
    throw new VaultUnfit('the vault is empty and this ledger had another one: restore the vault from its backup');
  }
  if (of.id !== id)
    throw new VaultUnfit(
      'the vault holds the keys of another ledger: name the right one in DATABASE_URL_VAULT, ' +
        'or drop this one if its ledger is gone for good',
    );
  if (!linked) await ledger.query('UPDATE vault_link SET linked = true');
}

async function linkOf(ledger: pg.Client): Promise<{ readonly id: string; readonly linked: boolean }> {
  const { rows } = await ledger.query<{ id: string; linked: boolean }>('SELECT id, linked FROM vault_link');
  const [link] = rows;
  if (link === undefined) throw new VaultUnfit('the ledger does not say which vault is its own');
  return link;
}
