import { z } from 'zod';
import type { FindingPlace } from '../core/policy/static-checks/finding.ts';
import { type PolicyFolder, readPolicyFolder } from './load.ts';
import { type PolicyFileError, parseYaml, type YamlFile } from './yaml-file.ts';

/** Where things stand in the files of a folder that loads. */
export interface Places {
  at(place: FindingPlace, message: string): PolicyFileError;
  /** The list of cases for a purpose; the policy itself where it has none. */
  casesOf(purpose: string, message: string): PolicyFileError;
  prohibition(id: string, message: string): PolicyFileError;
}

const fields = 'catalogue/categories.yaml';
const deadlines = 'catalogue/deadlines.yaml';
const purposes = 'catalogue/purposes.yaml';
const prohibitions = 'catalogue/prohibitions.yaml';

const policyShape = z.looseObject({ purpose: z.string(), rules: z.array(z.looseObject({ id: z.string() })) });
const casesShape = z.looseObject({ purpose: z.string() });
const prohibitionsShape = z.array(z.looseObject({ id: z.string() }));

/** Reads the folder once more for its places alone: a set on record has none. */
export function placesIn(dir: string): Places {
  const parsed = parseAll(readPolicyFolder(dir));
  const policies = new Map<string, { readonly yaml: YamlFile; readonly rules: readonly string[] }>();
  const cases = new Map<string, YamlFile>();
  for (const yaml of parsed.values()) {
    const policy = policyShape.safeParse(yaml.content);
    if (policy.success) policies.set(policy.data.purpose, { yaml, rules: policy.data.rules.map(({ id }) => id) });
    const played = casesShape.safeParse(yaml.content);
    if (yaml.file.endsWith('.cases.yaml') && played.success) cases.set(played.data.purpose, yaml);
  }
  const inFile = (file: string, path: readonly (string | number)[], message: string): PolicyFileError =>
    parsed.get(file)?.errorAt(path, 'key', message) ?? { file, line: 1, column: 1, message };
  const inPolicy = (place: Extract<FindingPlace, { in: 'policy' }>, message: string): PolicyFileError => {
    const found = policies.get(place.purpose);
    if (found === undefined) return inFile(purposes, [place.purpose], message);
    const rule = place.rule === null ? [] : ['rules', found.rules.indexOf(place.rule)];
    return found.yaml.errorAt([...rule, ...place.member], 'key', message);
  };
  return {
    at: (place, message) => {
      if (place.in === 'policy') return inPolicy(place, message);
      if (place.in === 'purpose') return inFile(purposes, [place.purpose], message);
      if (place.in === 'deadlines') return inFile(deadlines, place.path, message);
      const [category = '', ...name] = place.field.split('.');
      return inFile(fields, [category, 'fields', name.join('.')], message);
    },
    casesOf: (purpose, message) =>
      cases.get(purpose)?.errorAt(['cases'], 'key', message) ??
      policies.get(purpose)?.yaml.errorAt(['purpose'], 'key', message) ??
      inFile(purposes, [purpose], message),
    prohibition: (id, message) => {
      const named = prohibitionsShape.safeParse(parsed.get(prohibitions)?.content);
      const index = named.success ? named.data.findIndex((one) => one.id === id) : -1;
      return inFile(prohibitions, index < 0 ? [] : [index, 'id'], message);
    },
  };
}

function parseAll({ files }: PolicyFolder): Map<string, YamlFile> {
  const parsed = new Map<string, YamlFile>();
  for (const { file, bytes } of files) {
    const yaml = parseYaml(file, bytes);
    if (yaml.ok) parsed.set(file, yaml.yaml);
  }
  return parsed;
}
