/**
 * Calls `reload` when files look otherwise than at the last call, and the same twice in a row: a file that is being
 * written is left alone until it rests. A file system event may be missed, a look may not, so that looks are taken.
 * @param look what the files look like now, as `lookOf` tells; may not throw
 */
export function watchFiles(look: () => string, everyMs: number, reload: () => void): { close(): void } {
  let inForce = look();
  let before = inForce;
  const timer = setInterval(() => {
    const now = look();
    const rests = now === before;
    before = now;
    if (!rests || now === inForce) return;
    inForce = now;
    reload();
  }, everyMs);
  timer.unref();
  return { close: () => clearInterval(timer) };
}
