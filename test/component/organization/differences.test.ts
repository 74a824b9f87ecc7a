/** The differences shown in the review: complete, and only what differs is marked. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differences, type Part } from '../../../src/renderer/features/review/differences';

const joined = (parts: Part[]) => parts.map((part) => part.text).join('');
const same = (parts: Part[]) => joined(parts.filter((part) => part.same));
const marked = (parts: Part[]) => parts.filter((part) => !part.same).map((part) => part.text);

describe('differences', () => {
  it('mark whole words and leave the rest', () => {
    const { before, after } = differences('12 Harbour Row\nLondon', '14 Harbour Row\nLeeds');
    expect(marked(before)).toEqual(['12', 'London']);
    expect(marked(after)).toEqual(['14', 'Leeds']);
  });

  it('mark everything where one side is empty, and nothing where both are equal', () => {
    expect(differences('', 'new')).toEqual({ before: [], after: [{ text: 'new', same: false }] });
    expect(marked(differences('a b', 'a b').after)).toEqual([]);
  });

  it('lose no byte, and agree about what is the same', () => {
    const text = fc.stringMatching(/^[ab \r\n-]{0,12}$/);
    fc.assert(
      fc.property(text, text, (one, other) => {
        const { before, after } = differences(one, other);
        expect(joined(before)).toBe(one);
        expect(joined(after)).toBe(other);
        expect(same(before)).toBe(same(after));
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (one) => {
        expect(joined(differences(one, `${one}x`).before)).toBe(one);
      }),
    );
  });

  it('stay quick with very long texts', () => {
    const long = 'word '.repeat(20_000);
    const { after } = differences(`a ${long}`, `${long}b c`);
    expect(joined(after)).toBe(`${long}b c`);
  });
});
