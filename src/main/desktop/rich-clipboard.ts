/** Writes a text in two forms to the clipboard. */
import * as electron from 'electron';
import { EOL } from 'node:os';
import type { RichText } from '../../shared/letterhead';

/** What this uses of `clipboard.write`. Since Electron 44 it takes items and returns a promise. */
interface Writer {
  write(content: object): void | Promise<void>;
}

/** Electron's class since version 44, see docs/electron-45.md. */
type ItemClass = new (content: Record<string, string>) => object;

/** Copies plain and rich text together, with the line ends of the system; rejects if that fails. */
export async function writeRichText({ text, html }: RichText): Promise<void> {
  const clipboard: Writer = electron.clipboard as Writer;
  const plain = text.replaceAll('\n', EOL);
  if (!('ClipboardItem' in electron)) return clipboard.write({ text: plain, html });
  const Item = electron.ClipboardItem as ItemClass;
  return clipboard.write([new Item({ 'text/plain': plain, 'text/html': html })]);
}
