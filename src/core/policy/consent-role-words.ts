import type { Label } from '../category/catalogue.ts';
import type { Grant } from './policy.ts';

/** What consent means for a rule, in words. */
export const consentRoleWords: Readonly<Record<Grant['consent'], Label>> = {
  irrelevant: { nl: 'toestemming speelt geen rol', en: 'consent plays no part' },
  invalid: { nl: 'toestemming mag niet worden gevraagd', en: 'consent may not be asked' },
  required: { nl: 'alleen met toestemming', en: 'only with consent' },
  waiver: {
    nl: 'alleen als de betrokkene het beroepsgeheim opheft',
    en: 'only if the person waives professional secrecy',
  },
};
