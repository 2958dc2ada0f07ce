import type { Reply } from '../partner-client.ts';
import { planFields } from './plan.ts';
import { ask, insist, refusal, roles, type Scene } from './scene.ts';

/** Who may not, and that the refusal tells them nothing about the person. */
export const refusalScenes: readonly Scene[] = [
  {
    title: 'De politie vraagt hetzelfde onder het plan (P3)',
    told: 'geweigerd, om wie het ook gaat',
    async play({ partners, person, stranger }) {
      const about = (bsn: string) =>
        partners.police.post(
          '/v1/requests',
          ask('plan-basic-conditions', roles.prison, { type: 'bsn', value: bsn }, planFields),
        );
      const reply = await about(person.bsn);
      insist(sameButForIds(reply, await about(stranger.bsn)), 'de weigering verschilt per persoon');
      return refusal(reply, 'prohibited');
    },
  },
  {
    title: 'Gemeente Deventer vraagt naar iemand uit Zwolle, en naar een onbekende',
    told: 'niet beschikbaar, en twee keer hetzelfde antwoord',
    async play({ partners, person, stranger }) {
      const about = (bsn: string) =>
        partners.neighbour.post(
          '/v1/requests',
          ask('plan-basic-conditions', roles.prison, { type: 'bsn', value: bsn }, planFields),
        );
      const uninvolved = await about(person.bsn);
      const unknown = await about(stranger.bsn);
      insist(sameButForIds(uninvolved, unknown), 'aan het antwoord is te zien of de persoon bekend is');
      return refusal(uninvolved, 'not-available');
    },
  },
];

/** Whether two answers are the same apart from ids, times, signatures and what the asker itself wrote. */
function sameButForIds(one: Reply, other: Reply): boolean {
  return one.status === other.status && plain(one.body) === plain(other.body);
}

const varying = new Set(['id', 'instance', 'trace', 'traceId', 'receivedAt', 'movedAt', 'decidedAt', 'receipt']);

function plain(body: unknown): string {
  return JSON.stringify(body, (key, value: unknown) => (varying.has(key) ? undefined : value));
}
