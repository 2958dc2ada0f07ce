import type { RequestId } from '../brand.ts';
import type { User } from '../partner/partner.ts';
import type { AskPorts } from './ask.ts';
import { userOnRecord } from './entries.ts';
import type { InboxOutcome } from './inbox-operations.ts';
import type { Call } from './operations.ts';
import { recordAsRecipient } from './record-as-recipient.ts';

/** Its recipient has what it collected: nothing of it waits here any longer, and it cannot be had again. */
export function confirmCollection(ports: AskPorts, call: Call, id: RequestId, by: User): Promise<InboxOutcome> {
  return recordAsRecipient<never>(ports, call, id, {
    resource: 'collection-confirmation',
    state({ state }) {
      if (state === 'collected') return 'done';
      if (state !== 'delivered') return 'wrong-state';
      return {
        entry: { kind: 'collection-confirmed', body: { request: id }, personal: { collector: userOnRecord(by) } },
        move: { from: 'delivered', to: 'collected' },
        told: 'collected',
      };
    },
  });
}
