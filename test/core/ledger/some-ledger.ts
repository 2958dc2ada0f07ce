import {
  activation,
  type Drafted,
  disclosure,
  heartbeat,
  instanceId,
  permit,
  plain,
  policySet,
  type WrittenLedger,
  writtenLedger,
} from '../../world/written-ledger.ts';

export const [a, b, c] = ['1', '2', '3'].map((n) => instanceId(Number(n))) as [string, string, string];

export function request(n: number): string {
  return `01920000-0000-7000-9000-${n.toString(16).padStart(12, '0')}`;
}

/** Two instances that know of each other, disclosures with their permits, three checkpoints, and something that waits. */
export function someLedger(): WrittenLedger {
  const written = writtenLedger();
  written.flush(a, [heartbeat('begin'), activation()]);
  written.flush(a, [permit(request(1)), permit(request(2))]);
  written.flush(b, [heartbeat('begin', [written.head(a)])]);
  written.sequence();
  written.flush(a, [disclosure(request(1))]);
  written.flush(b, [permit(request(3)), disclosure(request(3)), permit(request(4))]);
  written.sequence(2);
  written.flush(a, [disclosure(request(2)), heartbeat('end', [written.head(b)])]);
  written.sequence();
  written.flush(b, [disclosure(request(4)), heartbeat('end')]);
  written.rows.marks.push(written.mark(a), written.mark(b));
  return written;
}

export function consent(kind: 'consent-requested' | 'consent-given'): Drafted {
  const body = { consent: request(77), consentKind: 'consent', categories: ['debts'], noticeVersion: 1 };
  const parties = { purpose: 'some-purpose', source: 'unit-a', recipient: 'unit-b' } as object;
  const by = kind === 'consent-given' ? { by: 'subject' } : {};
  return plain(kind, { ...body, ...by }, { ...parties, policySet, personal: { subject: 'somebody' } });
}
