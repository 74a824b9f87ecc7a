/**
 * What SECURITY.md, the threat model and the checklist promise: each promise names its test, which exists under that
 * title. SECURITY.md names it as `[test](path 'title')`, the threat model as a path and a quoted title, the checklist
 * as a path.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

interface NamedTest {
  file: string;
  title: string;
}

/** Whether the file has a test with this title, as it is written there. */
function exists({ file, title }: NamedTest): boolean {
  if (!existsSync(join(root, file))) return false;
  const text = read(file);
  return ["'", '"', '`'].some((quote) => text.includes(`${quote}${title}${quote}`));
}

/** The text between a heading of the second level and the next one. */
function section(text: string, heading: string): string {
  const [, after] = text.split(`\n## ${heading}\n`);
  if (after === undefined) throw new Error(`No section ${heading}.`);
  return after.split('\n## ')[0]!;
}

describe('SECURITY.md', () => {
  const protectedPart = section(read('SECURITY.md'), 'What is protected, against whom');
  const [introduction = '', ...groups] = protectedPart.split(/\n### .*\n/);
  /** What is neither a heading nor the introduction, by list item. */
  const promises = groups.flatMap((group) =>
    group
      .split(/\n(?=- )|\n\n/)
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  );
  const testsOf = (promise: string): NamedTest[] =>
    [...promise.matchAll(/\[test\]\((\S+) (["'])(.+?)\2\)/g)].map(([, file, , title]) => ({
      file: file!,
      title: title!,
    }));

  it('says what is protected as promises, each in a list item that names its test', () => {
    expect(introduction).toContain('test/unit/security-promises.test.ts');
    expect(promises.length).toBeGreaterThan(20);
    expect(promises.filter((one) => !one.startsWith('- ') || testsOf(one).length === 0)).toEqual(
      [],
    );
  });

  it('names no test in another way', () => {
    const links = protectedPart.match(/\]\(test\//g) ?? [];
    expect(promises.flatMap(testsOf)).toHaveLength(links.length);
  });

  it.each(promises.flatMap(testsOf))('$file: $title', (test) => {
    expect(exists(test)).toBe(true);
  });
});

describe('the threat model', () => {
  const doors = section(read('docs/threat-model.md'), 'Doors');
  const rows = doors
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (-+|door) /.test(line));
  /** The folder of the tests that the page names without one. */
  const folder = 'test/e2e/security';

  /** The quoted titles in the last cell of a row, with the file named before each. */
  function testsOf(row: string): NamedTest[] {
    let file = '';
    const cell = row.split(' | ').at(-1) ?? '';
    return [...cell.matchAll(/`([^`]+)`|"([^"]+)"/g)].flatMap(([, path, title]) => {
      if (path !== undefined) file = path.includes('/') ? path : `${folder}/${path}`;
      return title === undefined ? [] : [{ file, title }];
    });
  }

  it('names a test for every door that counts as closed', () => {
    expect(rows.length).toBeGreaterThan(20);
    expect(rows.filter((row) => testsOf(row).length === 0)).toEqual([]);
  });

  it.each(rows.flatMap(testsOf))('$file: $title', (test) => {
    expect(exists(test)).toBe(true);
  });
});

describe('the checklist', () => {
  const table = read('docs/security-checklist.md').match(/^\| \d.*$/gm) ?? [];
  const testFiles = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' }).filter(
    (path) => /\.(?:test|spec)\.ts$/.test(path),
  );
  const named = table.map((row) =>
    (row.match(/`[\w./-]+\.(?:test|spec)\.ts`/g) ?? []).map((name) => name.slice(1, -1)),
  );

  it('has every point, each with a test', () => {
    const points = table.flatMap((row) => row.split('|')[1]!.split(','));
    expect(points.map(Number)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect(table.filter((_, index) => named[index]!.length === 0)).toEqual([]);
  });

  it('names tests that exist', () => {
    const missing = named
      .flat()
      .filter(
        (name) => !testFiles.some((path) => path.endsWith(`/${name}`) || basename(path) === name),
      );
    expect(missing).toEqual([]);
  });
});
