/** Every break in list.mjs can still be applied: the text to replace occurs exactly once in its file. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { BREAKS } from './list.mjs';

test.each(BREAKS)('$name', ({ file, text, to }) => {
  expect(readFileSync(file, 'utf8').split(text)).toHaveLength(2);
  expect(to).not.toContain(text);
});
