import type { Instant, UnitId } from '../../src/core/brand.ts';
import type { SourceStanding } from '../../src/pages/officer/connections.ts';
import type { PagesDeps } from '../../src/pages/ports.ts';

const day = (date: string) => `${date}T10:00:00.000Z` as Instant;
const mark = (digit: string) => digit.repeat(64);
const seenCertificates = [
  { unit: 'pi-zwolle', notAfter: day('2027-06-01'), thumbprint: mark('a') },
  { unit: 'gemeente-zwolle', notAfter: day('2026-12-01'), thumbprint: mark('b') },
  { unit: 'politie-oost', notAfter: day('2026-10-01'), thumbprint: mark('c') },
].map((one) => ({ ...one, unit: one.unit as UnitId, use: 'client' as const, lastSeen: day('2026-11-15') }));

export const certificates: PagesDeps['certificates'] = {
  seen: async (unit) => seenCertificates.filter((one) => unit === null || one.unit === unit),
  own: () => [{ unit: null, use: 'tls', notAfter: day('2026-11-20'), thumbprint: mark('d'), lastSeen: null }],
};

export const sources: ReadonlyMap<UnitId, SourceStanding> = new Map([
  ['pi-zwolle' as UnitId, { circuit: 'closed', silentOn: null }],
  ['politie-oost' as UnitId, { circuit: 'open', silentOn: day('2026-11-19') }],
]);
