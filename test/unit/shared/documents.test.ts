/**
 * The documents are consistent: every link has a target, and each decision record (ADR) has its own
 * number and is in the index.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, it } from 'vitest';

const inFolder = (folder: string): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.md'))
    .map((file) => join(folder, file));

const documents = [...inFolder('.'), ...inFolder('docs'), ...inFolder('docs/adr')];

/** The anchor of a heading, as links use it. */
const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

const anchorsOf = (path: string): string[] =>
  [...readFileSync(path, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    anchor(heading),
  );

it.each(documents)('resolves every link in %s', (path) => {
  const links = [...readFileSync(path, 'utf8').matchAll(/\]\(([^)\s]+)\)/g)].map(
    ([, link = '']) => link,
  );
  const dead = links
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const [file = '', heading] = link.split('#');
      const target = file === '' ? path : join(dirname(path), file);
      return !existsSync(target) || (heading && !anchorsOf(target).includes(heading));
    });
  expect(dead).toEqual([]);
});

it('gives each decision record one number, in its file name, its heading and the index', () => {
  const files = inFolder('docs/adr').filter((path) => !path.endsWith('README.md'));
  const numbers = files.map((path) => Number(/(\d{4})-/.exec(path)?.[1]));
  expect(new Set(numbers).size).toBe(files.length);
  const headings = files.map((path) => /^# (\d+)\. /.exec(readFileSync(path, 'utf8'))?.[1]);
  expect(headings.map(Number)).toEqual(numbers);
  const index = readFileSync('docs/adr/README.md', 'utf8');
  const links = [...index.matchAll(/^- \[(\d+)\. .*\]\((.+)\)$/gm)];
  expect(links.map(([, number, file]) => `${number} ${file}`).sort()).toEqual(
    files.map((path, at) => `${numbers[at]} ${basename(path)}`).sort(),
  );
});
