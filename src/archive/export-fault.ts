/** Why an export cannot be read or written, with the place and what to do: one line for people. */
export class ExportFault extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ExportFault';
  }
}

const words: Readonly<Partial<Record<string, string>>> = {
  ENOSPC: 'the disk is full: make room or choose another folder, and run it again; it goes on where it was',
  EDQUOT: 'the quota of this user is used up: make room or choose another folder, and run it again',
  EROFS: 'is on a file system that may only be read: choose another folder',
  EACCES: 'may not be written by this user: choose another folder',
  EPERM: 'may not be written by this user: choose another folder',
  ENOTDIR: 'lies below something that is no folder: choose another one',
  EFBIG: 'grew larger than this file system allows: choose another folder',
  EISDIR: 'has a folder in the place of a file: choose another folder',
  ENOTEMPTY: 'has a folder in the place of a file: choose another folder',
  EIO: 'could not be written: the disk has a fault',
};

/** What the system said while something below this folder was written; anything else stays what it is. */
export function writeFault(folder: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const said = words[code];
  const isOfPlace = code === 'EISDIR' || code === 'ENOTEMPTY';
  const where = isOfPlace && error instanceof Error && 'dest' in error ? String(error.dest) : folder;
  return said === undefined ? error : new ExportFault(`${where}: ${said}`, { cause: error });
}
