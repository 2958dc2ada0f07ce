/**
 * Loaded into a gateway under test beside its own code (`NODE_OPTIONS=--import`): what nobody can bring about from
 * outside. SIGUSR2: an error that nobody catches, about somebody. SIGWINCH: a line that somebody forgot to take out.
 */
const secret = process.env.CANARY_SECRET ?? '';
const planted = process.env.CANARY_PLANTED ?? '';

process.on('SIGUSR2', () => {
  setImmediate(() => {
    const error = new RangeError(`no row for ${secret}\n    at ${secret}`, { cause: new Error(secret) });
    throw Object.assign(error, { detail: secret, rows: [{ bsn: secret }] });
  });
});
process.on('SIGWINCH', () => {
  process.stdout.write(`${JSON.stringify({ level: 20, found: planted })}\n`);
});
