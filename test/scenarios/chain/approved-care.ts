import { expect } from 'vitest';
import type { Person } from '../../../src/demo/population.ts';
import { accepted, ask, roles } from '../../../src/demo/story/scene.ts';
import type { Chain } from '../../world/chain.ts';

/** The municipality asks probation which care somebody gets, and probation's officer approves it; the request's id. */
export async function approvedCare(chain: Chain, { bsn }: Person, fields: readonly string[]): Promise<string> {
  const subject = { type: 'bsn', value: bsn };
  const from = '2026-01-01T00:00:00Z';
  const facts = [
    { type: 'care-need' },
    { type: 'processed-by', unit: roles.probation, attributes: { data: 'care-trajectory' } },
  ];
  for (const fact of facts) {
    expect((await chain.client(roles.prison).post('/v1/facts', { subject, from, ...fact })).status).toBe(201);
  }
  const asking = ask('plan-care', roles.probation, subject, fields);
  const { id, state } = accepted.parse((await chain.client(roles.municipality).post('/v1/requests', asking)).body);
  expect(state).toBe('awaiting-approval');
  const approver = { id: 'medewerker-3', role: 'designatedOfficer', name: 'R. Smit' };
  const approval = { decision: 'approved', approver };
  expect((await chain.client(roles.probation).post(`/v1/requests/${id}/approvals`, approval)).status).toBe(200);
  return id;
}
