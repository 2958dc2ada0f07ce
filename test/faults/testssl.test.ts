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

/**
 * What testssl says of the demo's certificates and not of the gateway: they are issued by an authority of its own,
 * for names of this machine, without the addresses that a public authority would put into them.
 */
const ofTheDemoAuthority = [
  'cert_chain_of_trust',
  'cert_revocation',
  'cert_crlDistributionPoints',
  'cert_ocspURL',
  'OCSP_stapling',
  'cert_trust',
  'DNS_CAArecord',
  'certificate_transparency',
  'cert_caIssuers',
];
const fine = ['OK', 'INFO'];
const above = ['MEDIUM', 'HIGH', 'CRITICAL', 'FATAL'];

describeWith('testssl', 'testssl against a running gateway', (testssl) => {
  const chain = useChain();
  const found: Record<'partnerUrl' | 'publicUrl', Finding[]> = { partnerUrl: [], publicUrl: [] };

  beforeAll(async () => {
    const { world } = chain();
    for (const listener of ['partnerUrl', 'publicUrl'] as const) {
      const url = world.gateways[0]?.ready[listener] ?? '';
      const report = join(world.directory, `testssl-${listener}.json`);
      const args = ['--quiet', '--warnings', 'off', '--color', '0', '--nodns', 'none', '--sneaky', '--ip', '127.0.0.1'];
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

  for (const listener of ['partnerUrl', 'publicUrl'] as const) {
    it(`looked at everything on the listener of ${listener}`, () => {
      const ids = found[listener].map(({ id }) => id);
      for (const looked of ['TLS1', 'TLS1_2', 'TLS1_3', 'secure_client_renego', 'heartbleed', 'ROBOT', 'FS', 'HSTS'])
        expect(ids).toContain(looked);
      expect(ids.length).toBeGreaterThan(80);
    });

    it(`finds nothing above LOW on the listener of ${listener}`, () => {
      const bad = found[listener].filter(({ id, severity }) => above.includes(severity) && !ofTheDemos(id));
      expect(bad.map(({ id, severity, finding: text }) => `${severity} ${id}: ${text}`)).toEqual([]);
    });

    it(`has each finding that is not OK on the listener of ${listener} explained in docs/hardening.md`, () => {
      const page = readFileSync(new URL('../../docs/hardening.md', import.meta.url), 'utf8');
      const rest = found[listener].filter(({ severity }) => ![...fine, ...above].includes(severity));
      const unexplained = rest.filter(({ id }) => !ofTheDemos(id) && !page.includes(`\`${plain(id)}\``));
      expect(unexplained.map(({ id, severity, finding: text }) => `${severity} ${id}: ${text}`)).toEqual([]);
    });
  }
});

function ofTheDemos(id: string): boolean {
  return ofTheDemoAuthority.some((name) => plain(id).startsWith(name));
}

/** Ids of one finding for several certificates or ciphers differ in what comes after. */
function plain(id: string): string {
  return id.replace(/ .*$/, '').replace(/_x[0-9a-f]+$/, '');
}
