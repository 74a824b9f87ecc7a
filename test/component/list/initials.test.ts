/** Initials in a badge. Simple names skip the segmenter but must give the same result. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { initialsOf } from '../../../src/renderer/ui/initials';
import { characters, locale } from '../../../src/shared/messages/locale';

it('are the first two letters or digits', () => {
  expect(initialsOf('Albrecht & Söhne')).toBe('AL');
  expect(initialsOf('ö-z')).toBe('ÖZ');
  expect(initialsOf('  3M')).toBe('3M');
  expect(initialsOf('—')).toBe('');
  // A letter with a combining accent counts as one.
  expect(initialsOf('e\u0301a')).toBe('E\u0301A');
  expect(initialsOf('木下')).toBe('木下');
});

it('equal what the segmenter finds', () => {
  const all = fc.string({ unit: 'grapheme' });
  const simple = fc.string({
    unit: fc.integer({ min: 32, max: 0x24f }).map((code) => String.fromCharCode(code)),
  });
  fc.assert(
    fc.property(fc.oneof(all, simple), (name) => {
      const letters = [...characters().segment(name)]
        .map(({ segment }) => segment)
        .filter((segment) => /[\p{L}\p{N}]/u.test(segment))
        .slice(0, 2);
      expect(initialsOf(name)).toBe(letters.join('').toLocaleUpperCase(locale().language));
    }),
    { numRuns: 500 },
  );
});
