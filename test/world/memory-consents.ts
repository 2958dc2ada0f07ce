import type { ConsentId } from '../../src/core/brand.ts';
import type { Consent } from '../../src/core/consent/consent.ts';
import type { Consents } from '../../src/core/disclosure/ports.ts';
import { duePage } from './due-page.ts';

export function memoryConsents(all: () => ReadonlyMap<ConsentId, Consent>): Consents {
  return {
    find: async (id) => all().get(id) ?? null,
    ended: async (now, passed) => {
      const open = [...all().values()].filter(({ state }) => state === 'given' || state === 'requested');
      const ended = open.filter(({ validUntil }) => validUntil <= now);
      return duePage(ended, ({ validUntil }) => validUntil, passed).map(({ id }) => id);
    },
  };
}
