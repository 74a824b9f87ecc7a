/** Texts that are shortened to one line. */
import { expect, it } from 'vitest';
import { shortName, truncate } from '../../../src/renderer/ui/truncate';

it('leaves no comma or space before the ellipsis', () => {
  expect(truncate('Harbours, Bridges', 9)).toBe('Harbours…');
  expect(truncate('Harbours, Bridges', 10)).toBe('Harbours…');
  expect(truncate('Harbours, Bridges', 11)).toBe('Harbours, B…');
  expect(truncate('Harbours,', 9)).toBe('Harbours,');
});

it('cuts a name in the middle, where no punctuation of a sentence follows the ellipsis', () => {
  expect(shortName('Zweckverband für Abwasserwirtschaft', [12, 10])).toBe(
    'Zweckverband…wirtschaft',
  );
  expect(shortName('Zweckverband für Abwasserwirtschaft', [13, 22])).not.toContain('…');
});
