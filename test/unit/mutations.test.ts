/**
 * The list of test/mutations is valid: each quoted text occurs exactly once in its file, and the
 * test that must fail exists.
 */
import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { MUTATIONS } from '../mutations/list.mjs';

it.each(MUTATIONS)('$file contains "$text" exactly once', ({ file, text, to, test }) => {
  expect(readFileSync(file, 'utf8').split(text)).toHaveLength(2);
  expect(to).not.toBe(text);
  expect(existsSync(test)).toBe(true);
});

it('covers every checklist point that a line of our code implements', () => {
  const points = new Set(MUTATIONS.map(({ point }) => point));
  // Point 10: no line names a Blink feature; window-options.test.ts compares all options. Point 19:
  // the fuses are set in the package, and are read back from it.
  const elsewhere = [10, 19];
  for (let point = 1; point <= 20; point += 1) {
    if (!elsewhere.includes(point)) expect([...points], `point ${point}`).toContain(point);
  }
});
