import { isBsn } from '../core/subject/reference.ts';
import { type Randomness, randomness } from './randomness.ts';

/** Somebody who does not exist. Dates are `YYYY-MM-DD`. */
export interface Person {
  readonly bsn: string;
  readonly skn: string;
  readonly surname: string;
  readonly givenNames: string;
  readonly birthDate: string;
  readonly birthPlace: string;
  readonly nationality: string;
  readonly address: string;
  readonly municipality: string;
  readonly detention: Detention | null;
  readonly supervised: boolean;
  readonly documentValidUntil: string | null;
  readonly housing: Housing;
  readonly workHistory: readonly string[];
  readonly benefits: readonly string[];
  readonly education: string;
  readonly debts: readonly string[];
  readonly debtCounselling: boolean;
  readonly insurer: string | null;
  readonly inCare: boolean;
  readonly caseManager: string;
}

export interface Detention {
  readonly start: string;
  readonly expectedRelease: string;
  readonly title: string;
}

export interface Housing {
  readonly registeredSeeker: boolean;
  readonly priorSituation: string;
  readonly rentArrears: boolean;
  /** Only of who comes out of prison without a home to go to. */
  readonly need: string | null;
  readonly neededFrom: string | null;
}

export interface PopulationOptions {
  readonly seed: number;
  readonly count: number;
  /** `YYYY-MM-DD`: detentions run at this day. */
  readonly today: string;
}

/**
 * Invented people with valid test numbers that start with 9: the same options give the same people.
 * Of every eight the first two are in prison, the first of them from Zwolle, supervised, registered
 * as a house hunter and in need of a home: whom the demo's story can be about.
 */
export function population({ seed, count, today }: PopulationOptions): readonly Person[] {
  const random = randomness(seed);
  const taken = new Set<string>();
  return Array.from({ length: count }, (_, index) => person(index, random, taken, today));
}

function person(index: number, random: Randomness, taken: Set<string>, today: string): Person {
  const place = index % 8;
  const municipality = place === 0 ? 'Zwolle' : random.pick(['Zwolle', 'Zwolle', 'Deventer', 'Deventer', 'Kampen']);
  const detention = place < 2 ? detentionAround(today, random) : null;
  const hasDocument = place === 0 || random.chance(0.7);
  const insured = place === 0 || random.chance(0.85);
  return {
    bsn: newBsn(random, taken),
    skn: String(10_000_000 + index),
    surname: random.pick(prefixes) + random.pick(surnameHeads) + random.pick(surnameTails),
    givenNames: `${random.pick(givenNames)} ${random.pick(givenNames)}`,
    birthDate: addDays('1950-01-01', random.below(20_000)),
    birthPlace: random.pick(places),
    nationality: random.chance(0.9) ? 'Nederlandse' : random.pick(['Poolse', 'Syrische', 'Surinaamse']),
    address: `${random.pick(streetHeads)}${random.pick(streetTails)} ${1 + random.below(180)}, ${municipality}`,
    municipality,
    detention,
    supervised: place === 0 || (detention !== null && random.chance(0.5)),
    documentValidUntil: hasDocument ? addDays(today, 30 + random.below(3_000)) : null,
    housing: housing(place === 0, detention, random),
    workHistory: random.some(jobs, 1 + random.below(3)),
    benefits: random.some(['Bijstand (Participatiewet)', 'WW', 'Wajong', 'Huurtoeslag'], random.below(3)),
    education: random.pick(['vmbo', 'mbo 2', 'mbo 4', 'havo', 'praktijkonderwijs', 'hbo']),
    debts: debts(random),
    debtCounselling: random.chance(0.4),
    insurer: insured ? random.pick(['Zorgkring Oost', 'De Onderlinge IJssel', 'Salland Zorgpolis']) : null,
    inCare: place === 0 || random.chance(0.3),
    caseManager: `${random.pick(givenNames)} ${random.pick(surnameHeads)}${random.pick(surnameTails)}`,
  };
}

function detentionAround(today: string, random: Randomness): Detention {
  return {
    start: addDays(today, -20 - random.below(500)),
    expectedRelease: addDays(today, 30 + random.below(300)),
    title: random.pick(['Gevangenisstraf', 'Voorlopige hechtenis', 'Plaatsing ISD']),
  };
}

function housing(homeless: boolean, detention: Detention | null, random: Randomness): Housing {
  const needsHome = homeless || (detention !== null && random.chance(0.5));
  return {
    registeredSeeker: homeless || random.chance(0.4),
    priorSituation: random.pick([
      'Huurwoning',
      'Inwonend bij familie',
      'Geen vaste verblijfplaats',
      'Maatschappelijke opvang',
    ]),
    rentArrears: random.chance(0.3),
    need: needsHome
      ? random.pick(['Zelfstandige woning, 1 persoon', 'Beschermd wonen', 'Kamer met begeleiding'])
      : null,
    neededFrom: needsHome && detention !== null ? detention.expectedRelease : null,
  };
}

function debts(random: Randomness): readonly string[] {
  return random
    .some(['energiebedrijf', 'zorgverzekeraar', 'verhuurder', 'telefoonaanbieder', 'CJIB'], random.below(4))
    .map((creditor) => `${creditor}: € ${100 * (1 + random.below(60))}`);
}

/** The ninth digit makes the eleven-test come out; where it would be a ten, the first eight are drawn again. */
function newBsn(random: Randomness, taken: Set<string>): string {
  for (;;) {
    const head = `9${String(random.below(10_000_000)).padStart(7, '0')}`;
    const bsn = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((digit) => head + digit).find(isBsn);
    if (bsn !== undefined && !taken.has(bsn)) {
      taken.add(bsn);
      return bsn;
    }
  }
}

function addDays(date: string, days: number): string {
  return new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10);
}

const prefixes = ['', '', '', 'Van ', 'De ', 'Van der ', 'Ten '];
const surnameHeads = [
  'Berken',
  'Zand',
  'Molen',
  'Heide',
  'Linden',
  'Wilgen',
  'Water',
  'Hooi',
  'Grave',
  'Schuiten',
  'Veen',
];
const surnameTails = ['veld', 'steeg', 'broek', 'kamp', 'horst', 'wolde', 'stra', 'inga', 'maker', 'berg'];
const givenNames = [
  'Anouk',
  'Bram',
  'Chantal',
  'Daan',
  'Esra',
  'Fatih',
  'Gijs',
  'Hanna',
  'Ilse',
  'Jamal',
  'Karin',
  'Lotte',
];
const places = ['Zwolle', 'Deventer', 'Kampen', 'Hattem', 'Meppel', 'Paramaribo', 'Ommen', 'Raalte'];
const streetHeads = ['Lijster', 'Beuken', 'Anker', 'Spoor', 'Kerk', 'Tichel', 'Hanze', 'Dijk'];
const streetTails = ['straat', 'laan', 'weg', 'hof', 'kade', 'plein'];
const jobs = ['Magazijnmedewerker', 'Schilder', 'Kok', 'Chauffeur', 'Hovenier', 'Schoonmaker', 'Lasser', 'Bezorger'];
