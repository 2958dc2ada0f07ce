import type { Words } from './words.ts';

export const sources: Words['sources'] = {
  tab: 'Sources',
  title: 'Sources',
  intro:
    'Data comes from these systems. A system that does not answer a few times in a row is not asked for a while. How it stands is how this gateway sees it; another gateway may see it otherwise.',
  none: 'No system is connected.',
  standingOf: {
    people: 'people answer',
    closed: 'answers',
    'half-open': 'is being tried',
    open: 'does not answer',
    unasked: 'not asked yet',
    suspended: 'closed',
  },
  address: 'Address',
  asks: 'Asks about persons by',
  schemeOf: {
    bsn: 'citizen service number (BSN)',
    skn: 'criminal chain number (SKN)',
    caseReference: 'a reference of its own',
  },
  fields: 'How many fields',
  silentOn: 'Last did not answer on',
};
