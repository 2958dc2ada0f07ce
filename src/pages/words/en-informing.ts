import type { Words } from './words.ts';

export const informing: Words['informing'] = {
  tab: 'Told later',
  title: 'Told later',
  intro:
    'Some disclosures are shown to the person only later. Here is which ones, why, who decided that and until when. Once that day has passed the person sees it by itself.',
  list: 'Disclosures',
  stateOf: { hidden: 'Not shown yet', over: 'Delay is over' },
  given: 'Disclosed on',
  until: 'Shown from',
  since: 'Shown since',
  remindedAt: 'Source reminded on',
  ground: 'Ground',
  byRule: 'As the rule says',
  decider: 'Decided by',
  decidedAt: 'Decided on',
  times: 'Number of decisions',
  reason: 'Explanation to the person',
  reasonOf: { told: 'The person reads why it is later.', withheld: 'The person does not read why it is later.' },
};
