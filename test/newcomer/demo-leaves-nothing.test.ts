import { readdirSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { familyOf } from './family-of.ts';
import { type RunningDemo, startDemo } from './running-demo.ts';

const isUp = 'Ctrl-C';
const isStarting = 'PostgreSQL met vier logins';
const isPlaying = 'Het verhaal';
/** The demo, its gateway, the sources, the keeper, PostgreSQL and its own processes. */
const familySize = 12;

const demos: RunningDemo[] = [];
afterEach(() => {
  for (const demo of demos.splice(0)) demo.remove();
});

function start(args: readonly string[] = []): RunningDemo {
  const demo = startDemo(args);
  demos.push(demo);
  return demo;
}

/**
 * Not the copy of PostgreSQL's programs that is made where its user cannot get to the installed ones
 * (root below a closed home): the next start runs from it, so it is kept, once per version.
 */
function filesLeftIn(place: string): readonly string[] {
  return readdirSync(place).filter((name) => !/^sluis-postgres-\d+-[0-9a-f]{12}$/.test(name));
}

// What a process stands on is read from /proc.
const onLinux = describe.skipIf(process.platform !== 'linux');

onLinux('a demo that stays up (on Linux: reads /proc)', () => {
  it('and another beside it end by Ctrl-C and by SIGTERM: no process and no file is left', async () => {
    const [one, other] = [start(), start()];
    await Promise.all([one.says(isUp), other.says(isUp)]);
    for (const demo of [one, other]) {
      expect(demo.output()).toContain('Alles liep zoals verteld');
      expect(familyOf(demo.place).length).toBeGreaterThanOrEqual(familySize);
    }
    process.kill(-one.pid, 'SIGINT');
    expect(await one.ended).toBe(130);
    await one.allGone();
    expect(filesLeftIn(one.place)).toEqual([]);

    expect(familyOf(other.place).length).toBeGreaterThanOrEqual(familySize);
    process.kill(other.pid, 'SIGTERM');
    expect(await other.ended).toBe(143);
    await other.allGone();
    expect(filesLeftIn(other.place)).toEqual([]);
  });

  it('killed with -9, takes its whole family with it', async () => {
    const demo = start();
    await demo.says(isUp);
    expect(familyOf(demo.place).length).toBeGreaterThanOrEqual(familySize);
    process.kill(demo.pid, 'SIGKILL');
    await demo.ended;
    await demo.allGone();
  });
});

onLinux('a demo that is cut short (on Linux: reads /proc)', () => {
  it.each([
    { when: 'while it starts', moment: isStarting, signal: 'SIGKILL' },
    { when: 'while it plays', moment: isPlaying, signal: 'SIGKILL' },
    { when: 'while it starts', moment: isStarting, signal: 'SIGSEGV' },
  ] as const)('$when, by $signal: no process is left', async ({ moment, signal }) => {
    const demo = start();
    await demo.says(moment);
    process.kill(demo.pid, signal);
    await demo.ended;
    await demo.allGone();
  });

  it.each([
    { when: 'while it starts', moment: isStarting },
    { when: 'while it plays', moment: isPlaying },
  ])('$when, by Ctrl-C: no process and no file is left', async ({ moment }) => {
    const demo = start();
    await demo.says(moment);
    process.kill(-demo.pid, 'SIGINT');
    expect(await demo.ended).toBe(130);
    await demo.allGone();
    expect(filesLeftIn(demo.place)).toEqual([]);
  });
});

it.skipIf(process.platform !== 'linux')(
  'a demo with --once ends by itself, with 0, and leaves nothing (on Linux: reads /proc)',
  async () => {
    const demo = start(['--once']);
    expect(await demo.ended, demo.output()).toBe(0);
    expect(demo.output()).toContain('Alles liep zoals verteld');
    await demo.allGone();
    expect(filesLeftIn(demo.place)).toEqual([]);
  },
);
