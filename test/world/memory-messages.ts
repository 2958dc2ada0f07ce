import { isInInbox } from '../../src/core/disclosure/at-source.ts';
import type { Change } from '../../src/core/disclosure/change.ts';
import type { MemoryWorld } from './memory-world.ts';

type Kept = Change & { readonly type: 'message-kept' };

/** Why a message cannot be kept: its request waits for nobody at its source, or something was said in between. */
export function messageConflict(
  { requests, messages }: Pick<MemoryWorld, 'requests' | 'messages'>,
  { message, after }: Kept,
): 'state' | null {
  const request = requests.get(message.request);
  const isNext = messages.every((each) => each.request !== request?.id || after?.includes(each.id) !== false);
  return request !== undefined && isInInbox(request) && isNext ? null : 'state';
}
