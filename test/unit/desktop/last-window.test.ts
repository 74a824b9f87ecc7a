/** What the window shows, kept for the next launch: the width of the list and the open page. */
import { expect, it, vi } from 'vitest';
import { success } from '../../../src/shared/outcome';
import { freshStore, organizationId, write } from '../database/temporary-store';

vi.mock('electron', () => ({}));
const { readLastWindow, rememberOpenPage, saveSidebarWidth } =
  await import('../../../src/main/desktop/last-window');

const ID = organizationId(1);

it('starts with the default width and without a page', () => {
  const store = freshStore();
  expect(readLastWindow(store)).toEqual(success({ sidebarWidth: null, organizationId: null }));
});

it('keeps the width and the page independently of each other', () => {
  const store = freshStore();
  write(store, (tables) => rememberOpenPage(tables, ID));
  expect(saveSidebarWidth(store, 300)).toEqual(success(null));
  expect(readLastWindow(store)).toEqual(success({ sidebarWidth: 300, organizationId: ID }));
  write(store, (tables) => rememberOpenPage(tables, organizationId(2)));
  expect(readLastWindow(store)).toEqual(
    success({ sidebarWidth: 300, organizationId: organizationId(2) }),
  );
  saveSidebarWidth(store, null);
  expect(readLastWindow(store)).toEqual(
    success({ sidebarWidth: null, organizationId: organizationId(2) }),
  );
});

it('writes nothing if the page was open already', () => {
  const store = freshStore();
  write(store, (tables) => rememberOpenPage(tables, ID));
  write(store, (tables) => {
    const put = vi.fn();
    rememberOpenPage({ settings: { ...tables.settings, put } }, ID);
    expect(put).not.toHaveBeenCalled();
  });
});

it.each([
  ['text', { sidebarWidth: null, organizationId: null }],
  [
    { sidebarWidth: 12, organizationId: ID },
    { sidebarWidth: null, organizationId: ID },
  ],
  [
    { sidebarWidth: 300.5, organizationId: ID },
    { sidebarWidth: null, organizationId: ID },
  ],
  [
    { sidebarWidth: 300, organizationId: '../' },
    { sidebarWidth: 300, organizationId: null },
  ],
])('keeps what is valid of %j', (stored, kept) => {
  const store = freshStore();
  write(store, (tables) => tables.settings.put('window-content', stored));
  expect(readLastWindow(store)).toEqual(success(kept));
});
