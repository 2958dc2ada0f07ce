import { stat } from 'node:fs/promises';
import path from 'node:path';

/** The user that PostgreSQL runs as; null: the one that the gateway runs as. */
export type RunAs = { readonly uid: number; readonly gid: number } | null;

/** `nobody` on Linux: initdb asks the system for a name, so that it must be one that has a name. */
const nobody = 65534;

/** PostgreSQL refuses to run as root. */
export function serverUser(): RunAs {
  return process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : null;
}

/** Whether that user may pass through a directory and all that it stands in. */
export async function canReach(directory: string, runAs: RunAs): Promise<boolean> {
  if (runAs === null) return true;
  for (let current = path.resolve(directory); ; current = path.dirname(current)) {
    const { mode, uid, gid } = await stat(current);
    const bit = uid === runAs.uid ? 0o100 : gid === runAs.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (current === path.dirname(current)) return true;
  }
}
