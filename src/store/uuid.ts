/**
 * Whether a text can be the key of a row. What cannot be one names nothing: asking PostgreSQL would
 * raise an error that carries the text, where the answer is simply "not found".
 */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}
