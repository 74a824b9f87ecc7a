/** What the window shows, kept for the next launch: the width of the list and the open page. */
import { expect, it, vi } from 'vitest';
import { success } from '../../../src/shared/result';
import { freshDatabase, entryId, write } from '../database/temporary-database';

vi.mock('electron', () => ({}));
const { readLastWindow, rememberOpenPage, saveSidebarWidth } =
  await import('../../../src/main/desktop/last-window');

const ID = entryId(1);

it('starts with the default width and without a page', () => {
  const database = freshDatabase();
  expect(readLastWindow(database)).toEqual(success({ sidebarWidth: null, entryId: null }));
});

it('keeps the width and the page independently of each other', () => {
  const database = freshDatabase();
  write(database, (tables) => rememberOpenPage(tables, ID));
  expect(saveSidebarWidth(database, 300)).toEqual(success(null));
  expect(readLastWindow(database)).toEqual(success({ sidebarWidth: 300, entryId: ID }));
  write(database, (tables) => rememberOpenPage(tables, entryId(2)));
  expect(readLastWindow(database)).toEqual(success({ sidebarWidth: 300, entryId: entryId(2) }));
  saveSidebarWidth(database, null);
  expect(readLastWindow(database)).toEqual(success({ sidebarWidth: null, entryId: entryId(2) }));
});

it('writes nothing if the page was open already', () => {
  const database = freshDatabase();
  write(database, (tables) => rememberOpenPage(tables, ID));
  write(database, (tables) => {
    const put = vi.fn();
    rememberOpenPage({ settings: { ...tables.settings, put } }, ID);
    expect(put).not.toHaveBeenCalled();
  });
});

it.each([
  ['text', { sidebarWidth: null, entryId: null }],
  [
    { sidebarWidth: 12, entryId: ID },
    { sidebarWidth: null, entryId: ID },
  ],
  [
    { sidebarWidth: 300.5, entryId: ID },
    { sidebarWidth: null, entryId: ID },
  ],
  [
    { sidebarWidth: 300, entryId: '../' },
    { sidebarWidth: 300, entryId: null },
  ],
])('keeps what is valid of %j', (stored, kept) => {
  const database = freshDatabase();
  write(database, (tables) => tables.settings.put('window-content', stored));
  expect(readLastWindow(database)).toEqual(success(kept));
});
