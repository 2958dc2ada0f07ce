/** Edit distance, counted no further than it matters for a suggestion. */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(substituted, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}

/** The known word that a writer most likely meant, or null when none is near, or when it is the word itself. */
export function nearestWord(word: string, known: Iterable<string>): string | null {
  const limit = Math.max(2, Math.floor(word.length / 3));
  let best: { readonly word: string; readonly steps: number } | null = null;
  for (const candidate of known) {
    // Known elsewhere in the file: it was spelt well, and another word would lead astray.
    if (candidate === word) return null;
    const steps = distance(word.toLowerCase(), candidate.toLowerCase());
    if (steps <= limit && (best === null || steps < best.steps)) best = { word: candidate, steps };
  }
  return best?.word ?? null;
}

/** What the author of a policy file reads about a word that does not exist. */
export function unknownWord(what: string, word: string, known: Iterable<string>): string {
  const nearest = nearestWord(word, known);
  return `unknown ${what} "${word.slice(0, 80)}"${nearest === null ? '' : `; did you mean "${nearest}"?`}`;
}
