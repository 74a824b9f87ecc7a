/** An edit of a cell whose text somebody else changes meanwhile. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { CellEdit, retype } from '../../../src/renderer/features/table/cell-edits.svelte';
import { success } from '../../../src/shared/result';
import { SAVED, NOW, view } from '../organization/samples';
import { createAutosave } from '../state/create-autosave';

const NEWER = '+49 NEWER';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** An edit of a loaded cell, and what a background check does when it reads a newer text. */
async function start() {
  const made = createAutosave();
  const { autosave } = made;
  const edit = new CellEdit(() => Promise.resolve(success(autosave)), {
    id: autosave.id,
    field: 'business_phone',
    text: null,
  });
  await edit.loading;
  const readNewer = () => {
    const fields = { ...SAVED, business_phone: NEWER };
    autosave.follow(view({ viewNumber: 1, profile: { fields, confirmedAt: NOW, checkedAt: NOW } }));
  };
  return { ...made, edit, readNewer };
}

it('makes no draft when an edit is canceled after somebody else changed its text', async () => {
  const { autosave, calls, edit, readNewer } = await start();
  readNewer();
  void edit.cancel();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(calls).toEqual([]);
  expect(autosave.changed).toEqual([]);
});

it('shows the newer text when typing is canceled after somebody else changed it', async () => {
  const { autosave, edit, readNewer } = await start();
  edit.type('+49 TYPED');
  readNewer();
  void edit.cancel();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(autosave.texts.business_phone).toBe(NEWER);
  expect(autosave.changed).toEqual([]);
});

it('does not take the change of somebody else for typed', async () => {
  const { edit, readNewer } = await start();
  readNewer();
  expect(await edit.commit()).toBeNull();
});

it('undoes what was typed to the newer text of somebody else', async () => {
  const { autosave, answer, edit, readNewer } = await start();
  edit.type('+49 TYPED');
  readNewer();
  const committed = edit.commit();
  await vi.advanceTimersByTimeAsync(0);
  await answer();
  const typed = await committed;
  expect(typed && retype(autosave, typed, 'before')).toBe(true);
  expect(autosave.texts.business_phone).toBe(NEWER);
  expect(autosave.changed).toEqual([]);
});
