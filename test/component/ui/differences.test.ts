/** Text differences in the review: complete, with only the differences marked. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { abridged, differences, type Part } from '../../../src/renderer/ui/differences';

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

  it('lose no byte, and agree on what is the same', () => {
    const text = fc.stringMatching(/^[ab \r\n-]{0,12}$/);
    fc.assert(
      fc.property(text, text, (oldText, newText) => {
        const { before, after } = differences(oldText, newText);
        expect(joined(before)).toBe(oldText);
        expect(joined(after)).toBe(newText);
        expect(same(before)).toBe(same(after));
        for (const parts of [before, after]) {
          const alternates = parts.every((part, at) => part.same !== parts[at + 1]?.same);
          expect(alternates, 'neighbours are joined').toBe(true);
        }
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (oldText) => {
        expect(joined(differences(oldText, `${oldText}x`).before)).toBe(oldText);
      }),
    );
  });

  it('are fast for very long texts', () => {
    const long = 'word '.repeat(20_000);
    const { after } = differences(`a ${long}`, `${long}b c`);
    expect(joined(after)).toBe(`${long}b c`);
  });

  it('are found in two places of a long text', () => {
    const middle = Array.from({ length: 120 }, (_, number) => `"key_${number}":"${number}",`);
    const json = (tier: string, end: string) => `{"tier":"${tier}",${middle.join('')}"x":"${end}"}`;
    const { before, after } = differences(json('gold', 'one'), json('silver', 'two'));
    expect(marked(before)).toEqual(['gold', 'one']);
    expect(marked(after)).toEqual(['silver', 'two']);
  });
});

describe('abridged', () => {
  it('keeps an address whole, and omits the middle of a long text', () => {
    const address = 'Hafenstraße 12, Treppenhaus B\n'.repeat(19);
    const whole = [{ text: address, same: true }];
    expect(abridged(whole)).toEqual(whole);
    const long = [
      { text: 'word '.repeat(200), same: true },
      { text: 'changed', same: false },
      { text: 'word '.repeat(30), same: true },
    ];
    const [head, gap, tail, ...rest] = abridged(long);
    expect(head).toEqual({ text: 'word '.repeat(14), same: true });
    expect(gap).toEqual({ omitted: 1000 - 2 * 70 });
    expect(tail).toEqual({ text: 'word '.repeat(14), same: true });
    expect(rest).toEqual(long.slice(1));
  });

  it('counts what it omits, keeps the rest byte for byte, and never splits a character', () => {
    const unit = fc.constantFrom('a', ' ', '👩‍👩‍👧', 'é', '\r\n', '\ud800');
    const parts = fc.array(
      fc.record({ text: fc.string({ unit, minLength: 1, maxLength: 900 }), same: fc.boolean() }),
      { size: '+1', maxLength: 4 },
    );
    fc.assert(
      fc.property(parts, (all) => {
        const text = joined(all);
        let position = 0;
        for (const part of abridged(all)) {
          if ('omitted' in part) {
            expect(part.omitted).toBeGreaterThan(0);
            position += part.omitted;
          } else {
            expect(text.slice(position, position + part.text.length)).toBe(part.text);
            expect(part.text).not.toMatch(/^\u200d|^\n|\u200d$|\r$/);
            position += part.text.length;
          }
        }
        expect(position).toBe(text.length);
      }),
      { numRuns: 50 },
    );
  });
});
