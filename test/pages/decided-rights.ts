import type { RightsRequestId } from '../../src/core/brand.ts';
import { decideRightsRequest } from '../../src/core/rights/decide-rights-request.ts';
import { makeRightsRequest } from '../../src/core/rights/make-rights-request.ts';
import { someUser } from '../world/some-user.ts';
import type { PagesWorld } from './pages-world.ts';

/** Something that the person of the story asked of the prison, and that it dismissed with this reason. */
export async function dismissedRights({ world, subject }: PagesWorld, ground: string): Promise<RightsRequestId> {
  const given = [...world.requests.values()].find(
    ({ held, recipient }) => held !== null && recipient === 'gemeente-zwolle',
  );
  if (given === undefined) throw new Error('nothing was given');
  const said = { field: given.decision.permitted[0] ?? '', wish: 'correct', statement: 'Dit is niet juist' } as const;
  await makeRightsRequest(world.ports, subject, given.id, said, { trace: world.ports.entropy.trace(), by: 'subject' });
  const asked = [...world.rights.values()].at(-1);
  if (asked === undefined) throw new Error('nothing was asked');
  const by = someUser('u5', 'casemanager', 'S. de Boer');
  await decideRightsRequest(world.ports, world.call('pi-zwolle'), asked.id, { decision: 'dismissed', ground, by });
  return asked.id;
}
