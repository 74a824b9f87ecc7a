/** Text differences in the review: complete, with only the differences marked. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { abridged, differences, type Part } from '../../../src/renderer/ui/differences';
import type { FieldName } from '../../../src/shared/profile';

const FIELDS: FieldName[] = ['business_name', 'business_phone', 'external_metadata'];

const joined = (parts: Part[]) => parts.map((part) => part.text).join('');
const same = (parts: Part[]) => joined(parts.filter((part) => part.same));
const marked = (parts: Part[]) => parts.filter((part) => !part.same).map((part) => part.text);

describe('differences', () => {
  it('mark whole words and leave the rest', () => {
    const { before, after } = differences(
      'business_address',
      '12 Harbour Row\nLondon',
      '14 Harbour Row\nLeeds',
    );
    expect(marked(before)).toEqual(['12', 'London']);
    expect(marked(after)).toEqual(['14', 'Leeds']);
  });

  it('mark everything where one side is empty, and nothing where both are equal', () => {
    for (const field of FIELDS) {
      expect(differences(field, '', 'new')).toEqual({
        before: [],
        after: [{ text: 'new', same: false }],
      });
      expect(marked(differences(field, 'a b', 'a b').after)).toEqual([]);
    }
  });

  it.each([
    ['business_phone', '+44 20 7946 0018', '+44 20 7946 0999'],
    ['business_email', 'billing@brightwater.example', 'office@brightwater.example'],
    // More than half of both differs.
    ['business_name', 'Brightwater Ltd', 'Nordlicht Handel Ltd'],
    ['business_address', '12 Harbour Row\nLondon', '3 Canal Street\nLeeds, Row B'],
  ] as const)('mark a %s as a whole rather than in fragments', (field, oldText, newText) => {
    expect(differences(field, oldText, newText)).toEqual({
      before: [{ text: oldText, same: false }],
      after: [{ text: newText, same: false }],
    });
  });

  it('mark only what was added to a short text', () => {
    const { before, after } = differences(
      'business_name',
      'Brightwater',
      'Brightwater Holding Ltd',
    );
    expect([marked(before), marked(after)]).toEqual([[], [' Holding Ltd']]);
  });

  it('lose no byte, and agree on what is the same', () => {
    const text = fc.stringMatching(/^[ab \r\n-]{0,12}$/);
    fc.assert(
      fc.property(fc.constantFrom(...FIELDS), text, text, (field, oldText, newText) => {
        const { before, after } = differences(field, oldText, newText);
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
        expect(joined(differences('external_metadata', oldText, `${oldText}x`).before)).toBe(
          oldText,
        );
      }),
    );
  });

  it('are fast for very long texts', () => {
    const long = 'word '.repeat(20_000);
    const { after } = differences('external_metadata', `a ${long}`, `${long}b c`);
    expect(joined(after)).toBe(`${long}b c`);
  });

  it('are found in two places of a long text', () => {
    const middle = Array.from({ length: 120 }, (_, number) => `"key_${number}":"${number}",`);
    const json = (tier: string, end: string) => `{"tier":"${tier}",${middle.join('')}"x":"${end}"}`;
    const { before, after } = differences(
      'external_metadata',
      json('gold', 'one'),
      json('silver', 'two'),
    );
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
