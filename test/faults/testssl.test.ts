import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { useChain } from '../world/chain.ts';
import { describeWith } from './proxies/debian-program.ts';

const run = promisify(execFile);
const finding = z.looseObject({ id: z.string(), severity: z.string(), finding: z.string() });
type Finding = z.infer<typeof finding>;

/** What testssl says of a certificate and not of the gateway: the demo's authority is its own, and publishes nothing. */
const ofTheDemoAuthority = ['cert_chain_of_trust', 'cert_revocation'];
const above = ['MEDIUM', 'HIGH', 'CRITICAL', 'FATAL'];

describeWith('testssl', 'testssl against a running gateway', (testssl) => {
  const env: Record<string, string> = {};
  const chain = useChain({
    env,
    // The demo's own certificates live for a month, which testssl reports.
    async prepare(authority) {
      const notAfter = new Date(Date.now() + 90 * 86_400_000);
      const server = await authority.issueServer({ name: 'server-for-testssl', notAfter });
      Object.assign(env, { SLUIS_TLS_CERT: server.certificateFile, SLUIS_TLS_KEY: server.keyFile });
    },
  });
  const found: Record<'partnerUrl' | 'publicUrl', Finding[]> = { partnerUrl: [], publicUrl: [] };

  beforeAll(async () => {
    const { world } = chain();
    for (const listener of ['partnerUrl', 'publicUrl'] as const) {
      const url = world.gateways[0]?.ready[listener] ?? '';
      const report = join(world.directory, `testssl-${listener}.json`);
      // both listeners have the same TLS: what takes minutes is looked at once
      const parts = listener === 'partnerUrl' ? [] : ['-p', '-s', '-f', '-P', '-S', '-h', '-R'];
      const args = [
        ...parts,
        '--quiet',
        '--warnings',
        'off',
        '--color',
        '0',
        '--nodns',
        'none',
        '--sneaky',
        '--ip',
        '127.0.0.1',
      ];
      // its exit code counts findings, which are read below
      await run(testssl, [...args, '--jsonfile', report, url.replace('127.0.0.1', 'localhost')], {
        timeout: 570_000,
        maxBuffer: 16 * 1_024 * 1_024,
      }).catch((error: { readonly killed?: boolean }) => {
        if (error.killed === true) throw error;
      });
      found[listener] = z.array(finding).parse(JSON.parse(readFileSync(report, 'utf8')));
    }
  }, 1_200_000);

  it('looked at everything', () => {
    const ids = found.partnerUrl.map(({ id }) => id);
    for (const looked of [
      'TLS1',
      'TLS1_2',
      'TLS1_3',
      'secure_client_renego',
      'heartbleed',
      'ROBOT',
      'PFS',
      'HSTS_time',
    ])
      expect(ids).toContain(looked);
    expect(ids.length).toBeGreaterThan(100);
  });

  for (const listener of ['partnerUrl', 'publicUrl'] as const) {
    it(`finds nothing above LOW on the listener of ${listener}`, () => {
      const bad = found[listener].filter(({ id, severity }) => above.includes(severity) && !ofTheDemos(id));
      expect(bad.map(({ id, severity, finding: text }) => `${severity} ${id}: ${text}`)).toEqual([]);
    });

    it(`has each finding that is not OK on the listener of ${listener} explained in docs/hardening.md`, () => {
      const page = readFileSync(new URL('../../docs/hardening.md', import.meta.url), 'utf8');
      const rest = found[listener].filter(({ severity }) => !['OK', ...above].includes(severity));
      const unexplained = rest.filter(({ id }) => !ofTheDemos(id) && !page.includes(`\`${plain(id)}\``));
      expect(unexplained.map(({ id, severity, finding: text }) => `${severity} ${id}: ${text}`)).toEqual([]);
    });
  }
});

function ofTheDemos(id: string): boolean {
  return ofTheDemoAuthority.some((name) => plain(id).startsWith(name));
}

/** Each cipher and each client that is tried has an id of its own. */
function plain(id: string): string {
  return id.replace(/ .*$/, '').replace(/^(cipher|clientsimulation)[-_](?!order|negotiated).*$/, '$1');
}
