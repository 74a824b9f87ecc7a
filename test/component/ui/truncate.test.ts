/** Texts that are shortened to one line. */
import { expect, it } from 'vitest';
import { truncate } from '../../../src/renderer/ui/truncate';

it('leaves no comma or space before the ellipsis', () => {
  expect(truncate('Harbours, Bridges', 9)).toBe('Harbours…');
  expect(truncate('Harbours, Bridges', 10)).toBe('Harbours…');
  expect(truncate('Harbours, Bridges', 11)).toBe('Harbours, B…');
  expect(truncate('Harbours,', 9)).toBe('Harbours,');
});
