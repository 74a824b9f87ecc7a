/**
 * Parses the XML of a workbook in slices. A document type is refused, so no entity is defined or fetched; depth and
 * attributes are limited. sax limits the length of names, attributes and comments itself, and hands over a longer text
 * in parts.
 */
import { parser as createParser, type SAXOptions } from 'sax';
import { WorkbookError } from './workbook-error';

/** Called with the elements and texts of a part, in order. Names have no namespace prefix. */
export interface XmlHandlers {
  open?: (name: string, attributes: Readonly<Record<string, string>>) => void;
  text?: (text: string) => void;
  close?: (name: string) => void;
}

/** How many bytes are parsed before yielding to the event loop. Parsing them takes a few ms. */
const SLICE_BYTES = 32_768;
const MAX_DEPTH = 100;
const MAX_ATTRIBUTES = 200;

/**
 * Without `strictEntities`, sax also accepts the entities of HTML. Its types lack this option. Without `position`, it
 * limits no length.
 */
const OPTIONS = { strictEntities: true, position: true } as SAXOptions;

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

/**
 * Parses a part; yields after each slice, when its handlers were called. Throws a `WorkbookError` if the part is not
 * well-formed UTF-8 and XML, or has a document type.
 */
export async function* parseXml(
  bytes: AsyncIterable<Uint8Array>,
  handlers: XmlHandlers,
  yieldToEventLoop: () => Promise<void>,
): AsyncGenerator<void> {
  const parser = createParser(true, OPTIONS);
  let isInvalid = false;
  let depth = 0;
  let attributes = 0;
  const reject = (): void => {
    isInvalid = true;
  };
  parser.onerror = reject;
  parser.ondoctype = reject;
  parser.onattribute = () => {
    attributes += 1;
    if (attributes > MAX_ATTRIBUTES) reject();
  };
  parser.onopentag = (tag) => {
    depth += 1;
    attributes = 0;
    if (depth > MAX_DEPTH) reject();
    if (!isInvalid) handlers.open?.(localName(tag.name), tag.attributes as Record<string, string>);
  };
  parser.onclosetag = (name) => {
    depth -= 1;
    if (!isInvalid) handlers.close?.(localName(name));
  };
  parser.ontext = (text) => {
    if (!isInvalid) handlers.text?.(text);
  };
  parser.oncdata = parser.ontext;

  const decoder = new TextDecoder('utf-8', { fatal: true });
  const write = (part: string): void => {
    try {
      parser.write(part);
    } catch (error) {
      if (error instanceof WorkbookError) throw error;
      isInvalid = true;
    }
    if (isInvalid) throw new WorkbookError('import.damaged');
  };
  const decode = (part?: Uint8Array): string => {
    try {
      return part ? decoder.decode(part, { stream: true }) : decoder.decode();
    } catch {
      throw new WorkbookError('import.damaged');
    }
  };
  for await (const chunk of bytes) {
    for (let from = 0; from < chunk.length; from += SLICE_BYTES) {
      write(decode(chunk.subarray(from, from + SLICE_BYTES)));
      yield;
      await yieldToEventLoop();
    }
  }
  write(decode());
  // Closing checks that every element has ended.
  try {
    parser.close();
  } catch (error) {
    if (error instanceof WorkbookError) throw error;
    isInvalid = true;
  }
  if (isInvalid || depth > 0) throw new WorkbookError('import.damaged');
  yield;
}

/** Parses a whole part. Its handlers collect the result. */
export async function parseFully(...parts: Parameters<typeof parseXml>): Promise<void> {
  for await (const _slice of parseXml(...parts));
}
