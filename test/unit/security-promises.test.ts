/** The threat model names tests: each of them exists under the title that the page quotes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const text = readFileSync(join(root, 'docs/threat-model.md'), 'utf8');
/** The folder of the tests that the page names without one. */
const DEFAULT_FOLDER = 'test/e2e/security';

/** Every quoted title in the last cell of a door's row, with the test file named before it. */
function namedTests(): { file: string; title: string }[] {
  return text.split('\n').flatMap((line) => {
    const cells = line.split(' | ');
    const cell = cells.at(-1) ?? '';
    if (!line.startsWith('|') || cells.length !== 3) return [];
    let file = '';
    return [...cell.matchAll(/`([^`]+)`|"([^"]+)"/g)].flatMap(([, path, title]) => {
      if (path !== undefined) file = path.includes('/') ? path : `${DEFAULT_FOLDER}/${path}`;
      return title === undefined ? [] : [{ file, title }];
    });
  });
}

it('every door that counts as closed names a test', () => {
  const doors = text.split('## Doors')[1]!.split('## Open doors')[0]!;
  const rows = doors
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (-+|door) /.test(line));
  expect(rows.length).toBeGreaterThan(20);
  expect(rows.filter((row) => !/"[^"]+"\s*\|$/.test(row))).toEqual([]);
});

it.each(namedTests())('$file: $title', ({ file, title }) => {
  expect(readFileSync(join(root, file), 'utf8')).toContain(title);
});
