/**
 * The text of a CSV file, whatever program wrote it. UTF-8 is certain when it decodes without an error;
 * German and other Western versions of Excel still write Windows-1252 when asked for plain CSV.
 */
import type { Import } from '../../shared/csv';
import { failed, success, type Outcome } from '../../shared/failure';

/** A decoded file. */
export interface Decoded {
  text: string;
  encoding: Import['encoding'];
}

/** Control characters that stand in no table; the bytes that Windows-1252 does not use stay such. */
const NO_TEXT = /[^\P{Cc}\t\n\r]/u;

/** What Windows-1252 has from 0x80 to 0x9f; Node's own decoder answers as ISO 8859-1 would. */
const WESTERN = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

/** How much of a file tells whether every other byte is zero. */
const LOOK = 4_096;

function decode(bytes: Uint8Array, label: string): string | null {
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Which UTF-16 it is: by its mark, or because every other byte of Western text is zero. */
function utf16Of(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const start = bytes.subarray(0, LOOK);
  const zeros = [0, 0];
  start.forEach((byte, index) => {
    if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  });
  /** Half of what could be zero. */
  const most = start.length / 4;
  const [even = 0, odd = 0] = zeros;
  if (odd > most && even === 0) return 'utf-16le';
  if (even > most && odd === 0) return 'utf-16be';
  return null;
}

/**
 * Decodes a file. Fails with `import.not-csv` for what is no text (a spreadsheet's own format, a
 * picture) and with `import.encoding` for text that cannot be decoded for certain.
 */
export function decodeFile(bytes: Uint8Array): Outcome<Decoded> {
  const utf16 = utf16Of(bytes);
  if (utf16) {
    const text = decode(bytes, utf16);
    if (text === null) return failed('import.encoding');
    return text.includes('\0') ? failed('import.not-csv') : success({ text, encoding: 'utf-16' });
  }
  const utf8 = decode(bytes, 'utf-8');
  if (utf8 !== null) {
    return utf8.includes('\0')
      ? failed('import.not-csv')
      : success({ text: utf8, encoding: 'utf-8' });
  }
  if (bytes.includes(0)) return failed('import.not-csv');
  const text = Buffer.from(bytes)
    .toString('latin1')
    .replace(/[\x80-\x9f]/g, (unit) => WESTERN.charAt(unit.charCodeAt(0) - 0x80));
  if (NO_TEXT.test(text)) return failed('import.encoding');
  return success({ text, encoding: 'windows-1252' });
}
