import type { ProblemType } from './problem-type.ts';

/** Of access for life or limb of somebody who cannot be asked. */
export const emergencyProblems = {
  'emergency-not-possible': {
    status: 409,
    title: { nl: 'Noodtoegang kan hier niet', en: 'No emergency access here' },
    detail: {
      nl: 'Deze bron antwoordt alleen via mensen, of het beleid kent geen noodtoegang. Een noodgeval kan daar niet op wachten.',
      en: 'This source answers through people alone, or the policies know no emergency access. An emergency cannot wait for that.',
    },
    remedy: {
      nl: 'Bel de bron. Wie daar beroepsgeheim heeft, beslist zelf over wat hij vertelt.',
      en: 'Call the source. Whoever is bound to secrecy there decides in person what to tell.',
    },
  },
  'may-not-confirm': {
    status: 403,
    title: { nl: 'Deze tweede persoon telt niet', en: 'This second person does not count' },
    detail: {
      nl: 'Het moet iemand anders zijn dan voor wie is gevraagd, in een rol die het zelf had mogen vragen.',
      en: 'It must be somebody else than the one for whom was asked, in a role that might have asked it.',
    },
    remedy: {
      nl: 'Laat een collega in zo’n rol erachter staan, vóór secondBefore.',
      en: 'Have a colleague in such a role stand behind it, before secondBefore.',
    },
  },
  'wrong-emergency-state': {
    status: 409,
    title: { nl: 'Kan niet meer bij deze noodtoegang', en: 'Not possible any more for this emergency access' },
    detail: {
      nl: 'Er staat al iemand achter, hij is ingetrokken of voorbij, of er is niets gegeven. Bij state staat de toestand van nu.',
      en: 'Somebody stands behind it already, it was revoked or is over, or it gave nothing. Its present state is in state.',
    },
    remedy: {
      nl: 'Vraag de noodtoegang eerst op. Is hij ingetrokken, vernietig dan wat u kreeg en meld dat.',
      en: 'Read the emergency access first. Where it was revoked, destroy what you got and report that.',
    },
  },
} as const satisfies Readonly<Record<string, ProblemType>>;
