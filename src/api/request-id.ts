const form = /^[\x21-\x7e]{1,128}$/;

/**
 * What an answer carries as `X-Request-ID`: the caller's own where no header could hold it otherwise (AuthZEN asks for
 * it back as it came), else ours. INVARIANT: theirs goes back to them and nowhere else. They may have put a name or a
 * number of a person into it, so log lines carry ours, which is also the span in the answer's `traceparent`.
 */
export function requestIdFor(given: string | undefined, own: string): string {
  return given !== undefined && form.test(given) ? given : own;
}
