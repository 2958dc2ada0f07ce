import type { AccessLog } from '../api/access-log.ts';
import { ConfigError } from '../config.ts';
import type { PolicySet } from '../core/policy/policy-set.ts';
import { carryOutDue } from '../core/policy-set/carry-out.ts';
import type { ChangePorts } from '../core/policy-set/ports.ts';
import { proposeChange } from '../core/policy-set/propose-change.ts';
import {
  compilePolicyFolder,
  type LoadedPolicySet,
  type PolicyFolder,
  readPolicyFolder,
} from '../policy-files/load.ts';
import type { LoadedPolicySets, PolicySetFiles } from '../store/policy-sets.ts';
import { type FollowedTurns, followTurns } from './follow-turns.ts';

/** null: it does not load. */
export function loadStored(files: PolicySetFiles): PolicySet | null {
  const loaded = compilePolicyFolder(files);
  return loaded.ok ? loaded.set : null;
}

/**
 * Sees to it that some set is in force before anybody is answered: the one on record, whatever the folder
 * holds. Only where none was ever active, and no approvers are asked for, it is the folder's.
 * Throws `ConfigError` naming what must be done first.
 */
export async function firstPolicySet(
  ports: ChangePorts,
  world: {
    readonly folder: string;
    readonly unsigned: boolean;
    readonly sets: Pick<LoadedPolicySets, 'loads'>;
    readonly store: (files: PolicySetFiles) => Promise<void>;
  },
): Promise<void> {
  if ((await ports.records.read()).active !== null) return;
  if (!world.unsigned) {
    throw new ConfigError(['no policy set is in force: have two approvers sign one and use `sluis policy activate`']);
  }
  const folder = readPolicyFolder(world.folder);
  insistOnLoading(compilePolicyFolder(folder));
  await world.store(folder);
  const statement = { action: 'activate', set: folder.digest, from: null, previous: null } as const;
  // Whether this one or that of a gateway that starts beside it: one is carried out.
  await proposeChange(ports, statement, [], null);
  await carryOutDue(ports, world.sets.loads);
  for (let tried = 0; (await ports.records.read()).active === null; tried++) {
    if (tried === 50) throw new ConfigError(['the first policy set could not be activated']);
    await ports.clock.pause(100);
  }
}

function insistOnLoading(loaded: LoadedPolicySet): void {
  if (loaded.ok) return;
  throw new ConfigError(loaded.errors.map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`));
}

/** Carries out planned changes as their start comes, in every gateway; each is carried out by one. */
export function followChanges(
  ports: ChangePorts,
  world: {
    readonly sets: Pick<LoadedPolicySets, 'loads' | 'prepare'>;
    readonly refresh: () => Promise<void>;
    readonly log: Pick<AccessLog, 'alarm'>;
  },
): FollowedTurns {
  const turn = async (): Promise<void> => {
    const { planned } = await ports.records.read();
    await world.sets.prepare(planned.map(({ statement }) => statement.set));
    for (const { change, outcome } of await carryOutDue(ports, world.sets.loads)) {
      if (outcome === 'done') await world.refresh();
      if (outcome === 'lapsed') {
        world.log.alarm(`the planned change to ${change.statement.set} does not fit or does not load; nothing changed`);
      }
      if (outcome === 'approval-revoked') {
        world.log.alarm(`an approver of the planned change to ${change.statement.set} was revoked; nothing changed`);
      }
    }
  };
  return followTurns(turn, () => world.log.alarm('planned changes of the policies could not be looked at'));
}

/** Says which set is in force, and whether the folder holds another: what is on disk does nothing by itself. */
export function describeInForce(current: PolicySet, folder: string): string {
  const inForce = `policies in force: ${current.digest}`;
  const found = readFolder(folder);
  if (found === null) return `${inForce} (there is no folder ${folder})`;
  return found.digest === current.digest ? inForce : `${inForce}; ${folder} holds another set, ${found.digest}`;
}

function readFolder(folder: string): PolicyFolder | null {
  try {
    return readPolicyFolder(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
