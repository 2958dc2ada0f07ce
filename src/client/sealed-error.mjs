/** Why nothing was sealed or opened. `code` is a stable word; nothing of what it was about stands in it. */
export class SealedError extends Error {
  /** @param {string} code @param {string} message */
  constructor(code, message) {
    super(message);
    this.name = 'SealedError';
    this.code = code;
  }
}
