/**
 * Markdown to HTML for the help window. Raw HTML in the Markdown is shown as text. Links to headings of the same page,
 * to the other document of the help and to allowed sites are kept; any other link becomes plain text. Pictures must be in
 * docs/images/.
 */
import MarkdownIt, { type Token } from 'markdown-it';
import { isAllowedLink } from '../../src/main/desktop/allowed-links';

/** A heading in the table of contents. */
export interface Heading {
  /** 2 for a chapter, 3 for a section. */
  level: number;
  /** The id of the element. */
  id: string;
  text: string;
}

/** A rendered document. */
export interface Rendered {
  /** The text of the first heading. */
  title: string;
  /** All headings after the first. */
  headings: Heading[];
  html: string;
}

/** Width and height of a picture, in px; throws if there is no such picture. */
export type SizeOf = (name: string) => { width: number; height: number };

/** The id that GitHub gives a heading: the same links work in the help window and in the repository. */
export function headingId(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');
}

/** The text of an inline token, without its markup. */
const textOf = (token: Token | undefined): string =>
  (token?.children ?? []).map(({ content }) => content).join('');

/** Gives every heading an id, and lists them. An id that is taken gets a number, as on GitHub. */
function addHeadingIds(tokens: Token[]): Heading[] {
  const used = new Map<string, number>();
  return tokens.flatMap((token, index) => {
    if (token.type !== 'heading_open') return [];
    const text = textOf(tokens[index + 1]);
    const base = headingId(text);
    const count = used.get(base) ?? 0;
    used.set(base, count + 1);
    const id = count === 0 ? base : `${base}-${count}`;
    token.attrSet('id', id);
    return [{ level: Number(token.tag.slice(1)), id, text }];
  });
}

/** Whether the help window may follow a link, given the ids of the page. */
function isAllowed(href: string, ids: ReadonlySet<string>): boolean {
  if (href.startsWith('#')) return ids.has(decodeURIComponent(href.slice(1)));
  return isAllowedLink(href);
}

/** The guide and the part for IT link to each other as files of one language; in the help each has one name in all. */
const DOCUMENT = /^(guide|admin)(?:\.[a-z]{2})?\.md(?=#|$)/;

/** Points links between the documents to their pages, and turns every link that is not allowed into its text. */
function filterLinks(tokens: Token[], ids: ReadonlySet<string>): void {
  for (const token of tokens) {
    // Links cannot be nested, so each closing tag belongs to the last opening one.
    let isKept = true;
    token.children = (token.children ?? []).filter((child) => {
      if (child.type === 'link_open') {
        const href = String(child.attrGet('href') ?? '');
        const isDocument = DOCUMENT.test(href);
        if (isDocument) child.attrSet('href', href.replace(DOCUMENT, '$1.html'));
        isKept = isDocument || isAllowed(href, ids);
      }
      return isKept || (child.type !== 'link_open' && child.type !== 'link_close');
    });
  }
}

/** Points every picture to its copy in the help, and sets its size, so that no text moves while pictures load. */
function resolvePictures(tokens: Token[], sizeOf: SizeOf): void {
  for (const image of tokens.flatMap(({ children }) => children ?? [])) {
    if (image.type !== 'image') continue;
    const source = String(image.attrGet('src'));
    const name = /^images\/([a-z-]+\.webp)$/.exec(source)?.[1];
    if (name === undefined) throw new Error(`a picture from elsewhere: ${source}`);
    const { width, height } = sizeOf(name);
    image.attrSet('src', `../images/${name}`);
    image.attrSet('width', width);
    image.attrSet('height', height);
  }
}

/** Turns an empty column heading into a cell, because a screen reader would announce a heading without a name. */
function replaceEmptyHeadings(tokens: Token[]): void {
  for (const [index, token] of tokens.entries()) {
    if (token.type !== 'th_open' || textOf(tokens[index + 1]) !== '') continue;
    token.tag = 'td';
    const close = tokens[index + 2];
    if (close) close.tag = 'td';
  }
}

/** Removes the list before the first chapter: the guide's table of contents, which the window shows beside the text. */
function removeContents(tokens: Token[]): Token[] {
  const chapter = tokens.findIndex(({ type, tag }) => type === 'heading_open' && tag === 'h2');
  const start = tokens.findIndex(({ type }) => type === 'bullet_list_open');
  if (start < 0 || start > chapter) return tokens;
  const end = tokens.findIndex(({ type, level }, at) => {
    return at > start && type === 'bullet_list_close' && level === tokens[start]?.level;
  });
  return [...tokens.slice(0, start), ...tokens.slice(end + 1)];
}

/** Renders a document; throws if it shows a picture that does not exist. */
export function renderMarkdown(source: string, sizeOf: SizeOf): Rendered {
  const markdown = new MarkdownIt({ html: false, linkify: false });
  const tokens = removeContents(markdown.parse(source, {}));
  const [title, ...headings] = addHeadingIds(tokens);
  filterLinks(tokens, new Set(headings.map(({ id }) => id)));
  resolvePictures(tokens, sizeOf);
  replaceEmptyHeadings(tokens);
  return {
    title: title?.text ?? '',
    headings,
    html: markdown.renderer.render(tokens, markdown.options, {}),
  };
}
