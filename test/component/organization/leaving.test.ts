/** Leaving a page and opening it again: typed text is on disk or on screen, and never outdated. */
import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { tick } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
// The window imports the pages after its first paint. Imported here, they are there without a delay.
import '../../../src/renderer/screens';
import App from '../../../src/renderer/App.svelte';
import { createApi } from '../../../src/renderer/state/api.svelte';
import { RETRY_AFTER_MS } from '../../../src/renderer/state/autosave.svelte';
import { contextOf, WindowState } from '../../../src/renderer/state/window-state';
import { failed, success, type Result } from '../../../src/shared/result';
import { nameOf, FakeMain } from '../../scripted/fake-main';
import { answerChanges } from '../../scripted/fake-answers';
import { textOf } from '../dom';
import { deferred } from '../fake-api';
import { id } from '../samples';
import { button, field } from './open-page';
import { draft, patch, SAVED, savedCopy } from './samples';

/** Renders the app over a fake main with three organizations, the first one open. */
async function openWindow() {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldAdvanceTime: true });
  const fakeMain = new FakeMain(3);
  const { main } = fakeMain;
  const state = new WindowState(createApi(main.bridge));
  main.answer('app', 'flushed', () => success(null));
  render(App, { context: contextOf(state) });
  await state.load();
  await state.loadRest();
  const open = async (n: number) => {
    state.navigation.openOrganization(id(n), nameOf(n));
    await screen.findByRole('heading', { level: 1, name: nameOf(n) });
  };
  const openForm = (n: number) => open(n).then(() => screen.findByRole('textbox', PHONE));
  await openForm(1);
  return {
    fakeMain,
    main,
    state,
    open,
    /** Opens a page and waits for its form. */
    openForm,
    saves: () => main.requests('drafts.save') as { entryId: string; number: number }[],
    /** Makes saving fail from now on. */
    fillDisk: () => main.answer('drafts', 'save', () => failed('database.full')),
    /** Makes saving work again, and lets the time pass until it is tried. */
    freeDisk: async () => {
      answerChanges(fakeMain);
      await vi.advanceTimersByTimeAsync(RETRY_AFTER_MS);
    },
  };
}

const PHONE = { name: 'Business phone' };
const phone = () => field('Business phone');
async function type(text: string) {
  phone().value = text;
  phone().dispatchEvent(new InputEvent('input', { bubbles: true }));
  await tick();
}
const NOT_SAVED = /are not saved on this computer yet/;

afterEach(() => void vi.useRealTimers());

