import type { ClientRequest, IncomingMessage } from 'node:http';

/**
 * The head of the answer to a call, which `signal` gives up with all that follows. INVARIANT: settles, whatever the other
 * side does: Node tells of some ends by `close` alone, and of a call that waits for a connection it tells nothing.
 */
export function headOf(call: ClientRequest, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => {
      reject(signal.reason);
      call.destroy();
    };
    // stays: a connection may break once more after its answer began
    call.on('error', reject);
    call.once('response', resolve);
    call.once('upgrade', (head, socket) => {
      // another protocol was not asked for: its head is all that there is
      socket.destroy();
      resolve(head);
    });
    call.once('close', () => {
      signal.removeEventListener('abort', giveUp);
      reject(new Error('the call ended without an answer'));
    });
    signal.addEventListener('abort', giveUp, { once: true });
    if (signal.aborted) giveUp();
  });
}
