import type { Citation } from './catalogue.ts';

/** A citation without undefined members, as decisions and the ledger carry it. */
export function plainCitation(form: {
  readonly act: string;
  readonly article: string;
  readonly status?: 'unverified' | 'design-default' | undefined;
}): Citation {
  return form.status === undefined
    ? { act: form.act, article: form.article }
    : { act: form.act, article: form.article, status: form.status };
}
