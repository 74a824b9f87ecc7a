/** The list of mutations cannot rot: each text is in its file once, and its test is there. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { MUTATIONS } from '../mutations/list.mjs';

it.each(MUTATIONS)('$file has "$text" once', ({ file, text, to, test }) => {
  expect(readFileSync(file, 'utf8').split(text)).toHaveLength(2);
  expect(to).not.toBe(text);
  expect(existsSync(test)).toBe(true);
});

it('covers every point of the checklist that a line of ours answers', () => {
  const points = new Set(MUTATIONS.map(({ point }) => point));
  // 10: no Blink feature is ever named; window-options.test.ts compares all options. 19: the fuses are
  // the package's, and are read back from it.
  const elsewhere = [10, 19];
  for (let point = 1; point <= 20; point += 1) {
    if (!elsewhere.includes(point)) expect([...points], `point ${point}`).toContain(point);
  }
});
