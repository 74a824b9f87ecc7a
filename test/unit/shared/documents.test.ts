/** The documents hold together: links lead somewhere, decisions have numbers of their own. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';

const inFolder = (folder: string): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.md'))
    .map((file) => join(folder, file));

const documents = [...inFolder('.'), ...inFolder('docs'), ...inFolder('docs/adr')];

/** As the heading of a document is named in links. */
const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

const anchorsOf = (path: string): string[] =>
  [...readFileSync(path, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    anchor(heading),
  );

it.each(documents)('every link of %s leads somewhere', (path) => {
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

it('decisions are numbered one after the other, in name and heading', () => {
  const files = inFolder('docs/adr').sort();
  expect(files.map((path) => /(\d{4})-/.exec(path)?.[1])).toEqual(
    files.map((_, index) => String(index + 1).padStart(4, '0')),
  );
  expect(files.map((path) => /^# (\d+)\. /.exec(readFileSync(path, 'utf8'))?.[1])).toEqual(
    files.map((_, index) => String(index + 1)),
  );
});
