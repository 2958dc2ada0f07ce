import { ZodError } from 'zod';
import type { Progress } from '../progress.ts';
import { housingScenes } from './housing.ts';
import { planScenes } from './plan.ts';
import { proofScenes } from './proof.ts';
import { refusalScenes } from './refusals.ts';
import { OtherwiseThanTold, type Scene, type Stage } from './scene.ts';

export const zwolleStory: readonly Scene[] = [...planScenes, ...refusalScenes, ...housingScenes, ...proofScenes];

export interface Played {
  readonly title: string;
  readonly told: string;
  readonly happened: string;
  readonly asTold: boolean;
}

/**
 * Plays the scenes in order. A scene that turns out otherwise is told so and the story goes on, to
 * show what else does; what breaks outright is told the same way.
 */
export async function playStory(
  scenes: readonly Scene[],
  stage: Stage,
  progress: Progress,
): Promise<readonly Played[]> {
  const played: Played[] = [];
  for (const { title, told, play } of scenes) {
    try {
      const happened = await progress.step(title, () => play(stage));
      played.push({ title, told, happened, asTold: true });
    } catch (error) {
      const happened = whatHappened(error);
      progress.note(happened);
      played.push({ title, told, happened, asTold: false });
    }
  }
  return played;
}

function whatHappened(error: unknown): string {
  if (error instanceof OtherwiseThanTold) return error.message;
  if (error instanceof ZodError) return `het antwoord heeft een andere vorm: ${error.issues[0]?.path.join('.')}`;
  return error instanceof Error ? error.message : 'er ging iets onbekends mis';
}