describe('a page that is left and opened again', () => {
  it('opens only after main has answered its last edit', async () => {
    const { main, open, openForm, saves } = await openWindow();
    const save = deferred<Result<null>>();
    main.answer('drafts', 'save', () => save.promise);
    await type('typed');
    await openForm(2);
    await waitFor(() => expect(saves()).toHaveLength(1));
    const openCount = () => main.requests('organizations.open').length;
    const before = openCount();
    await open(1);
    expect(screen.queryByRole('textbox', PHONE)).toBeNull();
    expect(openCount()).toBe(before);
    save.resolve(success(null));
    await screen.findByRole('textbox', PHONE);
    expect(openCount()).toBe(before + 1);
  });

  it('shows text that could not be saved, says so, and never sends an older text', async () => {
    const { fakeMain, main, openForm, saves, fillDisk, freeDisk } = await openWindow();
    await type('saved');
    await waitFor(() => expect(fakeMain.pages.get(id(1))!.editNumber).toBe(1));
    fillDisk();
    await type('newest');
    await openForm(2);
    expect(phone().value).toBe(SAVED.business_phone);
    await openForm(1);
    expect(phone().value).toBe('newest');
    await screen.findByText(/1 field edited, not saved on this computer yet/);
    // An older page that arrives late.
    main.emit('organizationChanged', {
      ...fakeMain.pages.get(id(1))!,
      draft: draft({ business_phone: 'saved' }),
    });
    await tick();
    expect(phone().value).toBe('newest');
    await freeDisk();
    await screen.findByText('1 field edited, saved on this computer');
    expect(fakeMain.pages.get(id(1))!.draft?.patch).toEqual(patch({ business_phone: 'newest' }));
    const numbers = saves().map(({ number }) => number);
    expect(numbers).toEqual([...new Set(numbers)].sort((one, other) => one - other));
  });

  it('shows unsaved text even when the page cannot be loaded, and loads the page on request', async () => {
    const { fakeMain, main, open, openForm, fillDisk, freeDisk } = await openWindow();
    fillDisk();
    await type('newest');
    await openForm(2);
    main.answer('organizations', 'open', () => failed('database.busy'));
    await open(1);
    expect((await screen.findByRole<HTMLInputElement>('textbox', PHONE)).value).toBe('newest');
    main.answer('organizations', 'open', () => success(fakeMain.pages.get(id(1))!));
    await userEvent.click(button('Try again'));
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull());
    expect(phone().value).toBe('newest');
    await freeDisk();
    await screen.findByText('1 field edited, saved on this computer');
  });

  it('has the newest text after a visit to Settings, even if main has sent no page since', async () => {
    const { main, state, saves } = await openWindow();
    // Main saves the edit but sends its page late.
    main.answer('drafts', 'save', () => success(null));
    await type('typed');
    state.navigation.settings();
    await screen.findByRole('heading', { level: 1, name: 'Settings' });
    await waitFor(() => expect(saves()).toHaveLength(1));
    state.navigation.back();
    expect((await screen.findByRole<HTMLInputElement>('textbox', PHONE)).value).toBe('typed');
    await type('typed more');
    await waitFor(() => expect(saves()).toHaveLength(2));
    expect(saves()[1]).toMatchObject({ number: 2, edits: patch({ business_phone: 'typed more' }) });
  });

  it('continues the draft numbers of the organization', async () => {
    const { fakeMain, openForm, saves } = await openWindow();
    await type('first');
    await openForm(2);
    await openForm(1);
    await type('second');
    await openForm(3);
    await waitFor(() => expect(fakeMain.pages.get(id(1))!.editNumber).toBe(2));
    expect(saves().map(({ number }) => number)).toEqual([1, 2]);
  });
});

describe('typed texts of other pages', () => {
  it('are saved for their own organizations', async () => {
    const { fakeMain, openForm } = await openWindow();
    await type('one');
    await openForm(2);
    await type('two');
    await openForm(3);
    const saved = (n: number) => fakeMain.pages.get(id(n))!.draft?.patch.business_phone?.text;
    await waitFor(() => expect([saved(1), saved(2), saved(3)]).toEqual(['one', 'two', undefined]));
    expect([1, 2].map((n) => fakeMain.pages.get(id(n))!.editNumber)).toEqual([1, 1]);
  });

  it('are named in a banner only while they cannot be saved', async () => {
    const { main, state, openForm, fillDisk, freeDisk } = await openWindow();
    fillDisk();
    await type('one');
    await openForm(2);
    const banner = await screen.findByText(NOT_SAVED);
    expect(banner.textContent).toContain(nameOf(1));
    const alert = banner.closest<HTMLElement>('[role="alert"]')!;
    expect(alert.textContent).toContain('The disk is full');
    // A banner above it says the reason once.
    main.emit('bannersChanged', [{ kind: 'database-failing', failure: { code: 'database.full' } }]);
    await waitFor(() => expect(textOf(alert)).toBe(textOf(banner)));
    main.emit('bannersChanged', []);
    await waitFor(() => expect(alert.textContent).toContain('The disk is full'));
    await openForm(1);
    expect(screen.queryByText(NOT_SAVED)).toBeNull();
    state.navigation.settings();
    await screen.findByText(NOT_SAVED);
    await freeDisk();
    await waitFor(() => expect(screen.queryByText(NOT_SAVED)).toBeNull());
  });

  it('stay in memory only until main has saved them', async () => {
    const { state, openForm, fillDisk, freeDisk } = await openWindow();
    await type('one');
    await openForm(2);
    await waitFor(() => expect(state.autosaves.size).toBe(1));
    fillDisk();
    await type('two');
    await openForm(3);
    await waitFor(() => expect(state.autosaves.withIssue).toHaveLength(1));
    expect(state.autosaves.size).toBe(2);
    await freeDisk();
    await waitFor(() => expect(state.autosaves.size).toBe(1));
    state.open.close();
    expect(state.autosaves.size).toBe(0);
  });

  it('are dropped when their organization is removed', async () => {
    const { main, state, openForm, saves, fillDisk } = await openWindow();
    fillDisk();
    await type('one');
    await openForm(2);
    await screen.findByText(NOT_SAVED);
    vi.useFakeTimers();
    main.emit('organizationsChanged', { commit: 9, ids: [], removed: [id(1)] });
    await tick();
    expect(screen.queryByText(NOT_SAVED)).toBeNull();
    const before = saves().length;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(saves()).toHaveLength(before);
    expect(state.autosaves.get(id(1))).toBeUndefined();
  });
});

