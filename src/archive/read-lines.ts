import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { ExportFault } from './export-fault.ts';
import { isAbsent } from './write-aside.ts';

const lineEnd = 0x0a;
const bytesAtOnce = 1_048_576;

/**
 * The lines of a file that may be larger than the memory, without their ends. Throws `ExportFault` for a file that is
 * absent, is not UTF-8 or does not end with a line's end.
 */
export async function* readLines(file: string): AsyncGenerator<string> {
  let begun: Buffer[] = [];
  const line = (end: Buffer): string => {
    const bytes = begun.length === 0 ? end : Buffer.concat([...begun, end]);
    begun = [];
    // No character has a line's end within it: what holds of each line holds of the file.
    if (!isUtf8(bytes)) throw new ExportFault(`${file}: is not UTF-8`);
    return bytes.toString('utf8');
  };
  for await (const block of blocksOf(file)) {
    let start = 0;
    for (let end = block.indexOf(lineEnd); end !== -1; end = block.indexOf(lineEnd, start)) {
      yield line(block.subarray(start, end));
      start = end + 1;
    }
    if (start < block.length) begun.push(block.subarray(start));
  }
  if (begun.length > 0) throw new ExportFault(`${file}: is cut short: its last line has no end`);
}

async function* blocksOf(file: string): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(file, { highWaterMark: bytesAtOnce });
  } catch (error) {
    if (isAbsent(error)) throw new ExportFault(`${file}: is missing`);
    throw error;
  }
}
