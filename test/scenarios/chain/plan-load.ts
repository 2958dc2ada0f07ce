import { z } from 'zod';
import type { PartnerClient } from '../../../src/demo/partner-client.ts';
import type { Person } from '../../../src/demo/population.ts';
import { planQuestion } from './running-chain.ts';

/** What askers were told while something was broken under them. */
export interface Told {
  /** Requests whose data arrived whole. */
  readonly delivered: Set<string>;
  /** Problem types of every answer that was not a delivery, with their counts. */
  readonly problems: Map<string, number>;
  /** Connections that broke: no answer, so nothing was acknowledged. */
  broken: number;
}

const deliveredReply = z.looseObject({ id: z.uuid(), data: z.record(z.string(), z.unknown()) });
const problemReply = z.looseObject({ type: z.string(), status: z.int() });

/** Asks for the plan without a pause, so many at a time, until told to stop; resolves with what came back. */
export function planLoad(
  clients: readonly PartnerClient[],
  persons: readonly Person[],
): { readonly told: Told; stop(): Promise<void> } {
  const told: Told = { delivered: new Set(), problems: new Map(), broken: 0 };
  let going = true;
  const asker = async (client: PartnerClient, turn: number): Promise<void> => {
    for (let asked = turn; going; asked++) {
      const person = persons[asked % persons.length];
      if (person !== undefined) await askOnce(client, person, told);
    }
  };
  const askers = Promise.all(clients.map((client, turn) => asker(client, turn)));
  return {
    told,
    async stop() {
      going = false;
      await askers;
    },
  };
}

async function askOnce(client: PartnerClient, person: Person, told: Told): Promise<void> {
  const reply = await client.post('/v1/requests', planQuestion(person)).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error) return null;
    throw error;
  });
  if (reply === null) {
    told.broken += 1;
    // A dead gateway refuses at once; asking it in a tight loop would starve the rest of the machine.
    await new Promise((resolve) => setTimeout(resolve, 20));
    return;
  }
  const got = deliveredReply.safeParse(reply.body);
  if (reply.status === 200 && got.success) {
    told.delivered.add(got.data.id);
    return;
  }
  const problem = problemReply.safeParse(reply.body);
  const key = `${reply.status} ${problem.success ? problem.data.type.split('/').at(-1) : 'no problem document'}`;
  told.problems.set(key, (told.problems.get(key) ?? 0) + 1);
}
