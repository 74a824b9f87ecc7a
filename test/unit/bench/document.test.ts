/** Where `npm run bench -- --write` puts its results in docs/performance.md. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { withMeasured, type Place } from '../../bench/document';

const page = readFileSync('docs/performance.md', 'utf8');
const partsAround = (text: string, place: Place): [before: string, after: string] => {
  const [before, rest] = text.split(`<!-- ${place}: begin -->`) as [string, string];
  return [before, rest.split(`<!-- ${place}: end -->`)[1]!];
};

test.each(['measured', 'start-up'] as const)(
  'replaces everything that an earlier run wrote in the section "%s", and nothing else',
  (place) => {
    const [before, after] = partsAround(page, place);
    const written = withMeasured(page, place, 'RESULTS');
    expect(written).toBe(
      `${before}<!-- ${place}: begin -->\n\nRESULTS\n\n<!-- ${place}: end -->${after}`,
    );
    expect(withMeasured(written, place, 'RESULTS')).toBe(written);
  },
);

test('writes nothing into a page without the section', () => {
  expect(() => withMeasured('# Performance', 'measured', 'RESULTS')).toThrow(
    'The document has no section "measured".',
  );
});
