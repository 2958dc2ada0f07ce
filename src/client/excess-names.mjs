/** What the gateway takes as the name of a field, and how many of them in one report. */
const fieldName = /^[a-zA-Z]{1,64}\.[a-zA-Z]{1,64}$/;
const most = 64;

/** A name as it can be reported: one of another form may be a value. @param {string} name @param {string} category */
export function reportableName(name, category) {
  return fieldName.test(name) ? name : `${category}.unnamed`;
}

/** So many as fit in one report: that there was more is told too, as something without a name. */
/** @param {readonly string[]} fields */
export function reportableNames(fields) {
  const names = [...new Set(fields.map((name) => reportableName(name, 'rest')))];
  return names.length <= most ? names : [...names.slice(0, most - 1), 'rest.unnamed'];
}
