import { type CareOptions, startCareSuite } from './care-suite.ts';
import { knownInAll } from './known-in-all.ts';
import { type PrisonOptions, startPrisonSuite } from './prison-suite.ts';
import { type SocialOptions, startSocialSuite } from './social-suite.ts';

interface Suite {
  readonly url: string;
  readonly close: () => Promise<void>;
}

export interface Suites {
  readonly prison: Suite;
  readonly social: Suite;
  readonly care: Suite;
}

/** The three products, which all know one person and nobody else. `slow` is slower than anybody waits. */
export async function startSuites(
  tls: PrisonOptions['tls'],
  person: Parameters<typeof knownInAll>[0],
  mode: NonNullable<PrisonOptions['mode'] & SocialOptions['mode'] & CareOptions['mode']> = 'normal',
): Promise<Suites> {
  const known = knownInAll(person);
  const how = { tls, mode, slowMs: 60_000 };
  const [prison, social, care] = await Promise.all([
    startPrisonSuite({ ...how, persons: [known.prison] }),
    startSocialSuite({ ...how, persons: [known.social] }),
    startCareSuite({ ...how, persons: [known.care] }),
  ]);
  return { prison, social, care };
}
