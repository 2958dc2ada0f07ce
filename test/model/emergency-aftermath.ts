import { emergencyAddress, mustBeTold } from './emergency-books.ts';
import type { KnownEmergency } from './emergency-model.ts';
import type { Life } from './life.ts';

const parties = ['medisch', 'ziekenhuis', null];

/**
 * What must become of every emergency once its time is over, whatever broke in between: it was revoked where it gave
 * something and nobody stood behind it, whoever must know was told once, and officers look at what nobody looked at.
 */
export async function emergencyAftermath(life: Life): Promise<void> {
  await life.begin(0, { op: 'revoke' });
  await life.begin(0, { op: 'tell overdue reviews' });
  const { model, gateways } = life;
  const events = await gateways.events();
  for (const emergency of model.emergencies.values()) {
    await compareRecord(life, emergency);
    const address = emergencyAddress(emergency.id);
    const told = events.filter(({ dataref }) => dataref === address).map(({ unit, type }) => `${unit} ${type}`);
    const expected = mustBeTold(emergency);
    if (told.sort().join() !== expected.join()) life.wrong.push(`${emergency.id}: told ${told}, not ${expected}`);
  }
  await countAlerts(life);
}

async function compareRecord(life: Life, known: KnownEmergency): Promise<void> {
  const { id, second, revoked, verdict } = known;
  const { model, gateways } = life;
  const gave = model.request(id).disclosedBy !== null;
  if (gave && second === null && !revoked) life.wrong.push(`${id} was never revoked`);
  const found = await gateways.ports(0).emergencies.find(id);
  if (found === null) return void life.wrong.push(`${id} is on record, and its emergency is not`);
  const { emergency, request } = found;
  const is = [emergency.second !== null, emergency.revokedAt !== null, emergency.review?.verdict ?? null];
  if (is.join() !== [second !== null, revoked, verdict].join()) life.wrong.push(`${id} is ${is}`);
  const deleteBy = request.held?.retention?.deleteBy ?? '';
  if (revoked && request.destructionConfirmedAt === null && deleteBy < (emergency.revokedAt ?? ''))
    life.wrong.push(`${id} was revoked, and what was given may be kept`);
}

/** Of each party and of the gateway itself, once for each that there is reason for. */
async function countAlerts({ model, gateways, wrong }: Life): Promise<void> {
  const all = [...model.emergencies.values()];
  const gave = all.filter(({ id }) => model.request(id).disclosedBy !== null);
  const least = {
    'emergency-revoked': gave.filter(({ revoked }) => revoked).length,
    'emergency-unjustified': all.filter(({ verdict }) => verdict === 'unjustified').length,
    'emergency-unreviewed': gave.filter(({ verdict }) => verdict === null || verdict === 'unclear').length,
  };
  const raised = await gateways.alerts();
  for (const [kind, atLeast] of Object.entries(least)) {
    for (const party of parties) {
      const times = raised.filter((alert) => alert.kind === kind && alert.unit === party).length;
      if (times < atLeast || times > all.length) wrong.push(`${party} was alerted ${times} times of ${kind}`);
    }
  }
}
