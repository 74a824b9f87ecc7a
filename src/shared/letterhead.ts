/** The letterhead of an organization as text to paste into a letter: name, address, phone and email. */
import { addressLines, nonBlankLines } from './address-lines';
import { escapeHtml } from './escape-html';
import type { Profile } from './profile';

/** One content of the clipboard in two forms; the program that pastes it takes the one it prefers. */
export interface RichText {
  /** Plain text; its lines end with LF. */
  text: string;
  /** The same as HTML, in which every text is escaped. */
  html: string;
}

/**
 * The letterhead of these texts: name and address, then phone and email. An address that is stored as JSON becomes
 * lines, as in the preview, but all of them.
 * @returns null if all of these are blank
 */
export function letterheadOf(profile: Profile): RichText | null {
  const name = nonBlankLines(profile.business_name);
  const address = addressLines(profile.business_address, Infinity);
  const contact = [
    ...nonBlankLines(profile.business_phone),
    ...nonBlankLines(profile.business_email),
  ];
  const blocks = [[...name, ...address], contact].filter((block) => block.length > 0);
  if (blocks.length === 0) return null;
  const html = [
    [...name.map((line) => `<strong>${escapeHtml(line)}</strong>`), ...address.map(escapeHtml)],
    contact.map(escapeHtml),
  ]
    .filter((block) => block.length > 0)
    .map((block) => `<p dir="auto">${block.join('<br>')}</p>`);
  return { text: blocks.map((block) => block.join('\n')).join('\n\n'), html: html.join('') };
}
