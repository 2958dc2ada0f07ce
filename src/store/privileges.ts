/** The logins besides the owner. `SET ROLE` is no barrier, so that each has an URL and a password of its own. */
export const restrictedLogins = ['serve', 'sequencer', 'eraser'] as const;
export type RestrictedLogin = (typeof restrictedLogins)[number];

export type Privilege = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE' | `UPDATE(${string})`;
type TablePrivileges = Readonly<Partial<Record<RestrictedLogin, readonly Privilege[]>>>;
export type Privileges = Readonly<Record<string, TablePrivileges>>;

const appendOnly: readonly Privilege[] = ['SELECT', 'INSERT'];
const operational: readonly Privilege[] = ['SELECT', 'INSERT', 'UPDATE'];
const passing: readonly Privilege[] = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];
const purged: readonly Privilege[] = ['SELECT', 'DELETE'];
const noteColumns: readonly Privilege[] = [
  'UPDATE(note)',
  'UPDATE(witnessed)',
  'UPDATE(witnessed_at)',
  'UPDATE(timestamp_token)',
  'UPDATE(timestamped_at)',
];

/**
 * Who may do what to which table: everything that is not here is forbidden.
 * INVARIANT: nobody but the owner may change or remove a ledger entry, a flush or the tree; the eraser may
 * empty an entry and an opening, and triggers see to it that it does nothing else to them.
 * `FOR SHARE` asks for UPDATE on some column: that is what the `UPDATE(column)` grants are for.
 */
export const privileges: Privileges = {
  ledger_entry: {
    serve: appendOnly,
    eraser: ['SELECT', 'UPDATE(leaf)', 'UPDATE(purpose)', 'UPDATE(source)', 'UPDATE(recipient)', 'UPDATE(request_id)'],
  },
  ledger_flush: { serve: appendOnly },
  ledger_opening: {
    serve: appendOnly,
    eraser: [...purged, 'UPDATE(ciphertext)', 'UPDATE(digest)', 'UPDATE(subject_id)'],
  },
  ledger_pending: { serve: appendOnly, sequencer: ['SELECT', 'DELETE'] },
  ledger_tree: { serve: ['SELECT'], sequencer: appendOnly, eraser: ['SELECT'] },
  // A tile grows at its end: a trigger refuses every other change.
  ledger_tile: { serve: ['SELECT'], sequencer: [...appendOnly, 'UPDATE(hashes)'] },
  // A note grows by cosignatures, and is dated; its size and root stay.
  ledger_checkpoint: { serve: ['SELECT'], sequencer: [...appendOnly, 'DELETE', ...noteColumns], eraser: ['SELECT'] },
  witness_turn: { sequencer: ['SELECT', 'UPDATE'] },
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

  // Who is erased: ordered by who serves, on record, and carried out by the eraser.
  erasure: {
    serve: appendOnly,
    eraser: ['SELECT', 'UPDATE(done_at)', 'UPDATE(subjects)', 'UPDATE(before_known)', 'UPDATE(kept)'],
  },
  legal_hold: { serve: [...appendOnly, 'UPDATE(lifted_at)', 'UPDATE(lifted_entry)'], eraser: purged },

  subject: {
    serve: ['SELECT', 'INSERT', 'UPDATE(epoch)', 'UPDATE(merged_into)', 'UPDATE(erasing_since)'],
    // FOR UPDATE asks for it: nobody may refer to who is being erased meanwhile.
    eraser: [...purged, 'UPDATE(erasing_since)'],
  },
  // A number that is corrected goes, and with it the way to somebody else.
  subject_identifier: { serve: ['SELECT', 'INSERT', 'DELETE'], eraser: purged },
  subject_pseudonym: {
    serve: ['SELECT', 'INSERT', 'UPDATE(subject_id)', 'UPDATE(made_for)'],
    eraser: [...purged, 'UPDATE(made_for)'],
  },
  subject_case_reference: { serve: ['SELECT', 'INSERT', 'UPDATE(subject_id)'], eraser: purged },
  subject_change: { serve: appendOnly, eraser: purged },
  subject_change_moved: { serve: appendOnly, eraser: purged },
  subject_change_told: { serve: appendOnly, eraser: purged },
  fact: { serve: operational, eraser: [...purged, 'UPDATE(corrects)'] },
  consent: { serve: operational, eraser: purged },
  involvement_claim: { serve: operational, eraser: purged },
  timer: { serve: operational, eraser: purged },
  request: { serve: operational, eraser: purged },
  // Goes with what it waits for; the key wrapped anew is all that changes of what was said.
  answer: { serve: [...appendOnly, 'UPDATE(given_at)', 'DELETE'], eraser: purged },
  request_message: { serve: [...appendOnly, 'UPDATE(said)', 'DELETE'], eraser: purged },
  // Goes with its request.
  emergency: { serve: operational },
  // What was under way comes to its end.
  correction: { serve: [...appendOnly, 'UPDATE(under_way)'], eraser: purged },
  correction_notice: { serve: operational, eraser: purged },
  rights_request: { serve: operational, eraser: purged },
  informing_delay: { serve: appendOnly, eraser: purged },
  idempotency: { serve: operational, eraser: purged },
  notice: { serve: operational, eraser: purged },
  event: { serve: operational, eraser: purged },
  event_feed: { serve: operational },
  subscription: { serve: operational },
  // Goes with its event.
  delivery: { serve: operational },

  limit_counter: { serve: passing, eraser: purged },
  limit_subject: { serve: operational, eraser: purged },
  alert: { serve: ['SELECT', 'INSERT', 'UPDATE(seen_at)', 'UPDATE(seen_by)'], eraser: purged },

  officer: { serve: appendOnly },
  staff: { serve: appendOnly },
  login_code: { serve: passing, eraser: purged },
  session: { serve: passing, eraser: purged },

  // The owner's alone: which vault goes with this, and which schema this is.
  vault_link: {},
  kysely_migration: {},
  kysely_migration_lock: {},
};

/** The same of the vault. INVARIANT: a key is written once and then only goes; wrapping it anew is the owner's. */
export const vaultPrivileges: Privileges = {
  'vault.subject_key': { serve: appendOnly, eraser: purged },
  'vault.ledger': {},
  kysely_migration: {},
  kysely_migration_lock: {},
};
