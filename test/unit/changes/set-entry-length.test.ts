/** The limits of batches, made small: each draft of an entry that is set holds a whole JSON text, the batch only its value. */
import { expect, test, vi } from 'vitest';
import type * as limits from '../../../src/shared/limits';
import { applyEdits, EMPTY_PROFILE } from '../../../src/shared/profile';
import { copy } from '../database/temporary-database';
import { valueOf } from '../results';
import { codeOf, createPerson } from './many-harness';

vi.mock('../../../src/shared/limits', async (load) => ({
  ...(await load<typeof limits>()),
  MAX_BATCH_LENGTH: 1_000,
  MAX_KEPT_LENGTH: 3_000,
}));

test('refuses to set an entry if the drafts would have too many characters together', async () => {
  const person = createPerson();
  const ids = person.add(11);
  const external_metadata = JSON.stringify({ note: 'x'.repeat(80) });
  person.write(({ profiles }) => {
    for (const id of ids) profiles.put(copy(id, applyEdits(EMPTY_PROFILE, { external_metadata })));
  });
  person.select(ids);
  const entry = { field: 'external_metadata', name: 'tier', value: '1' } as const;
  const set = person.many.drafts.setEntry({ ...entry, alsoOverDrafts: false });
  expect(await codeOf(set)).toBe('batch.too-large');
  expect(person.batches()).toEqual([]);
  expect(await person.setEntry(ids.slice(0, 9), 'tier', '1')).toMatchObject({ made: 9 });
  // Those nine have the value by now.
  expect(await person.setEntry(ids, 'tier', '1')).toMatchObject({ made: 2 });
});

test('keeps what an ended batch needs to make its drafts again, which is no text of an entry', async () => {
  const person = createPerson();
  const ids = person.add(9);
  const external_metadata = JSON.stringify({ note: 'x'.repeat(80) });
  person.write(({ profiles }) => {
    for (const id of ids) profiles.put(copy(id, applyEdits(EMPTY_PROFILE, { external_metadata })));
  });
  const first = await person.setEntry(ids, 'tier', '1');
  await person.fill(ids, { business_phone: '+49 30 5550 100' });
  await person.setEntry(ids, 'tier', '2');
  valueOf(await person.many.drafts.undoBatch({ batchId: first.id }));
  valueOf(await person.many.drafts.redoBatch({ batchId: first.id }));
});
