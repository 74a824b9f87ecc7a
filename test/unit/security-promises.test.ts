/**
 * What SECURITY.md, the threat model and the checklist promise: each promise names its test, which exists under that
 * title. SECURITY.md names it as `[test](path 'title')`, the threat model and the checklist as a path and a quoted title.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

interface NamedTest {
  file: string;
  title: string;
}

/** What opens the call whose first argument is a title: a test, a step, a group, or the table of one. */
const OPENS_TITLE = /(?:\b(?:test|it|describe|test\.step)(?:\.each|\.for)?|[)`])\($/;
/** What keeps a test from running. */
const NOT_RUN = /\b(?:test|it|describe|step)\.(?:skip|skipIf|runIf|fixme|todo|fail|fails)\b/;

/** Whether a test, step or group has this title, as it is written there, and the file skips none. */
function hasTest(text: string, title: string): boolean {
  if (NOT_RUN.test(text)) return false;
  return ["'", '"', '`'].some((quote) =>
    text
      .split(`${quote}${title}${quote}`)
      .slice(0, -1)
      .some((before) => OPENS_TITLE.test(before.trimEnd())),
  );
}

const exists = ({ file, title }: NamedTest): boolean =>
  existsSync(join(root, file)) && hasTest(read(file), title);

const testFiles = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' });

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

/** The quoted titles in the last cell of a table's row, with the file named before each. */
function testsOfRow(row: string): NamedTest[] {
  let file = '';
  const cell = row.split(' | ').at(-1) ?? '';
  return [...cell.matchAll(/`([^`]+)`|"([^"]+)"/g)].flatMap(([, path, title]) => {
    // The tests that a page names without a folder.
    if (path !== undefined) file = path.includes('/') ? path : `test/e2e/security/${path}`;
    return title === undefined ? [] : [{ file, title }];
  });
}

describe('the threat model', () => {
  const rows = section(read('docs/threat-model.md'), 'Doors')
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (-+|door) /.test(line));

  it('names a test for every door', () => {
    expect(rows.length).toBeGreaterThan(20);
    expect(rows.filter((row) => testsOfRow(row).length === 0)).toEqual([]);
  });

  it.each(rows.flatMap(testsOfRow))('$file: $title', (test) => {
    expect(exists(test)).toBe(true);
  });
});

describe('the checklist', () => {
  const rows = read('docs/security-checklist.md').match(/^\| \d.*$/gm) ?? [];

  it('has every point, each with a test', () => {
    const points = rows.flatMap((row) => row.split('|')[1]!.split(','));
    expect(points.map(Number)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect(rows.filter((row) => testsOfRow(row).length === 0)).toEqual([]);
  });

  it.each(rows.flatMap(testsOfRow))('$file: $title', (test) => {
    expect(exists(test)).toBe(true);
  });

  it('names test files that exist in its text, too', () => {
    const names = read('docs/security-checklist.md').match(/[\w./-]+\.(?:test|spec)\.ts/g) ?? [];
    expect(
      names.filter((name) => !testFiles.some((path) => `/test/${path}`.endsWith(`/${name}`))),
    ).toEqual([]);
  });
});

describe('a title', () => {
  const [quoted, test] = ["'closes the door'", 'test'];

  it.each([
    `${test}(${quoted}, async () => {`,
    `await ${test}.step(\n  ${quoted},`,
    `describe(${quoted}, () => {`,
    `it.each(ways)(${quoted}, (way) => {`,
    `it.each([\n  'a',\n])(${quoted}, (way) => {`,
  ])('is that of a test: %s', (text) => {
    expect(hasTest(text, 'closes the door')).toBe(true);
  });

  it.each([
    `// Not ${quoted}`,
    `const TITLES = [${quoted}];`,
    `${test}.skip(${quoted}, () => {`,
    `${test}('another', () => { ${test}.fixme(); });\n${test}(${quoted}, () => {`,
    `describe.skip('a group', () => {\n  it(${quoted}, () => {`,
    `press(${quoted})`,
  ])('is not that of a test that runs: %s', (text) => {
    expect(hasTest(text, 'closes the door')).toBe(false);
  });
});
