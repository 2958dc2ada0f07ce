import process from 'node:process';

const parentGone = 0;
const terminated = 143;

/** What a child that is not ready yet sends once it is; the parent parses `value`. */
interface ReadyMessage {
  readonly type: 'ready';
  readonly value: unknown;
}

/**
 * For the entry file of a process that `Processes` starts, before anything else in it: ends this
 * process when its parent does, however that died, because the channel between them closes then.
 * Ctrl-C and a closing terminal reach every process at once; a child leaves them to its parent, which
 * ends the family in order.
 *
 * @param stop closes what this process holds open; it gets `graceMs`, then the process ends anyway.
 */
export function endWithParent(stop: () => Promise<void> = async () => undefined, graceMs = 4_000): void {
  if (process.channel === undefined) return;
  let ending = false;
  const end = (code: number): void => {
    if (ending) return;
    ending = true;
    setTimeout(() => process.exit(code), graceMs).unref();
    stop().then(
      () => process.exit(code),
      () => process.exit(1),
    );
  };
  process.on('SIGINT', () => undefined);
  process.on('SIGHUP', () => undefined);
  process.on('SIGTERM', () => end(terminated));
  process.on('disconnect', () => end(parentGone));
  // The parent may have died before anybody listened.
  if (!process.connected) end(parentGone);
}

/** Tells the parent that this process does its work now; `value` is what others need to reach it. */
export function reportReady(value: unknown): void {
  process.send?.({ type: 'ready', value } satisfies ReadyMessage);
}
