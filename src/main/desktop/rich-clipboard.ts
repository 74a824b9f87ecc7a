/** Writes a text in two forms to the clipboard. */
import { clipboard } from 'electron';
import { EOL } from 'node:os';
import type { RichText } from '../../shared/letterhead';

/** What this uses of `clipboard.write`. Since Electron 44 it takes items and returns a promise. */
interface Writer {
  write(content: object): void | Promise<void>;
}

/** The class of the items. Electron has it since version 44, see docs/electron-45.md. */
type ItemClass = new (content: Record<string, string>) => object;

/** Copies plain and rich text together, with the line ends of the system; rejects if that fails. */
export async function writeRichText({ text, html }: RichText): Promise<void> {
  const writer: Writer = clipboard as Writer;
  const plain = text.replaceAll('\n', EOL);
  // Dynamic, because a static import of a name that Electron 33 lacks would prevent the app from starting there.
  const electron: object = await import('electron');
  if (!('ClipboardItem' in electron)) return writer.write({ text: plain, html });
  const Item = electron.ClipboardItem as ItemClass;
  return writer.write([new Item({ 'text/plain': plain, 'text/html': html })]);
}
