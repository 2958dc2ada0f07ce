import type { CarePerson } from './care-people.ts';
import type { PrisonPerson } from './prison-people.ts';
import type { SocialPerson } from './social-people.ts';

export const ownNumber = '0007000999';

/** Somebody invented, as each of the three products would know them under these numbers. */
export function knownInAll({ bsn, skn }: { readonly bsn: string; readonly skn: string }): {
  readonly prison: PrisonPerson;
  readonly social: SocialPerson;
  readonly care: CarePerson;
} {
  const prison = { code: '0417', name: 'PI Verzonnen' };
  const wonen = { domain: 'WONEN', situation: 'HUUR', needsHome: true, urgent: false, neededFrom: null } as const;
  const care = { law: 'WMO', care: 'BW', provider: { name: 'Zorg Verzonnen' }, number: 'T-1' } as const;
  return {
    prison: {
      ...{
        skn,
        bsn,
        inmateNumber: ownNumber,
        birthDate: '1979-12-31',
        housing: '4',
        income: '6',
        findings: { 1: '1' },
      },
      name: { surname: 'Genoteerd', prefix: 'van der', initials: 'V.' },
      detentions: [
        { id: '1', status: '90', prison, start: '2019-02-01', left: '2019-03-01', ends: [] },
        {
          ...{ id: '2', status: '20', prison, start: '2026-01-02' },
          ends: [
            { kind: '1', date: '2027-09-15' },
            { kind: '2', date: '2027-03-14', leading: true },
          ],
        },
      ],
    },
    social: {
      ...{ bsn, clientNumber: 300_999, surname: 'Geteld', prefix: 'de', birthDate: '1979-12-31' },
      dossiers: [
        { number: 'D-1', changed: '2026-02-01T00:00:00Z', facts: { ...wonen, rentArrears: 184_250 } },
        { number: 'D-2', changed: '2026-01-01T00:00:00Z', facts: { ...wonen, rentArrears: 0 } },
        {
          ...{ number: 'D-3', changed: '2026-01-01T00:00:00Z' },
          facts: { domain: 'INKOMEN', scheme: 'PW', status: 'LOPEND', from: null, until: null, monthly: 118_740 },
        },
      ],
    },
    care: {
      ...{ bsn, clientNumber: 'ZS-1', given: 'V', surname: 'Gecodeerd', prefix: 'van', birthDate: '1979' },
      trajectories: [
        { ...care, status: 'finished', lastUpdated: '2026-11-01T00:00:00Z' },
        { ...care, status: 'active', number: 'T-2', lastUpdated: '2026-01-01T00:00:00Z' },
      ],
    },
  };
}
