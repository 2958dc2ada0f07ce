import type { Person } from './population.ts';

/** What one partner's own system holds, in its own words, and how the gateway finds catalogue fields in it. */
export interface SourceView {
  holds(person: Person): boolean;
  document(person: Person): object;
  readonly subject: { readonly scheme: 'bsn' | 'skn'; readonly pointer: string };
  readonly fields: Readonly<Record<string, string>>;
}

const prison: SourceView = {
  holds: ({ detention }) => detention !== null,
  document: (person) => ({
    justitiabele: {
      bsn: person.bsn,
      strafrechtsketennummer: person.skn,
      geslachtsnaam: person.surname,
      voornamen: person.givenNames,
      geboorte: { datum: person.birthDate, plaats: person.birthPlace },
      nationaliteit: person.nationality,
      laatsteAdres: person.address,
    },
    verblijf: {
      inrichting: 'PI Zwolle',
      regime: 'Standaardregime',
      titel: person.detention?.title ?? null,
      ingang: person.detention?.start ?? null,
      verwachtEinde: person.detention?.expectedRelease ?? null,
    },
    basisvoorwaarden: {
      identiteitsbewijs: { geldig: person.documentValidUntil !== null, geldigTot: person.documentValidUntil },
      onderdak: {
        woningzoekende: person.housing.registeredSeeker,
        situatieVoorDetentie: person.housing.priorSituation,
        huurachterstand: person.housing.rentArrears,
      },
      werkEnInkomen: { arbeidsverleden: person.workHistory, uitkeringen: person.benefits, opleiding: person.education },
      schulden: { opgave: person.debts, schuldhulp: person.debtCounselling },
      zorgverzekering: { verzekerdVoorDetentie: person.insurer !== null, verzekeraar: person.insurer },
    },
    begeleiding: { naam: person.caseManager, functie: 'Casemanager' },
  }),
  subject: { scheme: 'bsn', pointer: '/justitiabele/bsn' },
  fields: {
    'identity.surname': '/justitiabele/geslachtsnaam',
    'identity.givenNames': '/justitiabele/voornamen',
    'identity.address': '/justitiabele/laatsteAdres',
    'identity.birthDate': '/justitiabele/geboorte/datum',
    'identity.birthPlace': '/justitiabele/geboorte/plaats',
    'identity.nationality': '/justitiabele/nationaliteit',
    'numbers.bsn': '/justitiabele/bsn',
    'numbers.skn': '/justitiabele/strafrechtsketennummer',
    'detention.start': '/verblijf/ingang',
    'detention.expectedRelease': '/verblijf/verwachtEinde',
    'detentionContext.facility': '/verblijf/inrichting',
    'detentionContext.regime': '/verblijf/regime',
    'detentionContext.title': '/verblijf/titel',
    'identityDocument.hasValid': '/basisvoorwaarden/identiteitsbewijs/geldig',
    'identityDocument.validUntil': '/basisvoorwaarden/identiteitsbewijs/geldigTot',
    'housing.registeredSeeker': '/basisvoorwaarden/onderdak/woningzoekende',
    'housing.priorSituation': '/basisvoorwaarden/onderdak/situatieVoorDetentie',
    'housing.rentArrears': '/basisvoorwaarden/onderdak/huurachterstand',
    'incomeWork.workHistory': '/basisvoorwaarden/werkEnInkomen/arbeidsverleden',
    'incomeWork.benefits': '/basisvoorwaarden/werkEnInkomen/uitkeringen',
    'incomeWork.education': '/basisvoorwaarden/werkEnInkomen/opleiding',
    'debts.wgsData': '/basisvoorwaarden/schulden/opgave',
    'debts.referral': '/basisvoorwaarden/schulden/schuldhulp',
    'insurance.hadPolicy': '/basisvoorwaarden/zorgverzekering/verzekerdVoorDetentie',
    'insurance.insurer': '/basisvoorwaarden/zorgverzekering/verzekeraar',
    'contactPersons.name': '/begeleiding/naam',
    'contactPersons.role': '/begeleiding/functie',
  },
};

const prisonMedicalService: SourceView = {
  holds: ({ detention }) => detention !== null,
  document: (person) => ({
    patient: { skn: person.skn },
    dossier: {
      diagnoses: ['Verzonnen diagnose'],
      medicatie: ['Verzonnen middel 10 mg'],
      notities: 'Verzonnen notitie.',
    },
  }),
  subject: { scheme: 'skn', pointer: '/patient/skn' },
  fields: {
    'medical.diagnosis': '/dossier/diagnoses',
    'medical.medication': '/dossier/medicatie',
    'medical.notes': '/dossier/notities',
  },
};

