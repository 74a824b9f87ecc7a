/**
 * Decodes a CSV file from any program. A file that is valid UTF-8 is read as UTF-8, any other as Windows-1252,
 * because German and other Western versions of Excel still write plain CSV in that encoding. UTF-16 is recognized
 * before both.
 */
import { failed, success, type Result } from '../../shared/result';
import { CONTROL_CHARACTER } from './cells';
import type { AboutFile } from './parser-protocol';

/** A decoded file. */
export interface DecodedFile {
  text: string;
  encoding: AboutFile['encoding'];
}

/** Windows-1252 from 0x80 to 0x9f. Node's own decoder treats these bytes like ISO 8859-1. */
const WESTERN = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

/** How many bytes are examined to recognize UTF-16. */
const SAMPLE_BYTES = 4_096;

function decode(bytes: Uint8Array, label: string): string | null {
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Recognizes UTF-16 by its byte order mark, or because every other byte of Western text is zero. */
function utf16Of(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const start = bytes.subarray(0, SAMPLE_BYTES);
  const zeros = [0, 0];
  start.forEach((byte, index) => {
    if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  });
  /** In UTF-16 text, every other byte can be zero. Half of those must be. */
  const threshold = start.length / 4;
  const [even = 0, odd = 0] = zeros;
  if (odd > threshold && even === 0) return 'utf-16le';
  if (even > threshold && odd === 0) return 'utf-16be';
  return null;
}

/**
 * Decodes a file. Fails with `import.unknown-format` if it is not text (such as a picture, or a workbook in another
 * format), and with `import.encoding` if it is text that cannot be decoded reliably.
 */
export function decodeFile(bytes: Uint8Array): Result<DecodedFile> {
  const utf16 = utf16Of(bytes);
  if (utf16) {
    const text = decode(bytes, utf16);
    if (text === null) return failed('import.encoding');
    return text.includes('\0')
      ? failed('import.unknown-format')
      : success({ text, encoding: 'utf-16' });
  }
  if (bytes.includes(0)) return failed('import.unknown-format');
  const utf8 = decode(bytes, 'utf-8');
  if (utf8 !== null) return success({ text: utf8, encoding: 'utf-8' });
  // As UTF-16 code units, because replacing characters one by one would take seconds in a large file.
  const units = new Uint16Array(bytes.length);
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    units[at] = byte >= 0x80 && byte < 0xa0 ? WESTERN.charCodeAt(byte - 0x80) : byte;
  }
  const text = new TextDecoder('utf-16le').decode(units);
  // No table contains control characters, such as the bytes that Windows-1252 does not define.
  if (CONTROL_CHARACTER.test(text)) return failed('import.encoding');
  return success({ text, encoding: 'windows-1252' });
}
