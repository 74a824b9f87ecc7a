/**
 * Desktop notifications about changes found by a background check. They name the organization, never
 * its texts, and show it when clicked. The person can switch them off.
 */
import { EventEmitter } from 'node:events';
import type { BrowserWindow } from 'electron';
import { expect, it, vi } from 'vitest';
import { showInWindow } from '../../../src/main/desktop/main-window';
import { createNotifications } from '../../../src/main/desktop/notifications';
import { addOrganization, freshDatabase, entryId, write } from '../database/temporary-database';

vi.mock('electron', () => ({}));

function harness() {
  const database = freshDatabase();
  write(database, (tables) => {
    addOrganization(tables, 1, 'Brightwater');
    addOrganization(tables, 2, '');
  });
  const state = { supported: true, wanted: true, focused: false };
  const all: FakeNotification[] = [];
  class FakeNotification extends EventEmitter {
    static isSupported = () => state.supported;
    readonly options;
    shown = false;
    constructor(options: { title?: string; body?: string }) {
      super();
      this.options = options;
      all.push(this);
    }
    show(): void {
      this.shown = true;
    }
    close(): void {
      this.emit('close');
    }
  }
  const show = vi.fn();
  const notify = createNotifications({
    Notification: FakeNotification,
    database,
    isWanted: () => state.wanted,
    isFocused: () => state.focused,
    show,
  });
  return { state, all, show, notify };
}

it('one change: shows the name of the organization, and a click opens its page', () => {
  const { all, show, notify } = harness();
  notify([entryId(1)]);
  expect(all.map(({ options }) => options)).toEqual([
    {
      title: '“Brightwater” was changed at Cloudflare',
      body: 'Open Letterhead to see what changed.',
    },
  ]);
  expect(all[0]?.shown).toBe(true);
  expect(show).not.toHaveBeenCalled();
  all[0]?.emit('click');
  expect(show.mock.calls).toEqual([[entryId(1)]]);
});

it('several changes: shows only their number, and a click shows what needs attention', () => {
  const { all, show, notify } = harness();
  notify([1, 2, 3].map(entryId));
  expect(all[0]?.options.title).toBe('3 organizations were changed at Cloudflare');
  all[0]?.emit('click');
  expect(show.mock.calls).toEqual([[null]]);
});

it.each([2, 9])(
  'has a title even if the organization has no name or was removed meanwhile (%i)',
  (one) => {
    const { all, notify } = harness();
    notify([entryId(one)]);
    expect(all[0]?.options.title).toBe('An organization was changed at Cloudflare');
  },
);

it('replaces the previous notification', () => {
  const { all, notify } = harness();
  const closed = vi.fn();
  notify([entryId(1)]);
  all[0]?.on('close', closed);
  notify([entryId(2)]);
  expect(closed).toHaveBeenCalledTimes(1);
  // Closing the first notification does not affect the second.
  notify([entryId(1)]);
  expect(all).toHaveLength(3);
});

it.each([
  ['the person wants none', { wanted: false }],
  ['the window is focused', { focused: true }],
  ['the system supports none', { supported: false }],
])('shows none while %s', (_why, changes) => {
  const { state, all, notify } = harness();
  Object.assign(state, changes);
  notify([entryId(1)]);
  expect(all).toEqual([]);
});

it('shows none when nothing changed', () => {
  const { all, notify } = harness();
  notify([]);
  expect(all).toEqual([]);
});

it('a click brings the window to the front or opens one, and shows the organization or list there', () => {
  const webContents = new EventEmitter();
  const window = {
    isMinimized: () => true,
    restore: vi.fn(),
    focus: vi.fn(),
    webContents,
  } as unknown as BrowserWindow;
  let current: BrowserWindow | null = window;
  const open = vi.fn(() => void (current = window));
  const show = vi.fn();
  showInWindow({ current: () => current, open }, show);
  expect(window.restore).toHaveBeenCalledTimes(1);
  expect(window.focus).toHaveBeenCalledTimes(1);
  expect(show).toHaveBeenCalledTimes(1);
  expect(open).not.toHaveBeenCalled();

  current = null;
  showInWindow({ current: () => current, open }, show);
  expect(open).toHaveBeenCalledTimes(1);
  expect(show).toHaveBeenCalledTimes(1);
  webContents.emit('did-finish-load');
  webContents.emit('did-finish-load');
  expect(show).toHaveBeenCalledTimes(2);
});
