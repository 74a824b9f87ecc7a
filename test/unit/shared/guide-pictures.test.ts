/**
 * The pictures in the guide and the README: every one exists and has alternative text, and no
 * picture is unused.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, it } from 'vitest';

/** The names of the pictures that `npm run pictures` creates, read from its source files. */
const pictures = readdirSync('test/screens')
  .filter((file) => file.endsWith('.ts'))
  .flatMap((file) => [
    ...readFileSync(`test/screens/${file}`, 'utf8').matchAll(/guide: '([a-z-]+)'/g),
  ])
  .map(([, name]) => `${name}.webp`);

const shown = ['README.md', 'docs/guide.md'].flatMap((file) =>
  [...readFileSync(file, 'utf8').matchAll(/!\[([^\]]*)\]\(([^)]+)\)/g)].map(
    ([, alternative = '', path = '']) => ({ alternative, name: basename(path) }),
  ),
);

it('finds every shown picture in docs/images, with alternative text', () => {
  const files = readdirSync('docs/images');
  expect(shown.length).toBeGreaterThan(20);
  for (const { name, alternative } of shown) {
    expect(files).toContain(name);
    expect(alternative.length, name).toBeGreaterThan(30);
  }
});

it('shows every picture somewhere, and creates all of them with one command', () => {
  const names = new Set(shown.map(({ name }) => name));
  expect(readdirSync('docs/images').filter((name) => !names.has(name))).toEqual([]);
  expect([...names].filter((name) => !pictures.includes(name))).toEqual([]);
});
