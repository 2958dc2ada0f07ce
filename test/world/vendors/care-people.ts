export const SYSTEMS = {
  bsn: 'http://fhir.nl/fhir/NamingSystem/bsn',
  agb: 'http://fhir.nl/fhir/NamingSystem/agb-z',
  client: 'https://codes.zorgspoor.example/NamingSystem/clientnummer',
  trajectory: 'https://codes.zorgspoor.example/NamingSystem/trajectnummer',
  law: 'https://codes.zorgspoor.example/CodeSystem/wet',
  care: 'https://codes.zorgspoor.example/CodeSystem/zorgsoort',
  ownName: 'http://hl7.org/fhir/StructureDefinition/humanname-own-name',
  ownPrefix: 'http://hl7.org/fhir/StructureDefinition/humanname-own-prefix',
};
export const LAWS = {
  WFZ: 'Wet forensische zorg',
  ZVW: 'Zorgverzekeringswet',
  WMO: 'Wet maatschappelijke ondersteuning 2015',
  WLZ: 'Wet langdurige zorg',
  WVGGZ: 'Wet verplichte geestelijke gezondheidszorg',
};
export const KINDS = {
  AMB: 'Ambulante behandeling',
  KLIN: 'Klinische opname',
  BW: 'Beschermd wonen',
  VERSL: 'Verslavingszorg',
  DAG: 'Dagbesteding',
};
export const STATES = ['planned', 'waitlist', 'active', 'onhold', 'finished', 'cancelled', 'entered-in-error'] as const;

export type CareTrajectory = {
  number: string;
  status: (typeof STATES)[number];
  law: keyof typeof LAWS;
  care: keyof typeof KINDS;
  /** With an AGB code the provider is a resource of its own; without it only its name is known. */
  provider: { name: string; agb?: string };
  /** ISO, possibly partial. */
  start?: string;
  end?: string;
  lastUpdated: string;
};

export type CarePerson = {
  bsn?: string;
  clientNumber: string;
  given: string;
  surname: string;
  prefix?: string;
  /** ISO, possibly partial. */
  birthDate: string;
  trajectories: CareTrajectory[];
};

const LINDENHAGE = { name: 'Forensisch Centrum Lindenhage', agb: '06990101' };
const WENDING = { name: 'Stichting De Wending', agb: '06990102' };

export const carePeople: CarePerson[] = [
  {
    bsn: '999990019',
    clientNumber: 'ZS-104417',
    given: 'Joris',
    surname: 'Zandstra',
    birthDate: '1987-04-12',
    trajectories: [
      {
        number: 'T-88120',
        status: 'active',
        law: 'WFZ',
        care: 'VERSL',
        provider: LINDENHAGE,
        start: '2026-05',
        end: '2027-03',
        lastUpdated: '2026-10-14T16:22:08+02:00',
      },
      {
        number: 'T-90233',
        status: 'planned',
        law: 'WMO',
        care: 'BW',
        provider: WENDING,
        start: '2027',
        lastUpdated: '2026-11-03T09:15:22+01:00',
      },
    ],
  },
  {
    bsn: '999990020',
    clientNumber: 'ZS-104598',
    given: 'Fadoua',
    surname: 'El Morabet',
    birthDate: '1994-09',
    trajectories: [
      {
        number: 'T-90301',
        status: 'waitlist',
        law: 'ZVW',
        care: 'AMB',
        provider: { name: 'Praktijk Aan de Vaart' },
        start: '2026-11',
        lastUpdated: '2026-10-21T11:02:40+02:00',
      },
    ],
  },
  {
    bsn: '999990032',
    clientNumber: 'ZS-099013',
    given: 'Pieter',
    surname: 'Kolk',
    prefix: 'van der',
    birthDate: '1979-11-30',
    trajectories: [
      {
        number: 'T-70022',
        status: 'finished',
        law: 'ZVW',
        care: 'AMB',
        provider: WENDING,
        start: '2022-02-14',
        end: '2023-01',
        lastUpdated: '2023-02-01T08:00:00+01:00',
      },
      {
        number: 'T-86610',
        status: 'entered-in-error',
        law: 'WLZ',
        care: 'KLIN',
        provider: LINDENHAGE,
        lastUpdated: '2025-12-09T13:37:51+01:00',
      },
      {
        number: 'T-86611',
        status: 'onhold',
        law: 'WFZ',
        care: 'AMB',
        provider: LINDENHAGE,
        start: '2025-12-08',
        lastUpdated: '2026-08-30T22:59:59Z',
      },
    ],
  },
  {
    bsn: '999990068',
    clientNumber: 'ZS-101750',
    given: 'Ludmila',
    surname: 'Graaf-Kowalczyk',
    prefix: 'de',
    birthDate: '1990',
    trajectories: [],
  },
  {
    clientNumber: 'ZS-105001',
    given: 'Rinus',
    surname: 'Hoen',
    prefix: "'t",
    birthDate: '1968',
    trajectories: [
      {
        number: 'T-90400',
        status: 'cancelled',
        law: 'WVGGZ',
        care: 'KLIN',
        provider: LINDENHAGE,
        start: '2026-09-02',
        end: '2026-09-03',
        lastUpdated: '2026-09-03T10:30:00+02:00',
      },
    ],
  },
];
