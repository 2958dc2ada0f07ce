import type { UnitId } from '../../src/core/brand.ts';
import type { KeptUsers } from '../../src/core/partner/kept-users.ts';
import { someUser } from '../world/some-user.ts';

const people = [someUser('u1', 'nazorgcoördinator', 'A. de Vries'), someUser('u7', 'wooncoach', 'S. Bakker')];

/** Who asks and approves in the story; everybody is of the municipality. */
export function keptUsers(): KeptUsers {
  return {
    async find(_, token) {
      const found = people.find((one) => one.token === token);
      return found === undefined ? null : { ...found, unit: 'gemeente-zwolle' as UnitId };
    },
  };
}
