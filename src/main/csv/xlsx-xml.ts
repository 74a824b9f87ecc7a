/** Parses the XML of a workbook. A document type is refused, so no entity is defined or fetched. */
import { parser as createParser, type SAXOptions } from 'sax';

/** Called with the elements and texts of a part, in order. Names have no namespace prefix. */
export interface XmlHandlers {
  open?: (name: string, attributes: Readonly<Record<string, string>>) => void;
  text?: (text: string) => void;
  close?: (name: string) => void;
}

/** Without `strictEntities`, sax also accepts the entities of HTML. Its types lack this option. */
const OPTIONS = { strictEntities: true, position: false } as SAXOptions;

function localName(name: string): string {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(colon + 1);
}

/**
 * Parses a part; yields after each chunk, when its handlers were called. Throws if the part is not well-formed UTF-8 and
 * XML, or has a document type.
 */
export async function* parseXml(
  bytes: AsyncIterable<Uint8Array>,
  handlers: XmlHandlers,
): AsyncGenerator<void> {
  const parser = createParser(true, OPTIONS);
  const refuse = (): never => {
    throw new Error('no XML of a workbook');
  };
  parser.onerror = refuse;
  parser.ondoctype = refuse;
  parser.onopentag = ({ name, attributes }) =>
    handlers.open?.(localName(name), attributes as Record<string, string>);
  parser.onclosetag = (name) => handlers.close?.(localName(name));
  parser.ontext = (text) => handlers.text?.(text);
  parser.oncdata = parser.ontext;
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const chunk of bytes) {
    parser.write(decoder.decode(chunk, { stream: true }));
    yield;
  }
  // Closing checks that every element has ended.
  parser.write(decoder.decode()).close();
  yield;
}

/** Parses a whole part. Its handlers collect the result. */
export async function parseFully(...parts: Parameters<typeof parseXml>): Promise<void> {
  for await (const _chunk of parseXml(...parts));
}
