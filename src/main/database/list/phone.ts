/**
 * Phone numbers for search: they match whatever the spaces and punctuation in them. The trunk prefix "(0)"
 * of an international number is left out.
 */

/** The digits of a text, and where in it each of them stands (UTF-16 offsets). */
export interface PhoneDigits {
  digits: string;
  offsets: number[];
}

/** What may stand between the digits of a phone number. */
const PUNCTUATION = String.raw`+()/.\-\u2010-\u2015`;
const NUMBER_PART = new RegExp(`^[${PUNCTUATION}]*[0-9][0-9${PUNCTUATION}]*$`, 'u');

/** Whether a word of a query may be a phone number or a part of one. */
export function isNumberPart(word: string): boolean {
  return NUMBER_PART.test(word);
}

/** The digits of a folded phone number. */
export function phoneDigits(text: string): PhoneDigits {
  const found: PhoneDigits = { digits: '', offsets: [] };
  for (let at = 0; at < text.length; at++) {
    const digit = text[at] ?? '';
    if (digit < '0' || digit > '9') continue;
    if (digit === '0' && text[at - 1] === '(' && text[at + 1] === ')') continue;
    found.digits += digit;
    found.offsets.push(at);
  }
  return found;
}

/**
 * The digits by which a query finds phone numbers. A trunk "0" or an international "00" is left out, so
 * that "0621 123" finds "+49 621 123"; more zeros are no prefix.
 */
export function queriedDigits(words: readonly string[]): string {
  const { digits } = phoneDigits(words.join(' '));
  return digits.replace(/^00?(?=[1-9][0-9]{2})/, '');
}
