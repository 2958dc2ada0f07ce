import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { partnersFile } from '../../src/core/partner/partners-file.ts';
import { readForm } from '../../src/policy-files/read-form.ts';

const place = mkdtempSync(join(tmpdir(), 'sluis-form-'));
afterAll(() => rmSync(place, { recursive: true }));
const oin = '00000099000000123000';

function partnersYaml(unit: string): string {
  return `organisations:\n  - oin: '${oin}'\n    name: Gemeente Voorbeeld\n    units:\n      - id: gemeente-voorbeeld\n        name: College\n        kind: municipality\n${unit}`;
}

describe('a partners file', () => {
  it('is read as YAML or JSON', () => {
    const file = join(place, 'good');
    for (const text of [
      partnersYaml(''),
      JSON.stringify({ organisations: [{ oin, name: 'G', units: [{ id: 'een', name: 'Een', kind: 'mayor' }] }] }),
    ]) {
      writeFileSync(file, text);
      expect(readForm(partnersFile, file).ok).toBe(true);
    }
  });

  it.each([
    ['an unknown member', partnersYaml('        thumprints: []\n'), /:8:9 .*thumprints.*did you mean "thumbprints"/],
    ['a malformed thumbprint', partnersYaml('        thumbprints: [abc]\n'), /:8:23 must be a SHA-256 thumbprint/],
    [
      'a number that is none',
      partnersYaml('').replace(oin, '123'),
      /:2:10 must be an organisation identification number/,
    ],
    [
      'a letter that looks like another',
      partnersYaml('').replace('id: gemeente', 'id: gemе\u0435nte'),
      /:5:\d+ .*Cyrillic/,
    ],
    ['what cannot be seen', partnersYaml('').replace('College', 'Coll\u200bege'), /:6:\d+ .*U\+200B/],
    ['a key that every object has', partnersYaml('        constructor: 1\n'), /:8:9 .*constructor/],
    ['an alias', partnersYaml('        thumbprints: &x []\n'), /:8:\d+ anchors, aliases and tags/],
    ['nesting without end', `organisations: ${'['.repeat(40)}`, /must not nest deeper/],
    [
      'a private key',
      partnersYaml(
        '        signingKeys: [{ kty: OKP, crv: Ed25519, x: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, use: sig, d: geheim }]\n',
      ),
      /:8:\d+ .*"d"/,
    ],
    ['broken JSON', '{"organisations": [', /:1:\d+ /],
    ['nothing', '', /:1:1 /],
  ])('names line and column of %s, and never a secret', (_what, text, said) => {
    const file = join(place, 'bad.yaml');
    writeFileSync(file, text);
    const read = readForm(partnersFile, file);
    const told = read.ok ? [] : read.errors.map(({ line, column, message }) => `:${line}:${column} ${message}`);
    expect(told.join('\n')).toMatch(said);
    expect(told.join('\n')).not.toContain('geheim');
  });
});
