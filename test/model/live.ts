import fc from 'fast-check';
import { aftermath } from './aftermath.ts';
import { Life } from './life.ts';
import type { LifeWorld } from './life-gateways.ts';
import type { SourcesBy } from './life-partners.ts';
import { type About, type Step, someLife } from './steps.ts';

interface Lived {
  readonly world: LifeWorld;
  readonly sources: SourcesBy;
  readonly clocksJump: boolean;
  /** What they are about; left out: what is asked as a rule. */
  readonly emergencies?: true;
  readonly offers?: true;
  readonly secrets?: true;
  /** What was seen is added to it. */
  readonly met: string[];
}

/** Lives one life to its end, step by step. Throws at the first step that went wrong. */
async function live(steps: readonly Step[], lived: Lived): Promise<void> {
  const { world, sources, met } = lived;
  const gateways = await world.begin(sources);
  try {
    const life = await Life.open(gateways, aboutOf(lived));
    insist(life);
    for (const step of steps) {
      await life.take(step);
      insist(life);
    }
    await aftermath(life);
    insist(life);
    met.push(...life.seen);
  } finally {
    await gateways.close();
  }
}

/** Any life, with what fast-check prints of it when it goes wrong: a seed and a path that give it again. */
export function anyLife(lived: Lived) {
  const { connectionsBreak } = lived.world;
  return fc.asyncProperty(someLife({ ...lived, about: aboutOf(lived), connectionsBreak }), (steps) =>
    live(steps, lived),
  );
}

function aboutOf({ emergencies, offers, secrets }: Lived): About {
  if (emergencies === true) return 'emergencies';
  if (offers === true) return 'offers';
  return secrets === true ? 'secrets' : 'requests';
}

function insist({ wrong }: Life): void {
  if (wrong.length > 0) throw new Error([...new Set(wrong)].join('\n'));
}
