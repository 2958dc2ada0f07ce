import type { RequestId } from '../brand.ts';
import type { AskPorts } from './ask.ts';
import { userOnRecord } from './entries.ts';
import type { InboxOutcome, SourceRefusal } from './inbox-operations.ts';
import type { Call } from './operations.ts';
import { recordAsRecipient } from './record-as-recipient.ts';

/** The recipient does not want what a source offered. Nothing of it is kept, and the source learns that, not why. */
export function declineOffer(
  ports: AskPorts,
  call: Call,
  id: RequestId,
  { by, ground }: SourceRefusal,
): Promise<InboxOutcome> {
  return recordAsRecipient<never>(ports, call, id, {
    resource: 'offer-refusal',
    isFor: ({ direction }) => direction === 'push',
    state({ state, entry: seen }) {
      if (state !== 'answered') return 'wrong-state';
      return {
        entry: { kind: 'offer-declined', body: { request: id }, personal: { decliner: userOnRecord(by), ground } },
        move: { from: 'answered', to: 'declined', seen },
        told: 'declined',
      };
    },
  });
}
