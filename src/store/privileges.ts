/** The logins besides the owner. `SET ROLE` is no barrier, so that each has an URL and a password of its own. */
export const restrictedLogins = ['serve', 'sequencer', 'eraser'] as const;
export type RestrictedLogin = (typeof restrictedLogins)[number];

export type Privilege = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE' | `UPDATE(${string})`;
type TablePrivileges = Readonly<Partial<Record<RestrictedLogin, readonly Privilege[]>>>;

const appendOnly: readonly Privilege[] = ['SELECT', 'INSERT'];
const operational: readonly Privilege[] = ['SELECT', 'INSERT', 'UPDATE'];
const passing: readonly Privilege[] = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];
const purged: readonly Privilege[] = ['SELECT', 'DELETE'];

/**
 * Who may do what to which table: everything that is not here is forbidden.
 * INVARIANT: nobody but the owner may change or remove a ledger entry, a flush or the tree.
 * `FOR SHARE` asks for UPDATE on some column: that is what the `UPDATE(column)` grants are for.
 */
export const privileges: Readonly<Record<string, TablePrivileges>> = {
  ledger_entry: { serve: appendOnly },
  ledger_flush: { serve: appendOnly },
  ledger_opening: { serve: appendOnly, eraser: purged },
  ledger_pending: { serve: appendOnly, sequencer: ['SELECT', 'DELETE'] },
  ledger_tree: { serve: ['SELECT'], sequencer: appendOnly },
  ledger_node: { serve: ['SELECT'], sequencer: appendOnly },
  ledger_checkpoint: { serve: ['SELECT'], sequencer: appendOnly },
  sequencer_lease: { sequencer: ['SELECT', 'UPDATE'] },

  key: { serve: [...appendOnly, 'UPDATE(retired_at)'] },
  key_version: { serve: [...appendOnly, 'UPDATE(activated_at)', 'UPDATE(retired_at)', 'UPDATE(entry_id)'] },
  key_holder: { serve: passing, eraser: purged },
  instance: { serve: appendOnly },
  registry_version: { serve: ['SELECT', 'UPDATE(version)'] },
  active_policy_set: { serve: operational },
  // Approvers are the owner's to register: a gateway that is taken over must not name its own.
  policy_approver: { serve: ['SELECT'] },
  policy_set: { serve: appendOnly },
  policy_set_file: { serve: appendOnly },
  policy_change: { serve: operational },
  policy_approval: { serve: appendOnly },
  policy_acceptance: { serve: appendOnly },
  partner_change: { serve: operational },
  partner_approval: { serve: appendOnly },
  seen_certificate: { serve: operational, eraser: purged },
  organisation: { serve: operational },
  unit: { serve: operational },

  // Who somebody's people were is written once and read; nobody who serves changes or forgets it.
  acting_user: { serve: appendOnly, eraser: purged },

  subject: { serve: ['SELECT', 'INSERT', 'UPDATE(epoch)', 'UPDATE(merged_into)'] },
  // A number that is corrected goes, and with it the way to somebody else.
  subject_identifier: { serve: ['SELECT', 'INSERT', 'DELETE'] },
  subject_pseudonym: { serve: ['SELECT', 'INSERT', 'UPDATE(subject_id)', 'UPDATE(made_for)'] },
  subject_case_reference: { serve: ['SELECT', 'INSERT', 'UPDATE(subject_id)'] },
  subject_change: { serve: appendOnly },
  subject_change_moved: { serve: appendOnly },
  subject_change_told: { serve: appendOnly },
  'vault.subject_key': { serve: appendOnly, eraser: purged },
  fact: { serve: operational },
  consent: { serve: operational },
  involvement_claim: { serve: operational, eraser: purged },
  timer: { serve: operational, eraser: purged },
  request: { serve: operational },
  idempotency: { serve: operational, eraser: purged },
  notice: { serve: operational },
  event: { serve: operational, eraser: purged },
  event_feed: { serve: operational },

  limit_counter: { serve: passing, eraser: purged },
  limit_subject: { serve: operational, eraser: purged },
  alert: { serve: ['SELECT', 'INSERT', 'UPDATE(seen_at)', 'UPDATE(seen_by)'], eraser: purged },

  officer: { serve: appendOnly },
  login_code: { serve: passing, eraser: purged },
  session: { serve: passing, eraser: purged },

  // The owner's alone: which schema this is.
  kysely_migration: {},
  kysely_migration_lock: {},
};
