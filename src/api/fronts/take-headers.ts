import type { IncomingMessage } from 'node:http';
import type { getRequestListener, HttpBindings } from '@hono/node-server';

type Handler = Parameters<typeof getRequestListener>[0];

/** Names as they were spelt, in lower case → every value that was sent, in order. */
export type TakenHeaders = ReadonlyMap<string, readonly string[]>;

const nothing: TakenHeaders = new Map();
const takenOf = new WeakMap<IncomingMessage, TakenHeaders>();

/** Headers by which one hop tells the next who is calling. Anybody can write them. */
const guarded =
  /^(?:client-cert(?:-chain)?|(?:x-)?ssl-.*|x-(?:forwarded-)?(?:tls-)?client-(?:cert|verify|dn|san).*|x-arr-clientcert|x-amzn-mtls-.*|fsc-.*)$/;

/**
 * Takes what only a front of ours may say out of every request before anything reads it. INVARIANT: an app
 * never finds such a header among its request's; whoever has reason to believe one asks `takenHeaders`.
 * `onTaken` gets how many there were.
 */
export function takingHeaders(handle: Handler, onTaken: (count: number) => void = () => undefined): Handler {
  return (request, env) => {
    // This house listens with HTTP/1.1 alone.
    const { incoming } = env as HttpBindings;
    const taken = take(incoming);
    if (taken.size > 0) {
      takenOf.set(incoming, taken);
      onTaken([...taken.values()].reduce((sum, values) => sum + values.length, 0));
    }
    return handle(request, env);
  };
}

/** What was taken from this request; nothing where nobody took. */
export function takenHeaders(incoming: IncomingMessage): TakenHeaders {
  return takenOf.get(incoming) ?? nothing;
}

/**
 * Whether one of these headers came with `_` for a `-`, beside the right name or alone: a front that replaces what
 * others sent under a name may replace that name only.
 */
export function isSpeltOtherwise(taken: TakenHeaders, names: readonly string[]): boolean {
  return [...taken.keys()].some((name) => !names.includes(name) && names.includes(folded(name)));
}

function folded(name: string): string {
  return name.replaceAll('_', '-');
}

function take(incoming: IncomingMessage): TakenHeaders {
  const { rawHeaders } = incoming;
  const taken = new Map<string, string[]>();
  const kept: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name = '', value = ''] = rawHeaders.slice(index, index + 2);
    const plain = name.toLowerCase();
    if (!guarded.test(folded(plain))) {
      kept.push(name, value);
      continue;
    }
    taken.set(plain, [...(taken.get(plain) ?? []), value]);
    // made from the raw ones at the first look, and kept
    delete incoming.headers[plain];
    delete incoming.headersDistinct[plain];
  }
  if (taken.size > 0) rawHeaders.splice(0, rawHeaders.length, ...kept);
  return taken;
}
