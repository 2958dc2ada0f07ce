import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadPolicySet } from '../../src/policy-files/load.ts';
import { maxFileBytes } from '../../src/policy-files/yaml-file.ts';
import { withCopy } from './folder.ts';
import { errorsAfter, expectError, notice } from './spoil.ts';

test('what the product ships loads, and its digest is that of its bytes', () => {
  const first = withCopy(({ dir }) => loadPolicySet(dir));
  expect(first.ok && first.set.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  const shipped = readdirSync('policies').filter((file) => file.endsWith('.policy.yaml'));
  expect(first.ok && [...first.set.policies.keys()]).toEqual(
    shipped.map((file) => file.replace('.policy.yaml', '')).sort(),
  );
  const again = withCopy(({ dir }) => loadPolicySet(dir));
  expect(again.ok && again.set.digest).toBe(first.ok && first.set.digest);
});

test.each([
  ['a comment in a policy', notice, '# P1.', '# P1!'],
  ['a case', 'detention-notice.cases.yaml', 'nobody by that number', 'nobody by this number'],
  ['a label in the catalogue', 'catalogue/purposes.yaml', 'Supervision', 'Oversight'],
])('%s changes the digest', (_, file, from, to) => {
  const before = withCopy(({ dir }) => loadPolicySet(dir));
  const after = withCopy((copy) => {
    copy.replace(file, from, to);
    return loadPolicySet(copy.dir);
  });
  expect(before.ok && after.ok && before.set.digest !== after.set.digest).toBe(true);
});

test('a policy that is mounted as a link counts, and reads as the same set', () => {
  const plain = withCopy(({ dir }) => loadPolicySet(dir));
  const linked = withCopy((copy) => {
    mkdirSync(join(copy.dir, '..data'));
    renameSync(join(copy.dir, notice), join(copy.dir, '..data', notice));
    symlinkSync(join('..data', notice), join(copy.dir, notice));
    return loadPolicySet(copy.dir);
  });
  expect(plain.ok && linked.ok && linked.set.digest === plain.set.digest).toBe(true);
});

describe('a file that means something else than it shows does not load', () => {
  test.each([
    ['broken YAML', 'trigger: both', 'trigger: [both', /./, 1],
    ['a key twice', 'trigger: both', 'trigger: both\ntrigger: pull', /unique/i, 1],
    ['an anchor', 'trigger: both', 'trigger: &t both', 'anchors, aliases and tags', 0],
    ['an alias', 'trigger: both', 'trigger: *t', /./, 0],
    ['a tag', 'trigger: both', 'trigger: !!str both', 'anchors, aliases and tags', 0],
    ['a tag nobody knows', 'trigger: both', 'trigger: !law both', /./, 0],
  ] as const)('%s', (_, from, to, message, down) => {
    expectError(notice, from, to, message, down);
  });

  test('a merge key', () => {
    expectError(notice, 'trigger: both', 'trigger: both\n<<: { version: 9 }', 'unknown member "<<"', 1);
  });

  test('a second document', () => {
    expect(errorsAfter((copy) => copy.replace(notice, 'rules:', '---\nrules:'))).not.toEqual([]);
  });

  test('a file too large, one that is not UTF-8, and one with another name', () => {
    const large = errorsAfter((copy) => copy.write(notice, `# ${'x'.repeat(maxFileBytes)}`));
    expect(large).toContainEqual({ file: notice, line: 1, column: 1, message: 'must not be larger than 256 KiB' });
    const latin = errorsAfter((copy) => copy.write(notice, Buffer.from([0x61, 0x3a, 0x20, 0xe9])));
    expect(latin).toContainEqual(expect.objectContaining({ file: notice, message: 'must be UTF-8' }));
    const stray = errorsAfter((copy) => copy.write('extra.yml', 'purpose: income'));
    expect(stray).toContainEqual(expect.objectContaining({ file: 'extra.yml', line: 1 }));
  });
});

describe('what is named as a policy and is not read does not load, with one error for each name', () => {
  const policy = 'supervision.policy.yaml';
  const only = (file: string, message: string) => [{ file, line: 1, column: 1, message }];

  test.each([policy, 'supervision.cases.yaml', 'catalogue/purposes.yaml', 'catalogue/timers.yaml', 'other.YML'])(
    'a folder named %s, whatever it holds',
    (file) => {
      const errors = errorsAfter((copy) => {
        if (file !== 'other.YML') copy.remove(file);
        mkdirSync(join(copy.dir, file));
        copy.write(join(file, 'more.yaml'), 'a: b');
      });
      expect(errors).toEqual(only(file, 'is a folder, not a file'));
    },
  );

  test('a pipe, which would keep its reader waiting', () => {
    const errors = errorsAfter((copy) => {
      copy.remove(policy);
      expect(spawnSync('sh', ['-c', 'mkfifo "$0"', join(copy.dir, policy)]).status).toBe(0);
    });
    expect(errors).toEqual(only(policy, 'is not a plain file'));
  });

  test('a link to nothing', () => {
    const errors = errorsAfter((copy) => {
      copy.remove(policy);
      symlinkSync('nothing', join(copy.dir, policy));
    });
    expect(errors).toEqual(only(policy, 'is a link to nothing'));
  });

  test.each([
    'supervision.policy.YAML',
    'supervision.policy.Yml',
    'Supervision.policy.yaml',
    'supervision.policy.yaml ',
  ])('the name "%s"', (name) => {
    const errors = errorsAfter((copy) => renameSync(join(copy.dir, policy), join(copy.dir, name)));
    expect(errors).toEqual(only(name, 'is not a policy (NAME.policy.yaml) nor a file of the catalogue'));
  });

  test('cases in capitals', () => {
    const [from, to] = ['supervision.cases.yaml', 'supervision.cases.YAML'];
    const errors = errorsAfter((copy) => renameSync(join(copy.dir, from), join(copy.dir, to)));
    expect(errors).toEqual(only(to, 'is not a policy (NAME.policy.yaml) nor a file of the catalogue'));
  });

  test('a kind of partner named as what every object has', () => {
    const file = 'catalogue/partner-kinds.yaml';
    let line = 0;
    const errors = errorsAfter((copy) => {
      line = copy.replace(file, '\nprison:', '\n__proto__: { label: { nl: a, en: a } }\nprison:') + 1;
    });
    const message = '"__proto__" may not be used as a name: choose another word';
    expect(errors).toEqual([{ file, line, column: 1, message }]);
  });
});

describe('a catalogue with a hole does not load', () => {
  test.each(['partner-kinds', 'categories', 'purposes', 'facts', 'prohibitions', 'retention'])(
    '%s.yaml missing',
    (name) => {
      const file = `catalogue/${name}.yaml`;
      expect(errorsAfter((copy) => copy.remove(file))).toContainEqual({
        file,
        line: 1,
        column: 1,
        message: 'is missing',
      });
    },
  );

  test.each(['partner-kinds', 'categories', 'purposes', 'facts', 'prohibitions', 'retention'])(
    '%s.yaml empty',
    (name) => {
      const file = `catalogue/${name}.yaml`;
      const errors = errorsAfter((copy) => copy.write(file, ''));
      expect(errors).toContainEqual(expect.objectContaining({ file, line: 1, column: 1 }));
    },
  );

  test('a field without a bound', () => {
    expectError(
      'catalogue/categories.yaml',
      'type: text, maxLength: 200 }',
      'type: text }',
      'type text needs maxLength',
    );
  });

  test('the facts that the engine reads itself', () => {
    const gone = errorsAfter((copy) => copy.replace('catalogue/facts.yaml', '\nrestriction:', '\nrestrictions:'));
    expect(gone).toContainEqual(expect.objectContaining({ message: 'must have the type "restriction"' }));
  });

  test('a word that may be said by who may not attest the type', () => {
    expectError(
      'catalogue/facts.yaml',
      'attestedBy: [municipality]',
      'attestedBy: [police]',
      'police may not attest involvement',
    );
  });

  test('a role that says not of whom', () => {
    expectError(
      'catalogue/facts.yaml',
      '        about: [housingAssociation]\n',
      '',
      'must say of which kinds of unit',
      -4,
    );
  });
});
