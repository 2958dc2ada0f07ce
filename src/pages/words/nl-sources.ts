/** De pagina met de systemen waaruit gegevens komen. */
export const sources = {
  tab: 'Bronnen',
  title: 'Bronnen',
  intro:
    'Uit deze systemen komen gegevens. Een systeem dat een paar keer achter elkaar niet antwoordt, wordt een tijdje niet gevraagd. Hoe het er nu mee staat, is hoe deze gateway het ziet; een andere gateway kan het anders zien.',
  none: 'Er is geen systeem aangesloten.',
  standingOf: {
    people: 'mensen antwoorden',
    closed: 'antwoordt',
    'half-open': 'wordt geprobeerd',
    open: 'antwoordt niet',
    unasked: 'nog niet gevraagd',
    suspended: 'afgesloten',
  },
  address: 'Adres',
  asks: 'Vraagt naar personen met',
  schemeOf: { bsn: 'BSN', skn: 'strafrechtsketennummer', caseReference: 'een eigen kenmerk' },
  fields: 'Aantal gegevens',
  silentOn: 'Antwoordde voor het laatst niet op',
};
