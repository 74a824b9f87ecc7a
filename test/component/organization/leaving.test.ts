/** Leaving a page and entering it again: what was typed is on disk, or on screen, and never older. */
import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { tick } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
// The window reads them a moment after its first paint.
import '../../../src/renderer/pages';
import App from '../../../src/renderer/App.svelte';
import { createApi } from '../../../src/renderer/state/api.svelte';
import { contextOf, WindowState } from '../../../src/renderer/state/window-state';
import { failed, success, type Outcome } from '../../../src/shared/failure';
import { nameOf, FakeMain } from '../../scripted/fake-main';
import { answerChanges } from '../../scripted/fake-answers';
import { deferred } from '../fake-api';
import { id } from '../samples';
import { button, field } from './open-page';
import { draft, patch, SAVED, savedCopy } from './samples';

/** The window over an office with these organizations, the first one open. */
async function openWindow() {
  const fakeMain = new FakeMain(3);
  const { main } = fakeMain;
  const state = new WindowState(createApi(main.bridge));
  main.answer('app', 'flushed', () => success(null));
  render(App, { context: contextOf(state) });
  await state.load();
  await state.loadRest();
  const enter = async (n: number) => {
    state.navigation.openOrganization(id(n), nameOf(n));
    await screen.findByRole('heading', { level: 1, name: nameOf(n) });
  };
  const shown = (n: number) => enter(n).then(() => screen.findByRole('textbox', PHONE));
  await shown(1);
  return {
    fakeMain,
    main,
    state,
    enter,
    /** Enters a page and waits for its form. */
    shown,
    keeps: () => main.requests('drafts.keep') as { organizationId: string; number: number }[],
    /** Keeping fails from now on, or works again. */
    fullDisk: () => main.answer('drafts', 'keep', () => failed('store.full')),
    freeDisk: () => answerChanges(fakeMain),
  };
}

const PHONE = { name: 'Business phone' };
const phone = () => field('Business phone');
async function type(text: string) {
  phone().value = text;
  phone().dispatchEvent(new InputEvent('input', { bubbles: true }));
  await tick();
}
const UNKEPT = /are not saved on this computer yet/;

afterEach(() => void vi.useRealTimers());

describe('a page that is left and entered again', () => {
  it('opens only after main has answered its last edit', async () => {
    const { main, enter, shown, keeps } = await openWindow();
    const kept = deferred<Outcome<null>>();
    main.answer('drafts', 'keep', () => kept.promise);
    await type('typed');
    await shown(2);
    await waitFor(() => expect(keeps()).toHaveLength(1));
    const opens = () => main.requests('organizations.open').length;
    const before = opens();
    await enter(1);
    expect(screen.queryByRole('textbox', PHONE)).toBeNull();
    expect(opens()).toBe(before);
    kept.resolve(success(null));
    await screen.findByRole('textbox', PHONE);
    expect(opens()).toBe(before + 1);
  });

  it('shows a text that could not be kept, says so, and never sends an older one', async () => {
    const { fakeMain, main, shown, keeps, fullDisk, freeDisk } = await openWindow();
    await type('kept');
    await waitFor(() => expect(fakeMain.pages.get(id(1))!.draftNumber).toBe(1));
    fullDisk();
    await type('newest');
    await shown(2);
    expect(phone().value).toBe(SAVED.business_phone);
    await shown(1);
    expect(phone().value).toBe('newest');
    await screen.findByText(/1 change, not saved on this computer yet/);
    // A page of before, on its way since then.
    main.emit('organizationChanged', {
      ...fakeMain.pages.get(id(1))!,
      draft: draft({ business_phone: 'kept' }),
    });
    await tick();
    expect(phone().value).toBe('newest');
    freeDisk();
    await screen.findByText('1 unsent change, saved on this computer', {}, { timeout: 4_000 });
    expect(fakeMain.pages.get(id(1))!.draft?.patch).toEqual(patch({ business_phone: 'newest' }));
    const numbers = keeps().map(({ number }) => number);
    expect(numbers).toEqual([...new Set(numbers)].sort((one, other) => one - other));
  });

  it('shows it also where the page itself cannot be read, and opens when asked to', async () => {
    const { fakeMain, main, enter, shown, fullDisk, freeDisk } = await openWindow();
    fullDisk();
    await type('newest');
    await shown(2);
    main.answer('organizations', 'open', () => failed('store.busy'));
    await enter(1);
    expect((await screen.findByRole<HTMLInputElement>('textbox', PHONE)).value).toBe('newest');
    main.answer('organizations', 'open', () => success(fakeMain.pages.get(id(1))!));
    await userEvent.click(button('Try again'));
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull());
    expect(phone().value).toBe('newest');
    freeDisk();
    await screen.findByText('1 unsent change, saved on this computer', {}, { timeout: 4_000 });
  });

  it('has the newest text also after Settings, where main has sent no page since', async () => {
    const { main, state, keeps } = await openWindow();
    // Main takes the keep, and its page comes late.
    main.answer('drafts', 'keep', () => success(null));
    await type('typed');
    state.navigation.settings();
    await screen.findByRole('heading', { level: 1, name: 'Settings' });
    await waitFor(() => expect(keeps()).toHaveLength(1));
    state.navigation.back();
    expect((await screen.findByRole<HTMLInputElement>('textbox', PHONE)).value).toBe('typed');
    await type('typed on');
    await waitFor(() => expect(keeps()).toHaveLength(2));
    expect(keeps()[1]).toMatchObject({ number: 2, edits: patch({ business_phone: 'typed on' }) });
  });

  it('counts its numbers on', async () => {
    const { fakeMain, shown, keeps } = await openWindow();
    await type('first');
    await shown(2);
    await shown(1);
    await type('second');
    await shown(3);
    await waitFor(() => expect(fakeMain.pages.get(id(1))!.draftNumber).toBe(2));
    expect(keeps().map(({ number }) => number)).toEqual([1, 2]);
  });
});

