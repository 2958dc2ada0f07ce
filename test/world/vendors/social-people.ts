/** Amounts are in cents. */
type HousingFacts = {
  domain: 'WONEN';
  situation: 'HUUR' | 'KOOP' | 'INWONEND' | 'OPVANG' | 'BESCHERMD' | 'DAKLOOS';
  needsHome: boolean;
  urgent: boolean;
  neededFrom: string | null;
  rentArrears: number;
};
type IncomeFacts = {
  domain: 'INKOMEN';
  scheme: 'PW' | 'IOAW' | 'BBZ' | 'GEEN';
  status: 'AANGEVRAAGD' | 'LOPEND' | 'OPGESCHORT' | 'BEEINDIGD' | null;
  from: string | null;
  until: string | null;
  monthly: number;
};
type DebtFacts = {
  domain: 'SCHULDEN';
  hasDebts: boolean;
  total: number | null;
  creditors: number | null;
  attachment: boolean;
  track: 'GEEN' | 'AANMELDING' | 'STABILISATIE' | 'MSNP' | 'WSNP' | 'NAZORG';
};
export type SocialDossier = {
  number: string;
  /** ISO moment of the last change; the latest wins within a domain. */
  changed: string;
  lapsed?: boolean;
  facts: HousingFacts | IncomeFacts | DebtFacts;
};
export type SocialPerson = {
  bsn: string;
  clientNumber: number;
  surname: string;
  prefix: string | null;
  birthDate: string;
  dossiers: SocialDossier[];
};

/** Short ways to write the facts below. */
const housing = (
  situation: HousingFacts['situation'],
  needsHome: boolean,
  urgent = false,
  neededFrom: string | null = null,
  rentArrears = 0,
): HousingFacts => ({ domain: 'WONEN', situation, needsHome, urgent, neededFrom, rentArrears });
const income = (
  scheme: IncomeFacts['scheme'],
  status: IncomeFacts['status'],
  from: string | null,
  until: string | null,
  monthly: number,
): IncomeFacts => ({ domain: 'INKOMEN', scheme, status, from, until, monthly });
const debts = (
  total: number | null,
  creditors: number | null,
  track: DebtFacts['track'],
  attachment = false,
): DebtFacts => ({ domain: 'SCHULDEN', hasDebts: total !== 0, total, creditors, attachment, track });

export const socialPeople: SocialPerson[] = [
  {
    bsn: '999990019',
    clientNumber: 300112,
    surname: 'Zandstra',
    prefix: null,
    birthDate: '1987-04-12',
    dossiers: [
      { number: 'D-24-000871', changed: '2026-04-02T08:30:00Z', facts: housing('DAKLOOS', true, true, '2027-03-14') },
      { number: 'D-24-001502', changed: '2024-06-11T13:05:00Z', facts: housing('HUUR', false, false, null, 184250) },
      {
        number: 'D-25-000090',
        changed: '2026-03-20T10:00:00Z',
        facts: income('PW', 'OPGESCHORT', '2025-01-15', null, 134571),
      },
      { number: 'D-25-002310', changed: '2026-02-03T15:45:12Z', facts: debts(1823499, 7, 'STABILISATIE', true) },
      { number: 'D-26-000004', changed: '2026-09-01T09:00:00Z', lapsed: true, facts: debts(0, 0, 'GEEN') },
    ],
  },
  {
    bsn: '999990020',
    clientNumber: 300245,
    surname: 'El Morabet',
    prefix: null,
    birthDate: '1994-09-03',
    dossiers: [
      { number: 'D-26-003001', changed: '2026-10-12T07:55:00Z', facts: housing('INWONEND', false) },
      { number: 'D-26-003002', changed: '2026-10-12T07:58:00Z', facts: income('PW', 'AANGEVRAAGD', null, null, 0) },
    ],
  },
  {
    bsn: '999990032',
    clientNumber: 300318,
    surname: 'Kolk',
    prefix: 'van der',
    birthDate: '1979-11-30',
    dossiers: [
      { number: 'D-23-000417', changed: '2023-05-30T11:20:00Z', facts: debts(4210000, 12, 'MSNP') },
      { number: 'D-25-004120', changed: '2026-07-15T12:00:00Z', facts: debts(2755050, 12, 'MSNP') },
      { number: 'D-25-004121', changed: '2025-09-01T09:30:00Z', facts: housing('HUUR', false) },
    ],
  },
  { bsn: '999990044', clientNumber: 300402, surname: 'Öztoprak', prefix: null, birthDate: '2001-02-28', dossiers: [] },
  {
    bsn: '999990068',
    clientNumber: 300577,
    surname: 'Graaf-Kowalczyk',
    prefix: 'de',
    birthDate: '1990-06-17',
    dossiers: [
      {
        number: 'D-22-000019',
        changed: '2022-01-10T10:10:10Z',
        facts: income('PW', 'BEEINDIGD', '2020-03-01', '2021-12-31', 0),
      },
      { number: 'D-26-001777', changed: '2026-08-24T16:40:00Z', facts: housing('OPVANG', true, false, '2026-12-01') },
      { number: 'D-26-001778', changed: '2026-08-24T16:52:00Z', facts: debts(null, null, 'AANMELDING') },
    ],
  },
];
