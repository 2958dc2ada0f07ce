/** What an entry has to do with what it leads to. `uses-up`: there is one such entry for each. */
export type Following = 'uses-up' | 'ends' | 'follows';

/** An entry that led to nothing yet. */
export interface WaitingLink {
  readonly id: string;
  readonly instance: string;
  readonly time: string;
  readonly code: 'link-permit' | 'link-consent';
  readonly following: Following;
}

/** Entries that came by before what they lead to: instances are taken up in no order between them. */
export interface WaitingLinks {
  wait(key: string, link: WaitingLink): void;
  /**
   * What they lead to came by, in this instance. Takes away those that it serves, and returns them: all of other
   * instances, and of those that use it up the first. In its own instance it came too late.
   */
  serve(key: string, instance: string): readonly WaitingLink[];
  left(): readonly WaitingLink[];
}

export function waitingLinks(): WaitingLinks {
  const waiting = new Map<string, readonly WaitingLink[]>();
  return {
    wait: (key, link) => void waiting.set(key, [...(waiting.get(key) ?? []), link]),
    serve(key, instance) {
      const waited = waiting.get(key);
      if (waited === undefined) return [];
      const others = waited.filter((link) => link.instance !== instance);
      const first = others.find(({ following }) => following === 'uses-up');
      const served = others.filter((link) => link.following !== 'uses-up' || link === first);
      const left = waited.filter((link) => !served.includes(link));
      if (left.length === 0) waiting.delete(key);
      else waiting.set(key, left);
      return served;
    },
    left: () => [...waiting.values()].flat(),
  };
}
