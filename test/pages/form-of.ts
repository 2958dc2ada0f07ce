import type { Answer } from './visitor.ts';

/** What a browser sends of one of the forms of a page when nothing is typed: hidden inputs, empty boxes, no unticked ones. */
export function formOf(page: Answer, action: string): Record<string, string> {
  const form = new RegExp(`<form[^>]*/${action}">(.*?)</form>`, 's').exec(page.html)?.[1] ?? '';
  const inputs = [
    ...form.matchAll(/<(?:input type="(?:text|date|hidden)"|textarea|select)[^>]* name="([^"]+)"([^>]*)>/g),
  ];
  return Object.fromEntries(inputs.map(([, name, rest]) => [name, /value="([^"]*)"/.exec(rest ?? '')?.[1] ?? '']));
}
