import { createRequire } from 'node:module';
import type * as Pkcs11 from 'pkcs11js';
import { Fault } from '../core/fault.ts';
import { KeyFileError, readPrivate } from './key-files.ts';

/** Where a token is and how it is opened. */
export interface TokenSettings {
  /** The vendor's library, for SoftHSM `/usr/lib/softhsm/libsofthsm2.so`. */
  readonly module: string;
  /** Label of the token. */
  readonly label: string;
  readonly pinFile: string;
}

/** One operation on an open session. Handles of keys live as long as the session. */
export interface OpenSession {
  readonly pkcs11: Pkcs11.PKCS11;
  readonly session: Pkcs11.Handle;
  readonly constants: typeof Pkcs11;
  readonly handles: Map<string, Pkcs11.Handle>;
}

/** A session that is opened again when the token lost it. */
export interface TokenSession {
  /** Throws `KeyFileError` when the token cannot be opened at all, `Fault('keys-unavailable')` when it fails. */
  run<T>(work: (open: OpenSession) => T): T;
}

/** A library may be initialised once in a process. */
const loaded = new Map<string, Pkcs11.PKCS11>();
const alreadyInitialised = 0x191;
const alreadyLoggedIn = 0x100;
const wrongPin = new Set([0xa0, 0xa1, 0xa2, 0xa3, 0xa4]);

/** Opens a session and logs in. Throws `KeyFileError` naming the setting or file at fault. */
export function openTokenSession(settings: TokenSettings): TokenSession {
  const constants = nativeModule();
  let open: OpenSession | null = null;
  /** A PIN that was refused is not tried again: tokens lock themselves. */
  let refusal: KeyFileError | null = null;

  const connect = (): OpenSession => {
    if (refusal !== null) throw refusal;
    const pkcs11 = library(constants, settings.module);
    const slot = slotOf(pkcs11, settings);
    const session = pkcs11.C_OpenSession(slot, constants.CKF_SERIAL_SESSION | constants.CKF_RW_SESSION);
    try {
      pkcs11.C_Login(session, constants.CKU_USER, readPrivate(settings.pinFile).trim());
    } catch (error) {
      if (error instanceof KeyFileError) throw error;
      if (wrongPin.has(codeOf(error))) {
        refusal = new KeyFileError(settings.pinFile, `does not hold the PIN of the token ${settings.label}`);
        throw refusal;
      }
      if (codeOf(error) !== alreadyLoggedIn) throw error;
    }
    return { pkcs11, session, constants, handles: new Map() };
  };
  open = told(settings, connect);
  return {
    run(work) {
      try {
        open ??= connect();
        return work(open);
      } catch (error) {
        if (error instanceof KeyFileError) throw error;
        // A lost session, a token that was away: once more on a new one. What fails again is denied.
        try {
          close(open);
          open = null;
          open = connect();
          return work(open);
        } catch (again) {
          if (again instanceof KeyFileError && refusal === null && open !== null) throw again;
          throw new Fault('keys-unavailable', `the token ${settings.label} does not answer`, { cause: again });
        }
      }
    },
  };
}

function told(settings: TokenSettings, connect: () => OpenSession): OpenSession {
  try {
    return connect();
  } catch (error) {
    if (error instanceof KeyFileError) throw error;
    throw new KeyFileError(settings.module, `the token ${settings.label} cannot be opened (${nameOf(error)})`);
  }
}

function nativeModule(): typeof Pkcs11 {
  try {
    return createRequire(import.meta.url)('pkcs11js') as typeof Pkcs11;
  } catch {
    throw new KeyFileError(
      'SLUIS_PKCS11_MODULE',
      'needs the native part of pkcs11js, which is not there: npm rebuild pkcs11js makes it (with a C++ compiler)',
    );
  }
}

function library(constants: typeof Pkcs11, file: string): Pkcs11.PKCS11 {
  const known = loaded.get(file);
  if (known !== undefined) return known;
  const pkcs11 = new constants.PKCS11();
  try {
    pkcs11.load(file);
  } catch {
    throw new KeyFileError(file, 'cannot be loaded as a PKCS#11 library');
  }
  try {
    pkcs11.C_Initialize();
  } catch (error) {
    if (codeOf(error) !== alreadyInitialised) throw error;
  }
  loaded.set(file, pkcs11);
  return pkcs11;
}

function slotOf(pkcs11: Pkcs11.PKCS11, { module, label }: TokenSettings): Pkcs11.Handle {
  const slots = pkcs11.C_GetSlotList(true).filter((slot) => pkcs11.C_GetTokenInfo(slot).label.trim() === label);
  const [slot] = slots;
  if (slot === undefined || slots.length > 1) {
    throw new KeyFileError(module, `${slots.length === 0 ? 'no' : 'more than one'} token has the label ${label}`);
  }
  return slot;
}

function close(open: OpenSession | null): void {
  if (open === null) return;
  try {
    open.pkcs11.C_CloseSession(open.session);
  } catch (error) {
    // The token lost it already.
    if (codeOf(error) === 0) throw error;
  }
}

function codeOf(error: unknown): number {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : 0;
}

/** The standard's own name of what went wrong. */
function nameOf(error: unknown): string {
  return error instanceof Error ? (/CKR_[A-Z_]+/.exec(error.message)?.[0] ?? error.name) : 'unknown';
}
