import { isUtf8 } from 'node:buffer';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { ExportFault } from './export-fault.ts';

/**
 * Reads files one after another into the same room, each valid until the next is read: of a large export there are
 * thousands, and the collector would have to follow them all. Nothing else waits meanwhile, so that no other thread
 * is woken for it. Throws `ExportFault` for what is not UTF-8.
 */
export function reusedRoom(): (file: string) => Buffer {
  let room = Buffer.alloc(0);
  return (file) => {
    const handle = openSync(file, 'r');
    try {
      const { size } = fstatSync(handle);
      if (room.length < size) room = Buffer.alloc(Math.ceil(size * 1.25));
      let read = 0;
      while (read < size) {
        const bytesRead = readSync(handle, room, read, size - read, read);
        if (bytesRead === 0) break;
        read += bytesRead;
      }
      const bytes = room.subarray(0, read);
      if (!isUtf8(bytes)) throw new ExportFault(`${file}: is not UTF-8`);
      return bytes;
    } finally {
      closeSync(handle);
    }
  };
}
