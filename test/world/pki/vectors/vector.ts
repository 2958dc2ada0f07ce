import type { CertificateRefusal } from '../../../../src/crypto/certificate.ts';
import type { Scene } from '../scene.ts';

/** A certificate that was made to be refused, for one reason. */
export interface Vector {
  readonly name: string;
  readonly word: CertificateRefusal;
  readonly make: () => Scene;
  /** Why OpenSSL lets it in where we do not; absent: it refuses too. */
  readonly stricter?: string;
}
