/** All dates are ISO here (an unknown part is 00); the service writes them its own way. */
export type PrisonDetention = {
  id: string;
  status: string;
  prison: { code: string; name: string };
  start: string;
  /** The day the person left; absent while the detention runs. */
  left?: string;
  ends: { kind: string; date: string; leading?: boolean }[];
};

export type PrisonPerson = {
  /** Eight digits, without padding or check letter. */
  skn: string;
  /** Ten digits. */
  inmateNumber: string;
  bsn?: string;
  name: { surname: string; prefix?: string; initials: string; aliases?: string[] };
  birthDate: string;
  housing: string;
  income: string;
  /** What the case manager found at the intake: code of the area of life → code of the finding. */
  findings: Record<string, string>;
  detentions: PrisonDetention[];
};

const ZILVERBERG = { code: '0417', name: 'PI De Zilverberg' };
const OOSTERWEER = { code: '0422', name: 'PI Oosterweer' };

export const prisonPeople: PrisonPerson[] = [
  {
    skn: '00420019',
    inmateNumber: '0007000123',
    bsn: '999990019',
    birthDate: '1987-04-12',
    name: { surname: 'Zandstra', initials: 'J.M.', aliases: ['Sandstra'] },
    housing: '8',
    income: '3',
    findings: { 2: '2', 4: '2', 5: '1' },
    detentions: [
      {
        id: '2026-004411',
        status: '20',
        prison: ZILVERBERG,
        start: '2026-03-16',
        ends: [
          { kind: '1', date: '2027-09-15' },
          { kind: '2', date: '2027-03-14', leading: true },
        ],
      },
    ],
  },
  {
    skn: '00420020',
    inmateNumber: '0007000237',
    bsn: '999990020',
    birthDate: '1994-09-03',
    name: { surname: 'El Morabet', initials: 'F.' },
    housing: '3',
    income: '6',
    findings: { 3: '2' },
    detentions: [
      { id: '2026-009102', status: '10', prison: OOSTERWEER, start: '2026-10-05', ends: [] },
      {
        id: '2021-001877',
        status: '90',
        prison: ZILVERBERG,
        start: '2021-02-01',
        left: '2021-05-28',
        ends: [{ kind: '1', date: '2021-05-28', leading: true }],
      },
    ],
  },
  {
    skn: '00420032',
    inmateNumber: '0007000311',
    bsn: '999990032',
    birthDate: '1979-11-30',
    name: { surname: 'Kolk', prefix: 'van der', initials: 'P.A.', aliases: ['Kolkman', 'Colck'] },
    housing: '1',
    income: '1',
    findings: { 4: '3', 5: '0' },
    detentions: [
      {
        id: '2019-000318',
        status: '90',
        prison: OOSTERWEER,
        start: '2019-01-07',
        left: '2019-02-06',
        ends: [{ kind: '1', date: '2019-02-06', leading: true }],
      },
      {
        id: '2025-011030',
        status: '30',
        prison: ZILVERBERG,
        start: '2025-08-11',
        ends: [{ kind: '1', date: '2026-12-18', leading: true }],
      },
    ],
  },
  {
    skn: '00420044',
    inmateNumber: '0007000406',
    bsn: '999990044',
    birthDate: '2001-02-28',
    name: { surname: 'Öztoprak', initials: 'S.' },
    housing: '9',
    income: '9',
    findings: {},
    detentions: [
      {
        id: '2026-010550',
        status: '90',
        prison: OOSTERWEER,
        start: '2026-05-04',
        left: '2026-10-30',
        ends: [{ kind: '1', date: '2026-10-30', leading: true }],
      },
    ],
  },
  {
    skn: '00420056',
    inmateNumber: '0007000598',
    birthDate: '1968-00-00',
    name: { surname: 'Hoen', prefix: "'t", initials: 'R.' },
    housing: '4',
    income: '5',
    findings: { 1: '2', 2: '2' },
    detentions: [
      {
        id: '2026-008009',
        status: '10',
        prison: ZILVERBERG,
        start: '2026-09-01',
        ends: [{ kind: '3', date: '2026-12-01', leading: true }],
      },
    ],
  },
];
