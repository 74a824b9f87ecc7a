/** What a spreadsheet puts on the clipboard, and where it lands. */
import { describe, expect, it } from 'vitest';
import {
  cellsOfText,
  landingOf,
  textOfCells,
  type Target,
} from '../../../src/renderer/features/table/pasted-cells';

describe('cellsOfText', () => {
  it.each([
    ['+49 30 1', [['+49 30 1']]],
    [
      'a\tb\nc\td\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['a\r\nb\r\n', [['a'], ['b']]],
    ['', [['']]],
    ['\t', [['', '']]],
    [
      'a\tb\nc',
      [
        ['a', 'b'],
        ['c', ''],
      ],
    ],
    ['"1 High St\nBath"\tx', [['1 High St\nBath', 'x']]],
    ['"say ""hi"""', [['say "hi"']]],
    // Not from a spreadsheet, or from Excel, which leaves a quote as it is.
    ['"Acme" Ltd', [['"Acme" Ltd']]],
    ['"Acme"', [['"Acme"']]],
    ['"open\tb', [['"open', 'b']]],
    ['\n\n', [[''], ['']]],
  ])('reads %j', (text, cells) => {
    expect(cellsOfText(text)).toEqual(cells);
  });

  it('reads 200,000 rows', () => {
    expect(cellsOfText('a\n'.repeat(200_000))).toHaveLength(200_000);
  });

  it('reads what it writes', () => {
    const block = [
      ['a "b"', '1\n2', ''],
      ['\t', '=1+1', '"'],
    ];
    expect(cellsOfText(textOfCells(block))).toEqual(block);
  });
});

describe('landingOf', () => {
  /** Ten rows from number 5 on; a phone, an address, and a column that cannot be changed. */
  const target = (selectedCount = 1, selectedColumns = 1): Target => ({
    selected: [{ first: 5, end: 5 + selectedCount }],
    rowsFrom: (count) => [{ first: 5, end: Math.min(15, 5 + count) }],
    selectedColumns,
    columns: ['business_phone', 'business_address', null],
  });

  it('lays a block cell by cell, from the first selected cell on', () => {
    expect(
      landingOf(
        [
          ['1', 'a'],
          ['2', 'b'],
        ],
        target(),
      ),
    ).toEqual({
      rows: [{ first: 5, end: 7 }],
      fields: ['business_phone', 'business_address'],
      texts: ['1', 'a', '2', 'b'],
      left: [],
    });
  });

  it('fills the selection with one cell, and all its rows with one row', () => {
    expect(landingOf([['x']], target(3, 2))).toMatchObject({
      rows: [{ first: 5, end: 8 }],
      fields: ['business_phone', 'business_address'],
      texts: ['x', 'x'],
      left: [],
    });
    expect(landingOf([['1', 'a']], target(3, 1))).toMatchObject({ texts: ['1', 'a'] });
  });

  it('leaves over a text that is too long, and lays the others of its row', () => {
    const long = 'x'.repeat(100_001);
    const block = [
      ['1', 'a'],
      [long, 'b'],
      ['3', 'c'],
    ];
    expect(landingOf(block, target())).toEqual({
      rows: [{ first: 5, end: 8 }],
      fields: ['business_phone', 'business_address'],
      texts: ['1', 'a', null, 'b', '3', 'c'],
      left: [[long]],
    });
    expect(landingOf([[long]], target(3))).toMatchObject({ texts: [null], left: [[long]] });
  });

  it('leaves over what is beyond the last row or column, or where nothing can be changed', () => {
    expect(landingOf([['1', 'a', 'x', 'y']], target()).left).toEqual([['x', 'y']]);
    const long = Array.from({ length: 12 }, (_, n) => [String(n)]);
    expect(landingOf(long, target())).toMatchObject({
      rows: [{ first: 5, end: 15 }],
      left: [['10'], ['11']],
    });
  });
});
