import type { World } from '../world.ts';
import { roles, type Stage } from './scene.ts';

/** The stage on which the story is played: its people and partners, with the detainee logged in. */
export async function openStage(world: World, detaineeCode: string): Promise<Stage> {
  const [person, stranger] = [world.persons[0], world.persons[7]];
  if (person === undefined || stranger === undefined) throw new Error('the demo has too few people');
  const detainee = world.visitor();
  await detainee.submit(await detainee.visit('/login'), '/login', { code: detaineeCode });
  const clients = Object.entries(roles).map(([role, unit]) => [role, world.client(unit)] as const);
  const partners = Object.fromEntries(clients) as Stage['partners'];
  return { world, person, stranger, partners, detainee, pseudonym: null, receipts: [] };
}
