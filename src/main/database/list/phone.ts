/**
 * Phone numbers in searches. They match regardless of spaces and punctuation. The trunk prefix "(0)" in an
 * international number is ignored.
 */

/** The digits of a text, and the UTF-16 offset of each. */
export interface PhoneDigits {
  digits: string;
  offsets: number[];
}

/** Characters allowed between the digits of a phone number. */
const PUNCTUATION = String.raw`+()/.\-\u2010-\u2015`;
const NUMBER_PART = new RegExp(`^[${PUNCTUATION}]*[0-9][0-9${PUNCTUATION}]*$`, 'u');

/** Whether a word of a search may be a phone number or part of one. */
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
 * The digits to search for. Drops a trunk prefix "0" or an international prefix "00", so that "0621 123" finds
 * "+49 621 123". Three or more zeros are not a prefix and stay.
 */
export function queriedDigits(words: readonly string[]): string {
  const { digits } = phoneDigits(words.join(' '));
  return digits.replace(/^00?(?=[1-9][0-9]{2})/, '');
}
