/** Rows as one text: what goes in comes out, and nothing that is not declared. */
import fc from 'fast-check';
import * as v from 'valibot';
import { expect, it } from 'vitest';
import { rowSchema, ROW_STATES, type OrganizationRow } from '../../../src/shared/organization';
import { fromRowsText, rowsAsText } from '../../../src/shared/rows-text';

const when = fc.option(fc.integer({ min: 0 }));
const anyRow: fc.Arbitrary<OrganizationRow> = fc.record({
  id: fc.stringMatching(/^[0-9a-f]{32}$/),
  name: fc.string({ unit: 'binary' }),
  state: fc.constantFrom(...ROW_STATES),
  attention: fc.constant(null),
  detail: fc.string({ unit: 'binary' }),
  draftFields: fc.nat(5),
  waitingSince: when,
  nextTryAt: when,
  changedAt: when,
});

it('gives back every row as it was, whatever its texts', () => {
  fc.assert(
    fc.property(fc.array(anyRow, { maxLength: 20 }), (rows) => {
      expect(fromRowsText(v.parse(rowsAsText, rows))).toEqual(rows);
    }),
  );
});

it('lets nothing through that is not declared, and no row that is not one', () => {
  const [row] = fc.sample(anyRow, 1);
  const text = v.parse(rowsAsText, [{ ...row, key: 'secret' }]);
  expect(text).not.toContain('secret');
  expect(v.is(rowSchema, fromRowsText(text)[0])).toBe(true);
  expect(v.is(rowsAsText, [{ ...row, draftFields: 'three' }])).toBe(false);
});
