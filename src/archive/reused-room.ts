import { isUtf8 } from 'node:buffer';
import { open } from 'node:fs/promises';
import { ExportFault } from './export-fault.ts';

/**
 * Reads files one after another into the same room, each valid until the next is read: of a large export there are
 * thousands, and the collector would have to follow them all. Throws `ExportFault` for what is not UTF-8.
 */
export function reusedRoom(): (file: string) => Promise<Buffer> {
  let room = Buffer.alloc(0);
  return async (file) => {
    const handle = await open(file);
    try {
      const { size } = await handle.stat();
      if (room.length < size) room = Buffer.alloc(Math.ceil(size * 1.25));
      let read = 0;
      while (read < size) {
        const { bytesRead } = await handle.read(room, read, size - read, read);
        if (bytesRead === 0) break;
        read += bytesRead;
      }
      const bytes = room.subarray(0, read);
      if (!isUtf8(bytes)) throw new ExportFault(`${file}: is not UTF-8`);
      return bytes;
    } finally {
      await handle.close();
    }
  };
}
