import { emergencyAftermath } from './emergency-aftermath.ts';
import type { Life } from './life.ts';
import { compareViews } from './recipients-view.ts';

const day = 86_400_000;
/** No source answers for so long, and no lease lasts so long. */
const long = 121_000;
const finals = ['delivered', 'refused', 'declined', 'withdrawn', 'expired', 'failed', 'collected'];

/**
 * What must become of every life, whatever broke in it: nothing hangs, what lost its basis is stopped without anybody
 * calling, and what nobody acts on ends by itself.
 */
export async function aftermath(life: Life): Promise<void> {
  await life.finish();
  life.gateways.clock.areSetRight();
  await life.gateways.poll(0);
  life.gateways.clock.goesBy(long);
  await life.begin(0, { op: 'abandon' });
  await lookAtAll(life);
  const now = life.gateways.clock.now(0);
  if (life.model.clocksAgree) {
    for (const request of life.model.requests.values()) {
      const { id, state } = request;
      const why = life.model.whyNot(request.asked, request.since, now);
      if (state === 'fetching') life.wrong.push(`${id} hangs`);
      if (!finals.includes(state) && why !== null) life.wrong.push(`${id} still is ${state}, although ${why}`);
    }
  }
  await compareViews(life);
  // What was answered in part is closed at the end of its source's time, and has its recipient's before it.
  for (const _ of ['its source', 'its recipient']) {
    life.gateways.clock.goesBy(60 * day);
    await life.begin(0, { op: 'abandon' });
    await lookAtAll(life);
  }
  await emergencyAftermath(life);
  for (const { id, state, kinds } of life.model.requests.values()) {
    if (!finals.includes(state)) life.wrong.push(`${id} is ${state} for ever`);
    const ends = kinds.filter((kind) => kind === 'request-stopped').length;
    if (ends !== (state === 'withdrawn' ? 1 : 0)) life.wrong.push(`${id} is ${state} and was stopped ${ends} times`);
  }
}

async function lookAtAll(life: Life): Promise<void> {
  await life.begin(0, { op: 'look after a change' });
  for (let looks = 0; looks < 100; looks++) {
    const looked = await life.begin(0, { op: 'look' });
    if (looked === 0) return;
  }
  life.wrong.push('there is always something to look at');
}
