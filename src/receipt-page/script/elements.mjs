/** Pieces of the page. Text goes in as text alone, so that nothing in a receipt can become part of the page itself. */

/** @typedef {Node | string | null} Child */

/**
 * @param {string} tag @param {Readonly<Record<string, string>>} attributes @param {readonly Child[]} children
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** One line of a list of facts; nothing where there is nothing to say. @param {string} term @param {Child} description */
export function fact(term, description) {
  if (description === null || description === '') return null;
  return element('div', {}, element('dt', {}, term), element('dd', {}, description));
}

/** @param {readonly string[]} items @returns {Child} */
export function listed(items) {
  if (items.length < 2) return items[0] ?? null;
  return element('ul', { class: 'dots' }, ...items.map((item) => element('li', {}, item)));
}

/** @param {string} text */
export function mono(text) {
  return element('span', { class: 'mono' }, text);
}

/** @param {string} title @param {readonly Child[]} children */
export function panel(title, ...children) {
  return element('section', { class: 'panel' }, element('h2', {}, title), ...children);
}
