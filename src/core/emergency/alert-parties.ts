import type { AlertKind, Alerts } from '../alert/alert.ts';
import type { Marks } from '../disclosure/ports.ts';
import type { RequestRecord } from '../disclosure/request.ts';
import { canonical } from '../ledger/canonical.ts';

/** Officers of the recipient, of the source and of the gateway: each may have to report a breach. @law AVG 33 */
export async function alertParties(
  ports: { readonly alerts: Pick<Alerts, 'raise'>; readonly marks: Marks },
  { id, recipient, source }: Pick<RequestRecord, 'id' | 'recipient' | 'source'>,
  kind: AlertKind,
): Promise<void> {
  const mark = ports.marks.person(canonical([kind, id]));
  for (const unit of new Set([recipient, source, null])) await ports.alerts.raise({ kind, unit, detail: {}, mark });
}
