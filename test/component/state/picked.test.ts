/** What is picked from the list stays in the list's order, whatever order it was found in. */
import { expect, it } from 'vitest';
import { picked, placesOf } from '../../../src/renderer/state/picked';
import { row } from '../samples';

const rows = [row(3, 'Albrecht'), row(1, 'Brunn'), row(2, 'Casa')];
const names = (...ids: string[]) => picked(rows, placesOf(rows), ids).map(({ name }) => name);

it('keeps the order of the rows and leaves out who is not there', () => {
  const [albrecht, brunn, casa] = rows.map(({ id }) => id) as [string, string, string];
  expect(names(casa, albrecht)).toEqual(['Albrecht', 'Casa']);
  expect(names(brunn, brunn, 'f'.repeat(32))).toEqual(['Brunn']);
  expect(names()).toEqual([]);
});
