/** Waiting changes in the list: the text of their rows, and the *Waiting* filter. */
import { screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import { UNKNOWN_CONNECTION } from '../../../src/renderer/state/connection.svelte';
import { timeOfDay } from '../../../src/renderer/ui/time';
import type { OrganizationRow } from '../../../src/shared/organization';
import { sampleSave } from '../changes/pending-samples';
import { descriptionOf, textOf } from '../dom';
import { FakeApi } from '../fake-api';
import { row } from '../samples';
import { rowLabels, renderSidebar } from './render-sidebar';

afterEach(() => vi.useRealTimers());

const show = (list: OrganizationRow[]) => renderSidebar(list, new FakeApi());

const waitingSince = (
  at: number,
  more: Partial<OrganizationRow> = {},
): Partial<OrganizationRow> => ({
  state: 'waiting',
  waitingSince: at,
  ...more,
});

it('shows since when a row waits and the next try, until that time has come', async () => {
  vi.useFakeTimers({
    now: new Date(2026, 10, 24, 14, 5),
    toFake: ['Date', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'],
  });
  const since = Date.now();
  const next = since + 240_000;
  await show([row(1, 'Albrecht', waitingSince(since, { nextTryAt: next }))]);
  const option = screen.getByRole('option', { name: /^Albrecht/ });
  const text = `Waiting since ${timeOfDay(since)} · next try ${timeOfDay(next)}`;
  expect(option.getAttribute('aria-label')).toBe(`Albrecht, ${text}`);
  expect(option.title).toContain(text);
  // The visible row has space for only one time.
  expect(option.textContent).toContain(`Waiting, next try ${timeOfDay(next)}`);
  expect(option.querySelector('svg')).not.toBeNull();
  await vi.advanceTimersByTimeAsync(121_000);
  expect(option.textContent).toContain(`Waiting 2 min, next try ${timeOfDay(next)}`);
  expect(option.getAttribute('aria-label')).toBe(`Albrecht, ${text}`);
  await vi.advanceTimersByTimeAsync(119_100);
  expect(option.getAttribute('aria-label')).toBe(`Albrecht, Waiting since ${timeOfDay(since)}`);
});

it('says that a row is paused while its save is, whenever it would be tried next', async () => {
  const since = Date.now();
  const next = { nextTryAt: since + 600_000 };
  const { fake } = await show([
    row(1, 'Albrecht', waitingSince(since, { ...next, saveId: 'save-1' })),
    row(2, 'Brunn', waitingSince(since, next)),
    row(3, 'Casa', { ...waitingSince(since, { saveId: 'save-1' }), state: 'sign-in-issue' }),
  ]);
  const lines = () =>
    [...document.querySelectorAll<HTMLElement>('.option .line')].map((line) => textOf(line));
  const beside = (...states: string[]) =>
    states.map((state, index) => `office${index + 1}@example.com ${state}`);
  const waiting = `Waiting, next try ${timeOfDay(next.nextTryAt)}`;
  const signIn = 'Waiting for its sign-in';
  await waitFor(() => expect(lines()).toEqual([...beside(waiting, waiting), signIn]));
  fake.emit('savesChanged', [sampleSave({ state: 'paused' })]);
  await waitFor(() => expect(lines()).toEqual([...beside('Paused', waiting), signIn]));
  const option = screen.getByRole('option', { name: /^Albrecht/ });
  expect(option.getAttribute('aria-label')).toBe(
    `Albrecht, Paused, waiting since ${timeOfDay(since)}`,
  );
  fake.emit('savesChanged', [sampleSave()]);
  await waitFor(() => expect(lines()).toEqual([...beside(waiting, waiting), signIn]));
});

it('shows the state and the wait of an account in words, beside its name', async () => {
  vi.useFakeTimers({ now: new Date(2026, 10, 24, 14, 5), toFake: ['Date'] });
  const account = { kind: 'account', organizationName: 'Harbour Group' } as const;
  const next = Date.now() + 60_000;
  const list = [
    row(1, 'Branch 1', { ...account, ...waitingSince(Date.now() - 180_000, { nextTryAt: next }) }),
    row(2, 'Branch 2', {
      ...account,
      state: 'incomplete',
      attention: { reason: 'incomplete', fields: ['business_email'], code: null },
    }),
  ];
  await show(list);
  const lines = () =>
    [...document.querySelectorAll<HTMLElement>('.option .line')].map((line) => textOf(line));
  const wait = `Waiting 3 min, next try ${timeOfDay(next)}`;
  expect(lines()).toEqual([`Branch 1 ${wait}`, 'Branch 2 Empty: email Incomplete']);
  await userEvent.type(screen.getByRole('searchbox'), 'office1@');
  await waitFor(() => expect(lines()).toEqual(['Branch 1 office1@example.com Waiting']));
  await userEvent.clear(screen.getByRole('searchbox'));
  await userEvent.click(screen.getByRole('radio', { name: 'Check' }));
  await waitFor(() => expect(lines()).toEqual(['Branch 2 Empty: email Incomplete']));
});

it('shows when its own wait and that of all changes are both over', async () => {
  const at = Date.now();
  const [own, ofAll] = [at + 60_000, at + 300_000];
  const { fake } = await show([
    row(1, 'Albrecht', waitingSince(at, { nextTryAt: own })),
    row(2, 'Brunn', waitingSince(at)),
  ]);
  const tries = () => rowLabels().map((label) => label?.split('next try ')[1]);
  expect(tries()).toEqual([timeOfDay(own), undefined]);
  fake.emit('connectionChanged', { ...UNKNOWN_CONNECTION, breakerUntil: ofAll });
  await waitFor(() => expect(tries()).toEqual([timeOfDay(ofAll), timeOfDay(ofAll)]));
  fake.emit('connectionChanged', { ...UNKNOWN_CONNECTION, breakerUntil: at + 30_000 });
  await waitFor(() => expect(tries()).toEqual([timeOfDay(own), timeOfDay(at + 30_000)]));
});

it('formats both times for the locale', async () => {
  vi.useFakeTimers({ now: new Date(2026, 10, 24, 11, 58), toFake: ['Date'] });
  const since = Date.now();
  const next = since + 300_000;
  await show([row(1, 'Albrecht', waitingSince(since, { nextTryAt: next }))]);
  expect(rowLabels()[0]).toContain(
    `Waiting since ${timeOfDay(since)} · next try ${timeOfDay(next)}`,
  );
});

it('shows the day of a change that has waited longer', async () => {
  vi.useFakeTimers({ now: new Date(2026, 10, 24, 14, 5), toFake: ['Date'] });
  await show([row(1, 'Albrecht', waitingSince(new Date(2026, 10, 21, 9, 0).getTime()))]);
  expect(rowLabels()[0]).toMatch(/^Albrecht, Waiting since (Nov 21|21 Nov)$/);
});

it('shows that a paused change waits for its sign-in', async () => {
  vi.useFakeTimers({ now: new Date(2026, 10, 24, 14, 5), toFake: ['Date'] });
  const at = Date.now() - 3 * 3_600_000;
  await show([
    row(1, 'Albrecht', waitingSince(at, { state: 'sign-in-issue' })),
    row(2, 'Brunn', { state: 'sign-in-issue' }),
    row(3, 'Casa', {
      ...waitingSince(at, { state: 'sign-in-issue' }),
      attention: { reason: 'sign-in-issue', fields: [], code: 'keychain.locked' },
    }),
  ]);
  expect(rowLabels()).toEqual([
    `Albrecht, Waiting for its sign-in since ${timeOfDay(at)}`,
    'Brunn, Its sign-in does not work, Sign-in issue',
    `Casa, Waiting for the keychain since ${timeOfDay(at)}`,
  ]);
  expect(screen.getByRole('option', { name: /^Casa/ }).textContent).toMatch(
    /Waiting for the keychain, 3 hr\s*$/,
  );
  const first = screen.getByRole('option', { name: /^Albrecht/ });
  expect(first.textContent).toMatch(/Waiting for its sign-in, 3 hr\s*$/);
  expect(first.title).toMatch(/Waiting for its sign-in since \S/);
});

it('shows all drafts and changes that Cloudflare has not confirmed, in the chosen order', async () => {
  const at = Date.now();
  await show([
    row(1, 'Delmar', waitingSince(at)),
    row(2, 'Casa', waitingSince(at, { state: 'sign-in-issue' })),
    row(3, 'Brunn', waitingSince(at, { state: 'saving' })),
    row(4, 'Albrecht', { state: 'draft', draftFields: 1 }),
    row(5, 'Decided', { state: 'decide' }),
    row(6, 'Refused', { state: 'refused' }),
    row(7, 'Same'),
  ]);
  const changes = screen.getByRole('radio', { name: 'Changes' });
  expect(descriptionOf(changes)).toBe('6');
  await userEvent.click(changes);
  const names = () => rowLabels().map((name) => name?.split(',')[0]);
  await waitFor(() =>
    expect(names()).toEqual(['Albrecht', 'Brunn', 'Casa', 'Decided', 'Delmar', 'Refused']),
  );
});

it('becomes empty as changes are confirmed, says so, and has a button back to the whole list', async () => {
  const { fake } = await show([row(1, 'Albrecht', waitingSince(Date.now()))]);
  await userEvent.click(screen.getByRole('radio', { name: 'Changes' }));
  fake.list.upsert(row(1, 'Albrecht'));
  await screen.findByText('No drafts, and nothing is waiting.');
  const back = screen.getByRole('button', { name: 'Show all organizations' });
  back.focus();
  await userEvent.keyboard('{Enter}');
  await waitFor(() => {
    expect(document.activeElement).toBe(screen.getByRole('listbox', { name: 'Organizations' }));
  });
  expect(rowLabels()).toHaveLength(1);
});

it.each([
  ['Check', 'Nothing to check.'],
  ['Changes', 'No drafts, and nothing is waiting.'],
])('says under %s that the result is empty', async (filter, text) => {
  await show([row(1, 'Albrecht')]);
  await userEvent.click(screen.getByRole('radio', { name: filter }));
  await screen.findByText(text);
});

it('names the active filter in an empty search result', async () => {
  await show([row(1, 'Albrecht', waitingSince(Date.now()))]);
  await userEvent.click(screen.getByRole('radio', { name: 'Changes' }));
  await userEvent.type(screen.getByRole('searchbox'), 'q');
  await screen.findByText('Nothing found for “q” under “Changes”.');
  await userEvent.click(screen.getByRole('button', { name: 'Show all organizations' }));
  expect(screen.getByRole<HTMLInputElement>('searchbox').value).toBe('');
  await screen.findByRole('listbox');
  expect(rowLabels()).toEqual([expect.stringMatching(/^Albrecht/)]);
});
