/** The ZIP archive of a workbook. Its parts are read as streams and never written to disk. */
import type { Readable } from 'node:stream';
import { fromBuffer, type Entry, type ZipFile } from 'yauzl';

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
export async function openArchive(bytes: Uint8Array) {
  const { zip, entries } = await readDirectory(bytes);
  return {
    has: (name: string): boolean => entries.has(name),
    /** The decompressed bytes of a file. Throws if there is none; reading throws if it is damaged. */
    open(name: string): Promise<Readable> {
      const entry = entries.get(name);
      if (!entry?.canDecodeFileData()) throw new Error('no such file');
      return new Promise((resolve, reject) => {
        zip.openReadStream(entry, (error, stream) => (error ? reject(error) : resolve(stream)));
      });
    },
  };
}

/** An open archive. */
export type Archive = Awaited<ReturnType<typeof openArchive>>;
