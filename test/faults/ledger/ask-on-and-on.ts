import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Receipt } from '../../../src/core/ledger/entry.ts';
import type { PartnerClient } from '../../../src/demo/partner-client.ts';
import type { Person } from '../../../src/demo/population.ts';
import { planQuestion } from '../../scenarios/chain/running-chain.ts';
import type { KeptOutside } from './kept-outside.ts';

/** What partners were told while gateways came and went under them. */
export interface Asking {
  /** Requests whose data arrived. */
  readonly delivered: ReadonlySet<string>;
  /** Answers that gave nothing, by status and problem; connections that broke, as `broken`. */
  readonly others: ReadonlyMap<string, number>;
  stop(): Promise<void>;
}

const delivery = z.looseObject({
  id: z.uuid(),
  data: z.record(z.string(), z.unknown()),
  receipt: z.custom<Receipt>((value) => typeof value === 'object' && value !== null && 'leaf' in value),
});
const leafForm = z.looseObject({ id: z.uuid(), kind: z.string() });
const problem = z.looseObject({ type: z.string() });

/**
 * So many askers, without a pause, spread evenly over the gateways that there are: whoever asks one that stands still
 * waits for it, and the others go on.
 */
export function askOnAndOn(
  clients: () => readonly PartnerClient[],
  persons: readonly Person[],
  askers: number,
  kept: KeptOutside,
): Asking {
  const delivered = new Set<string>();
  const others = new Map<string, number>();
  let isGoing = true;
  const count = (what: string): void => void others.set(what, (others.get(what) ?? 0) + 1);

  const askOnce = async (client: PartnerClient, person: Person): Promise<void> => {
    const reply = await client.post('/v1/requests', planQuestion(person)).catch((error: unknown) => {
      if (error instanceof Error && 'code' in error) return null;
      throw error;
    });
    if (reply === null) {
      count('broken');
      // A gateway that is gone refuses at once.
      await sleep(20);
      return;
    }
    const given = delivery.safeParse(reply.body);
    if (reply.status !== 200 || !given.success) {
      count(`${reply.status} ${problem.safeParse(reply.body).data?.type.split('/').at(-1)}`);
      return;
    }
    const { id, kind } = leafForm.parse(JSON.parse(given.data.receipt.leaf));
    kept.heard({
      event: 'acknowledged',
      entries: [{ id, kind, receipt: given.data.receipt }],
    });
    delivered.add(given.data.id);
  };
  const asker = async (turn: number): Promise<void> => {
    for (let asked = turn; isGoing; asked += 1) {
      const all = clients();
      const client = all[turn % all.length];
      const person = persons[asked % persons.length];
      if (client !== undefined && person !== undefined) await askOnce(client, person);
      else await sleep(20);
    }
  };
  const asking = Promise.all(Array.from({ length: askers }, (_, turn) => asker(turn)));
  return {
    delivered,
    others,
    async stop() {
      isGoing = false;
      await asking;
    },
  };
}
