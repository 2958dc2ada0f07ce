/** The vault cannot be used as it is. The message says what to do, and names nothing but databases. */
export class VaultUnfit extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'VaultUnfit';
  }
}
