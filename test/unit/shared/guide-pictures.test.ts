/** The pictures of guide and README are there, say in words what they show, and none is left over. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, it } from 'vitest';

/** What `npm run pictures` makes for the guide, by the scenes themselves. */
const made = readdirSync('test/pictures')
  .filter((file) => file.endsWith('.ts'))
  .flatMap((file) => [
    ...readFileSync(`test/pictures/${file}`, 'utf8').matchAll(/guide: '([a-z-]+)'/g),
  ])
  .map(([, name]) => `${name}.png`);

const shown = ['README.md', 'docs/guide.md'].flatMap((file) =>
  [...readFileSync(file, 'utf8').matchAll(/!\[([^\]]*)\]\(([^)]+)\)/g)].map(
    ([, words = '', path = '']) => ({ words, name: basename(path) }),
  ),
);

it('every picture that is shown is in docs/images and says in words what it shows', () => {
  const there = readdirSync('docs/images');
  expect(shown.length).toBeGreaterThan(20);
  for (const { name, words } of shown) {
    expect(there).toContain(name);
    expect(words.length, name).toBeGreaterThan(30);
  }
});

it('every picture is shown somewhere, and all are made by one command', () => {
  const names = new Set(shown.map(({ name }) => name));
  expect(readdirSync('docs/images').filter((name) => !names.has(name))).toEqual([]);
  const byName = ['refused.png', 'stored-differently.png'];
  expect([...names].filter((name) => ![...made, ...byName].includes(name))).toEqual([]);
});
