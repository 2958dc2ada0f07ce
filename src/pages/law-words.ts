import type { Citation, Label } from '../core/category/catalogue.ts';
import type { Language } from './words/words.ts';

/** Acts by the abbreviation that citations use. One that is not here is shown as it is cited. */
const acts: ReadonlyMap<string, Label> = new Map([
  ['Pbw', { nl: 'Penitentiaire beginselenwet', en: 'Custodial Institutions Act (Pbw)' }],
  ['Pm', { nl: 'Penitentiaire maatregel', en: 'Custodial Institutions Decree (Pm)' }],
  ['Wjsg', { nl: 'Wet justitiële en strafvorderlijke gegevens', en: 'Judicial Data Act (Wjsg)' }],
  ['Bjsg', { nl: 'Besluit justitiële en strafvorderlijke gegevens', en: 'Judicial Data Decree (Bjsg)' }],
  ['Wpg', { nl: 'Wet politiegegevens', en: 'Police Data Act (Wpg)' }],
  ['Bpg', { nl: 'Besluit politiegegevens', en: 'Police Data Decree (Bpg)' }],
  ['AVG', { nl: 'Algemene verordening gegevensbescherming', en: 'General Data Protection Regulation (GDPR)' }],
  ['UAVG', { nl: 'Uitvoeringswet AVG', en: 'GDPR Implementation Act (UAVG)' }],
  ['BW', { nl: 'Burgerlijk Wetboek', en: 'Civil Code (BW)' }],
  ['Wfz', { nl: 'Wet forensische zorg', en: 'Forensic Care Act (Wfz)' }],
  ['Bfz', { nl: 'Besluit forensische zorg', en: 'Forensic Care Decree (Bfz)' }],
  ['WGS', { nl: 'Wet gegevensverwerking door samenwerkingsverbanden', en: 'Data Processing Partnerships Act (WGS)' }],
  ['Wgs', { nl: 'Wet gemeentelijke schuldhulpverlening', en: 'Municipal Debt Counselling Act (Wgs)' }],
  ['Pw', { nl: 'Participatiewet', en: 'Participation Act (Pw)' }],
  ['Wmo', { nl: 'Wet maatschappelijke ondersteuning 2015', en: 'Social Support Act 2015 (Wmo)' }],
  ['Reclasseringsregeling', { nl: 'Reclasseringsregeling 1995', en: 'Probation Regulations 1995' }],
]);

/** "Penitentiaire beginselenwet, artikel 18a lid 4 en 6". */
export function lawWords(language: Language, citation: Citation): string {
  const act = acts.get(citation.act)?.[language] ?? citation.act;
  return `${act}, ${language === 'nl' ? 'artikel' : 'article'} ${citation.article}`;
}

/** The names of the acts alone, for a sentence that a detainee reads: "Penitentiaire beginselenwet en Penitentiaire maatregel". */
export function actNames(language: Language, law: readonly Citation[]): string | null {
  const names = [...new Set(law.map((citation) => acts.get(citation.act)?.[language] ?? citation.act))];
  return names.length === 0 ? null : new Intl.ListFormat(language, { type: 'conjunction' }).format(names);
}
