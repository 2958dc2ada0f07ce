import { randomBytes } from 'node:crypto';
import type { Instant } from '../../src/core/brand.ts';
import type { Logins, Person, Session } from '../../src/pages/ports.ts';

export class MemoryLogins implements Logins {
  readonly codes = new Map<string, { readonly person: Person; readonly expiresAt: Instant }>();
  readonly sessions = new Map<string, Session>();
  tried = 0;

  async open(typed: string, now: Instant, expiresAt: Instant) {
    this.tried += 1;
    const code = this.codes.get(typed.trim());
    if (code === undefined || code.expiresAt <= now) return null;
    return this.start(code.person, expiresAt);
  }

  start(person: Person, expiresAt: Instant): { readonly secret: string; readonly session: Session } {
    const secret = randomBytes(16).toString('base64url');
    const session = { person, formToken: randomBytes(16).toString('base64url'), expiresAt };
    this.sessions.set(secret, session);
    return { secret, session };
  }

  async read(secret: string, now: Instant) {
    const session = this.sessions.get(secret);
    return session !== undefined && session.expiresAt > now ? session : null;
  }

  async close(secret: string) {
    this.sessions.delete(secret);
  }
}