describe('typed texts of another page', () => {
  it('are kept each for its own organization', async () => {
    const { fakeMain, shown } = await openWindow();
    await type('one');
    await shown(2);
    await type('two');
    await shown(3);
    const kept = (n: number) => fakeMain.pages.get(id(n))!.draft?.patch.business_phone?.text;
    await waitFor(() => expect([kept(1), kept(2), kept(3)]).toEqual(['one', 'two', undefined]));
    expect([1, 2].map((n) => fakeMain.pages.get(id(n))!.draftNumber)).toEqual([1, 1]);
  });

  it('are named above the page while they cannot be kept, and only then', async () => {
    const { state, shown, fullDisk, freeDisk } = await openWindow();
    fullDisk();
    await type('one');
    await shown(2);
    const banner = await screen.findByText(UNKEPT);
    expect(banner.textContent).toContain(nameOf(1));
    expect(banner.closest('[role="alert"]')?.textContent).toContain('The disk is full');
    await shown(1);
    expect(screen.queryByText(UNKEPT)).toBeNull();
    state.navigation.settings();
    await screen.findByText(UNKEPT);
    freeDisk();
    await waitFor(() => expect(screen.queryByText(UNKEPT)).toBeNull(), { timeout: 4_000 });
  });

  it('stay in memory only until main has them', async () => {
    const { state, shown, fullDisk, freeDisk } = await openWindow();
    await type('one');
    await shown(2);
    await waitFor(() => expect(state.autosaves.size).toBe(1));
    fullDisk();
    await type('two');
    await shown(3);
    await waitFor(() => expect(state.autosaves.withIssue).toHaveLength(1));
    expect(state.autosaves.size).toBe(2);
    freeDisk();
    await waitFor(() => expect(state.autosaves.size).toBe(1), { timeout: 4_000 });
    state.open.close();
    expect(state.autosaves.size).toBe(0);
  });

  it('go with their organization when that is removed', async () => {
    const { main, state, shown, keeps, fullDisk } = await openWindow();
    fullDisk();
    await type('one');
    await shown(2);
    await screen.findByText(UNKEPT);
    vi.useFakeTimers();
    main.emit('organizationsChanged', { commit: 9, ids: [], removed: [id(1)] });
    await tick();
    expect(screen.queryByText(UNKEPT)).toBeNull();
    const before = keeps().length;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(keeps()).toHaveLength(before);
    expect(state.autosaves.get(id(1))).toBeUndefined();
  });
});

describe('closing the window', () => {
  it('waits for every organization, on screen or not', async () => {
    const { main, shown, keeps } = await openWindow();
    const answers: ((outcome: Outcome<null>) => void)[] = [];
    main.answer('drafts', 'keep', () => new Promise((answer) => answers.push(answer)));
    await type('one');
    await shown(2);
    await type('two');
    main.emit('closing', null);
    await waitFor(() => expect(keeps().map((one) => one.organizationId)).toEqual([id(1), id(2)]));
    answers[0]?.(success(null));
    await tick();
    expect(main.requests('app.flushed')).toEqual([]);
    answers[1]?.(success(null));
    await waitFor(() => expect(main.requests('app.flushed')).toHaveLength(1));
  });
});

describe('an older page that arrives late', () => {
  it('after a save does not bring the old text back', async () => {
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
    expect(screen.getByText('No changes')).toBeTruthy();
  });

  it('shows what is new in untouched fields', async () => {
    const { fakeMain, main } = await openWindow();
    await type('typed');
    await screen.findByText('1 unsent change, saved on this computer');
    const newer = savedCopy({ ...SAVED, business_name: 'Renamed', business_phone: 'theirs' });
    // Main answers a keep before its page follows.
    main.answer('drafts', 'keep', () => success(null));
    await type('typed on');
    phone().blur();
    await waitFor(() =>
      expect(screen.getByText('1 unsent change, saved on this computer')).toBeTruthy(),
    );
    fakeMain.update(id(1), { profile: newer });
    await tick();
    expect(field('Business name').value).toBe('Renamed');
    expect(phone().value).toBe('typed on');
  });
});

it('a text typed back is no draft in main either', async () => {
  const { fakeMain } = await openWindow();
  await type('typed');
  await waitFor(() => expect(fakeMain.pages.get(id(1))!.draft).not.toBeNull());
  await type(SAVED.business_phone);
  expect(screen.getByText('No changes')).toBeTruthy();
  await waitFor(() => expect(fakeMain.pages.get(id(1))!.draft).toBeNull());
});
