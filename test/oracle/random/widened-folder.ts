import type { PolicyFolder } from '../read-policy-folder.ts';

const one = { nl: 'iemand', en: 'somebody' };

/**
 * The shipped catalogue with its words, and without what narrows which kind may have which role: random rules would
 * otherwise be refused for being improbable before anything is asked of them. Marks that change what a question is
 * answered (exclusive, representativeDecides, classes, mayProcessBsn, groups) stand as they are.
 */
export function widenedFolder(folder: PolicyFolder, userRoles: readonly string[]): PolicyFolder {
  const { content } = folder;
  const everyKind = Object.keys(content.kinds);
  const roles = Object.fromEntries(userRoles.map((role) => [role, one]));
  return {
    ...folder,
    content: {
      ...content,
      kinds: mapped(content.kinds, (kind) => ({ ...kind, roles })),
      facts: mapped(content.facts, (type) => ({
        ...type,
        attributes: mapped(type.attributes ?? {}, (words) =>
          mapped(words, (word) => ('about' in word ? { ...word, about: everyKind } : word)),
        ),
      })),
    },
  };
}

function mapped<T>(object: Readonly<Record<string, T>>, change: (value: T) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));
}
