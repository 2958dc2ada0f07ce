import type { Instant, UnitId } from '../brand.ts';

export const alertKinds = [
  'subject-sweep',
  'refusals-in-a-row',
  'certificate-expires',
  'revocation-list-ages',
  'revocation-list-unusable',
  'key-expires',
  'approver-changed',
  'ledger-refused',
  'witnesses-away',
  'ledger-forked',
  'source-silent',
  'destruction-overdue',
  'rights-overdue',
  'events-parked',
  'encryption-key-ends',
  'emergency-revoked',
  'emergency-unrevoked',
  'emergency-unreviewed',
  'emergency-unjustified',
  'excess-reported',
] as const;

export type AlertKind = (typeof alertKinds)[number];

/** Something that a privacy officer must look at. INVARIANT: nothing in it is about one person. */
export interface Alert {
  readonly id: string;
  readonly kind: AlertKind;
  /** The unit that it is about; null: the gateway itself. */
  readonly unit: UnitId | null;
  readonly at: Instant;
  readonly detail: Readonly<Record<string, string | number>>;
}

export interface Alerts {
  /** On record once for each kind, unit and mark, however often it is raised. Throws `Fault('database-unavailable')`. */
  raise(alert: Omit<Alert, 'id' | 'at'> & { readonly mark: string }): Promise<void>;
}
