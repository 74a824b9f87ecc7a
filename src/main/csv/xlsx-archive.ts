/**
 * The ZIP archive of a workbook. Its parts are read as streams and never written to disk. The sizes that the archive
 * declares are checked before a part is read; yauzl fails a part whose actual size differs.
 */
import type { Readable } from 'node:stream';
import { fromBuffer, type Entry, type ZipFile } from 'yauzl';
import { WorkbookError } from './workbook-error';

/** Maximum number of files in an archive. Workbooks have some dozens. */
const MAX_ENTRIES = 2_000;
/** Maximum size of all parts that are read, in bytes after decompression. */
const MAX_TOTAL_BYTES = 500_000_000;
/** A part larger than this, in bytes after decompression, must not be compressed by more than `MAX_RATIO`. */
const RATIO_FROM_BYTES = 1_000_000;
/** Maximum size of a part that only describes others, in bytes after decompression. */
export const MAX_DESCRIPTION_BYTES = 1_000_000;
/** Maximum ratio of decompressed to compressed size. Tables reach about 50. */
const MAX_RATIO = 250;

/** An open archive. */
export interface Archive {
  has(name: string): boolean;
  /**
   * The decompressed bytes of a file. Throws a `WorkbookError` if there is none or it is too large.
   * @param maxBytes the size from which this file is too large, after decompression
   */
  open(name: string, maxBytes?: number): Promise<Readable>;
}

/** Whether bytes begin like a ZIP archive. */
export function isArchive(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;
}

function readDirectory(bytes: Uint8Array): Promise<{ zip: ZipFile; entries: Map<string, Entry> }> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return new Promise((resolve, reject) => {
    fromBuffer(buffer, { lazyEntries: true }, (error, zip) => {
      if (error) return reject(error);
      const entries = new Map<string, Entry>();
      if (zip.entryCount > MAX_ENTRIES) return reject(new WorkbookError('import.damaged'));
      zip.on('error', reject);
      zip.on('end', () => resolve({ zip, entries }));
      zip.on('entry', (entry: Entry) => {
        entries.set(entry.fileName, entry);
        zip.readEntry();
      });
      zip.readEntry();
    });
  });
}

/** Opens an archive. Throws if it is damaged. */
export async function openArchive(bytes: Uint8Array): Promise<Archive> {
  const { zip, entries } = await readDirectory(bytes);
  let total = 0;
  return {
    has: (name) => entries.has(name),
    async open(name, maxBytes = MAX_TOTAL_BYTES) {
      const entry = entries.get(name);
      if (!entry || !entry.canDecodeFileData()) throw new WorkbookError('import.damaged');
      const { compressedSize, uncompressedSize } = entry;
      total += uncompressedSize;
      const isBomb =
        uncompressedSize > RATIO_FROM_BYTES && uncompressedSize > compressedSize * MAX_RATIO;
      if (isBomb || uncompressedSize > maxBytes || total > MAX_TOTAL_BYTES)
        throw new WorkbookError('file.too-large');
      return new Promise((resolve, reject) => {
        zip.openReadStream(entry, (error, stream) => (error ? reject(error) : resolve(stream)));
      });
    },
  };
}