const probation: SourceView = {
  holds: ({ supervised }) => supervised,
  document: (person) => ({
    client: {
      bsn: person.bsn,
      achternaam: person.surname,
      voornamen: person.givenNames,
      geboortedatum: person.birthDate,
    },
    werk: { verleden: person.workHistory, opleiding: person.education },
    schulden: { overzicht: person.debts, aangemeldSchuldhulp: person.debtCounselling },
    wonen: { situatie: person.housing.priorSituation },
    plan: { doelen: ['Een vaste woonplek', 'Werk of dagbesteding'], acties: ['Intake bij de gemeente'] },
    toezichthouder: { naam: person.caseManager, functie: 'Reclasseringswerker' },
  }),
  subject: { scheme: 'bsn', pointer: '/client/bsn' },
  fields: {
    'identity.surname': '/client/achternaam',
    'identity.givenNames': '/client/voornamen',
    'identity.birthDate': '/client/geboortedatum',
    'numbers.bsn': '/client/bsn',
    'incomeWork.workHistory': '/werk/verleden',
    'incomeWork.education': '/werk/opleiding',
    'debts.wgsData': '/schulden/overzicht',
    'debts.referral': '/schulden/aangemeldSchuldhulp',
    'housing.priorSituation': '/wonen/situatie',
    'planGoals.goals': '/plan/doelen',
    'planGoals.actions': '/plan/acties',
    'contactPersons.name': '/toezichthouder/naam',
    'contactPersons.role': '/toezichthouder/functie',
  },
};

function municipality(name: string): SourceView {
  return {
    holds: (person) => person.municipality === name,
    document: (person) => ({
      inwoner: {
        burgerservicenummer: person.bsn,
        achternaam: person.surname,
        voornamen: person.givenNames,
        geboortedatum: person.birthDate,
        geboorteplaats: person.birthPlace,
        nationaliteit: person.nationality,
        adres: person.address,
      },
      reisdocument: { aanwezig: person.documentValidUntil !== null, einddatum: person.documentValidUntil },
      wonen: {
        ingeschreven: person.housing.registeredSeeker,
        woonsituatie: person.housing.priorSituation,
        huurachterstand: person.housing.rentArrears,
        woonbehoefte: person.housing.need,
        nodigVanaf: person.housing.neededFrom,
      },
      participatie: { werkverleden: person.workHistory, uitkeringen: person.benefits, opleiding: person.education },
      schuldhulpverlening: { vorderingen: person.debts, verwezen: person.debtCounselling },
      zorgverzekering: { verzekerd: person.insurer !== null, maatschappij: person.insurer },
      nazorg: { naam: person.caseManager, functie: 'Nazorgcoördinator' },
    }),
    subject: { scheme: 'bsn', pointer: '/inwoner/burgerservicenummer' },
    fields: {
      'identity.surname': '/inwoner/achternaam',
      'identity.givenNames': '/inwoner/voornamen',
      'identity.address': '/inwoner/adres',
      'identity.birthDate': '/inwoner/geboortedatum',
      'identity.birthPlace': '/inwoner/geboorteplaats',
      'identity.nationality': '/inwoner/nationaliteit',
      'numbers.bsn': '/inwoner/burgerservicenummer',
      'identityDocument.hasValid': '/reisdocument/aanwezig',
      'identityDocument.validUntil': '/reisdocument/einddatum',
      'housing.registeredSeeker': '/wonen/ingeschreven',
      'housing.priorSituation': '/wonen/woonsituatie',
      'housing.rentArrears': '/wonen/huurachterstand',
      'housing.need': '/wonen/woonbehoefte',
      'housing.neededFrom': '/wonen/nodigVanaf',
      'incomeWork.workHistory': '/participatie/werkverleden',
      'incomeWork.benefits': '/participatie/uitkeringen',
      'incomeWork.education': '/participatie/opleiding',
      'debts.wgsData': '/schuldhulpverlening/vorderingen',
      'debts.referral': '/schuldhulpverlening/verwezen',
      'insurance.hadPolicy': '/zorgverzekering/verzekerd',
      'insurance.insurer': '/zorgverzekering/maatschappij',
      'contactPersons.name': '/nazorg/naam',
      'contactPersons.role': '/nazorg/functie',
    },
  };
}

const police: SourceView = {
  holds: ({ detention }) => detention !== null,
  document: (person) => ({
    betrokkene: { bsn: person.bsn, achternaam: person.surname },
    registraties: ['Verzonnen melding: burengerucht'],
  }),
  subject: { scheme: 'bsn', pointer: '/betrokkene/bsn' },
  fields: { 'identity.surname': '/betrokkene/achternaam', 'policeContacts.incidents': '/registraties' },
};

const careProvider: SourceView = {
  holds: ({ inCare }) => inCare,
  document: (person) => ({
    client: { bsn: person.bsn, naam: person.surname },
    traject: { wet: 'Wmo 2015', aanbieder: 'Zorg De Wissel', gemeente: person.municipality, stand: 'current' },
  }),
  subject: { scheme: 'bsn', pointer: '/client/bsn' },
  fields: {
    'identity.surname': '/client/naam',
    'careTrajectory.law': '/traject/wet',
    'careTrajectory.provider': '/traject/aanbieder',
    'careTrajectory.municipality': '/traject/gemeente',
    'careTrajectory.state': '/traject/stand',
  },
};

/** By unit of the demo's partners; a unit that is not here holds no system that the gateway may ask. */
export const sourceViews: ReadonlyMap<string, SourceView> = new Map([
  ['pi-zwolle', prison],
  ['pi-zwolle-medisch', prisonMedicalService],
  ['reclassering-zwolle', probation],
  ['gemeente-zwolle', municipality('Zwolle')],
  ['gemeente-deventer', municipality('Deventer')],
  ['politie-ijsselland', police],
  ['zorg-de-wissel', careProvider],
]);
