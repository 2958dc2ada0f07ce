/** Whether an `Accept` header allows one of these media types (RFC 9110): absent allows any, the nearest range decides. */
export function accepts(accept: string | undefined, medias: readonly string[]): boolean {
  if (accept === undefined || accept.trim() === '') return true;
  const ranges = accept.split(',', 40).map(parseRange);
  return medias.some((media) => weightOf(media, ranges) > 0);
}

interface Range {
  readonly media: string;
  readonly weight: number;
}

function parseRange(text: string): Range {
  const [media = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const q = parameters.find((parameter) => /^q\s*=/.test(parameter));
  const weight = q === undefined ? 1 : Number(q.replace(/^q\s*=\s*/, ''));
  return { media, weight: Number.isFinite(weight) ? weight : 0 };
}

function weightOf(media: string, ranges: readonly Range[]): number {
  for (const name of [media, `${media.split('/')[0]}/*`, '*/*']) {
    const range = ranges.find((candidate) => candidate.media === name);
    if (range !== undefined) return range.weight;
  }
  return 0;
}