describe('closing the window', () => {
  it('waits for the edits of every organization, on screen or not', async () => {
    const { main, openForm, saves } = await openWindow();
    const answers: ((outcome: Result<null>) => void)[] = [];
    main.answer('drafts', 'save', () => new Promise((answer) => answers.push(answer)));
    await type('one');
    await openForm(2);
    await type('two');
    main.emit('closing', null);
    await waitFor(() => expect(saves().map(({ entryId }) => entryId)).toEqual([id(1), id(2)]));
    answers[0]?.(success(null));
    await tick();
    expect(main.requests('app.flushed')).toEqual([]);
    answers[1]?.(success(null));
    await waitFor(() => expect(main.requests('app.flushed')).toHaveLength(1));
  });
});

describe('an older page that arrives late', () => {
  it('does not bring back the old text after a save', async () => {
    const { fakeMain, main } = await openWindow();
    const before = fakeMain.pages.get(id(1))!;
    await type('saved');
    await userEvent.click(button('Review changes'));
    await userEvent.click(button('Save changes'));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    main.emit('organizationChanged', { ...before, draft: draft({ business_phone: 'old' }) });
    await tick();
    expect(phone().value).toBe('saved');
    fakeMain.confirmChange(1);
    await tick();
    expect(phone().value).toBe('saved');
    expect(screen.queryByRole('button', { name: 'Review changes' })).toBeNull();
  });

  it('updates untouched fields', async () => {
    const { fakeMain, main } = await openWindow();
    await type('typed');
    await screen.findByText('1 field edited, saved on this computer');
    const newer = savedCopy({ ...SAVED, business_name: 'Renamed', business_phone: 'theirs' });
    // Main answers the save before it sends the page.
    main.answer('drafts', 'save', () => success(null));
    await type('typed more');
    phone().blur();
    await waitFor(() =>
      expect(screen.getByText('1 field edited, saved on this computer')).toBeTruthy(),
    );
    fakeMain.update(id(1), { profile: newer });
    await tick();
    expect(field('Business name').value).toBe('Renamed');
    expect(phone().value).toBe('typed more');
  });
});

it('text that is changed back to the original is no longer a draft in main', async () => {
  const { fakeMain } = await openWindow();
  await type('typed');
  await waitFor(() => expect(fakeMain.pages.get(id(1))!.draft).not.toBeNull());
  await type(SAVED.business_phone);
  expect(screen.queryByRole('button', { name: 'Review changes' })).toBeNull();
  await waitFor(() => expect(fakeMain.pages.get(id(1))!.draft).toBeNull());
});
