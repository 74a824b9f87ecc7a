/**
 * The pictures in the guide and the README: every one exists and has alternative text, and no
 * picture is unused. No two screens take the same picture.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, it } from 'vitest';

/** What a pattern finds in the source files of the screens. */
const inScreens = (pattern: RegExp): string[] =>
  readdirSync('test/screens')
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => [...readFileSync(`test/screens/${file}`, 'utf8').matchAll(pattern)])
    .map(([, name]) => name!);

/** The names of the pictures that `npm run pictures` creates. */
const pictures = inScreens(/guide: '([a-z-]+)'/g).map((name) => `${name}.webp`);

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

it('gives every screen a name of its own, because its pictures have that name', () => {
  // In a call, or in a list that is shown in a loop.
  const names = inScreens(/(?:\b(?:show|unusable)\(|^ {6,}(?:\[|name: ))'([a-z-]+)'/gm);
  expect(names.length).toBeGreaterThan(150);
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
});
