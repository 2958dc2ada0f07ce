import type { Instant } from '../../brand.ts';
import { momentOf, shifted } from '../../calendar.ts';
import type { EntryKind, Leaf } from '../entry.ts';
import type { Findings } from './findings.ts';
import { goneKinds } from './gone-kinds.ts';
import { type WaitingLink, waitingLinks } from './waiting-links.ts';

/** Links between entries: every disclosure has its permit, every permit an ending or an age. */
export interface EntryLinks {
  leaf(leaf: Leaf): void;
  /** An entry whose leaf is gone: what it linked to cannot be told. */
  gone(kind: string): void;
  end(since: number): void;
}

/** So many requests are remembered twice over: a slow gateway may put a failure on record after another did. */
const remembered = 65_536;
const patience = 'P1D';
/** Where people are asked first. */
const patienceWithPeople = 'P366D';
/** Kinds that lead to a request, or to a consent. */
const ofRequests: ReadonlySet<EntryKind> = new Set<EntryKind>([
  ...(['permit', 'break-glass', 'disclosure', 'refusal', 'failed-attempt', 'approval', 'approval-declined'] as const),
  ...([
    'request-stopped',
    'request-expired',
    'source-asked',
    'source-declined',
    'source-offered',
    'offer-declined',
  ] as const),
]);
/** Kinds under which something may be given. */
const opens: readonly EntryKind[] = ['permit', 'break-glass'];
const ofConsents: ReadonlySet<EntryKind> = new Set<EntryKind>([
  'consent-requested',
  'consent-given',
  'consent-refused',
]);

export function entryLinks(findings: Findings): EntryLinks {
  const permits = new Map<string, { readonly id: string; readonly time: string; readonly asksPeople: boolean }>();
  const waiting = waitingLinks();
  const consents = new Set<string>();
  const gone = goneKinds();
  const ended = latestOf<true>();
  /** By which instance: an approval of another may be taken up after it. */
  const disclosed = latestOf<string>();
  let latest = '';

  const end = (request: string): void => {
    permits.delete(request);
    ended.set(request, true);
  };
  const isDisclosedElsewhere = (request: string, instance: string): boolean => {
    const by = disclosed.get(request);
    return by !== undefined && by !== instance;
  };
  const insist = (isThere: boolean, key: string, link: WaitingLink): void => {
    findings.checked.links += 1;
    if (!isThere) waiting.wait(key, link);
  };
  const permit = ({ id, time, instance, body }: Leaf, request: string): void => {
    const served = waiting.serve(request, instance);
    const use = served.find(({ following }) => following === 'uses-up');
    if (use !== undefined) disclosed.set(request, use.instance);
    else if (served.some(({ following }) => following === 'ends')) end(request);
    else permits.set(request, { id, time, asksPeople: asksPeople(body) });
  };
  /** The permit that it stands beside need not say so. */
  const waitForPeople = (request: string): void => {
    const asked = permits.get(request);
    if (asked !== undefined) permits.set(request, { ...asked, asksPeople: true });
  };
  const aboutRequest = (leaf: Leaf, request: string): void => {
    const { id, instance, kind, time } = leaf;
    if (opens.includes(kind)) permit(leaf, request);
    else if (kind === 'source-asked' || kind === 'source-offered') waitForPeople(request);
    else if (kind === 'disclosure') {
      const isThere = permits.delete(request);
      if (isThere) disclosed.set(request, instance);
      insist(isThere, request, { id, instance, time, code: 'link-permit', following: 'uses-up' });
    } else if (kind === 'refusal') end(request);
    else {
      const isKnown = permits.has(request) || ended.get(request) === true;
      const following = kind === 'approval' ? 'follows' : 'ends';
      const isThere = isKnown || (following === 'follows' && isDisclosedElsewhere(request, instance));
      insist(isThere, request, { id, instance, time, code: 'link-permit', following });
      if (following === 'ends' && isThere) end(request);
    }
  };
  const aboutConsent = ({ id, instance, kind, time }: Leaf, consent: string): void => {
    if (kind !== 'consent-requested') {
      insist(consents.delete(consent), consent, { id, instance, time, code: 'link-consent', following: 'uses-up' });
    } else if (waiting.serve(consent, instance).length === 0) consents.add(consent);
  };
  return {
    leaf(leaf) {
      if (leaf.time > latest) latest = leaf.time;
      gone.date(leaf.time);
      const { request, consent } = leaf.body;
      // A UUID, by the forms of these kinds.
      if (ofRequests.has(leaf.kind) && typeof request === 'string') aboutRequest(leaf, request);
      if (ofConsents.has(leaf.kind) && typeof consent === 'string') aboutConsent(leaf, consent);
    },
    gone: gone.gone,
    end(since) {
      const before = { 'link-permit': opens, 'link-consent': ['consent-requested'] };
      gone.date(latest);
      for (const { id, code, time } of waiting.left()) {
        if (since > 0) findings.notChecked('links to before the beginning', 'what they lead to was not read');
        else if (before[code].some((kind) => gone.mayLeadTo(kind, time))) findings.note('link-erased', id);
        else findings.problem(code, id);
      }
      if (latest === '') return;
      const old = shifted(latest as Instant, `-${patience}`);
      const oldWithPeople = shifted(latest as Instant, `-${patienceWithPeople}`);
      for (const { id, time, asksPeople } of permits.values()) {
        if (momentOf(time as Instant) < (asksPeople ? oldWithPeople : old)) findings.note('permit-open', id);
      }
    },
  };
}

/** As its body says; one that does not say how it waits, waits for nobody. */
function asksPeople({ obligations }: Leaf['body']): boolean {
  if (typeof obligations !== 'object' || obligations === null || !('approval' in obligations)) return false;
  return obligations.approval !== 'none';
}

/** Remembers what was said last, of bounded many. */
function latestOf<Value>() {
  let now = new Map<string, Value>();
  let before = new Map<string, Value>();
  return {
    get: (key: string): Value | undefined => now.get(key) ?? before.get(key),
    set(key: string, value: Value): void {
      now.set(key, value);
      if (now.size < remembered) return;
      before = now;
      now = new Map();
    },
  };
}
