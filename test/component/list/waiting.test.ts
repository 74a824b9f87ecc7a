/** What waits: the sentence of its row, the filter that shows it, and the way there and back. */
import { screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import { UNKNOWN_CONNECTION } from '../../../src/renderer/state/connection.svelte';
import { timeOfDay } from '../../../src/renderer/ui/time';
import type { OrganizationRow } from '../../../src/shared/organization';
import { FakeApi } from '../fake-api';
import { row } from '../samples';
import { options, showSidebar } from './show';

afterEach(() => vi.useRealTimers());

const show = (list: OrganizationRow[]) => showSidebar(list, new FakeApi());

const waits = (at: number, more: Partial<OrganizationRow> = {}): Partial<OrganizationRow> => ({
  state: 'waiting',
  waitingSince: at,
  ...more,
});

it('says since when a row waits and when it is tried next, until that time has come', async () => {
  vi.useFakeTimers({
    now: new Date(2026, 10, 24, 14, 5),
    toFake: ['Date', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'],
  });
  const since = Date.now();
  const next = since + 240_000;
  await show([row(1, 'Albrecht', waits(since, { nextTryAt: next }))]);
  const option = screen.getByRole('option', { name: /^Albrecht/ });
  const sentence = `Waiting since ${timeOfDay(since)} · next try ${timeOfDay(next)}`;
  expect(option.getAttribute('aria-label')).toBe(`Albrecht, ${sentence}`);
  expect(option.title).toContain(sentence);
  // A row has room for one time of day only.
  expect(option.textContent).toContain(`Waiting, next try ${timeOfDay(next)}`);
  expect(option.querySelector('svg')).not.toBeNull();
  await vi.advanceTimersByTimeAsync(121_000);
  expect(option.textContent).toContain(`Waiting 2 min, next try ${timeOfDay(next)}`);
  expect(option.getAttribute('aria-label')).toBe(`Albrecht, ${sentence}`);
  await vi.advanceTimersByTimeAsync(119_100);
  expect(option.getAttribute('aria-label')).toBe(`Albrecht, Waiting since ${timeOfDay(since)}`);
});

it('takes the next question whether Cloudflare answers for the next try of what is due already', async () => {
  const at = Date.now();
  const { fake } = await show([row(1, 'Albrecht', waits(at, { nextTryAt: at - 1 }))]);
  const nextTryAt = at + 60_000;
  fake.emit('connectionChanged', { ...UNKNOWN_CONNECTION, state: 'offline', nextTryAt });
  await waitFor(() => expect(options()[0]).toContain(`next try ${timeOfDay(nextTryAt)}`));
});

it('says both times of the sentence as clocks here do', async () => {
  vi.useFakeTimers({ now: new Date(2026, 10, 24, 11, 58), toFake: ['Date'] });
  const since = Date.now();
  const next = since + 300_000;
  await show([row(1, 'Albrecht', waits(since, { nextTryAt: next }))]);
  expect(options()[0]).toContain(`Waiting since ${timeOfDay(since)} · next try ${timeOfDay(next)}`);
});

it('gives the day of what has waited longer', async () => {
  vi.useFakeTimers({ now: new Date(2026, 10, 24, 14, 5), toFake: ['Date'] });
  await show([row(1, 'Albrecht', waits(new Date(2026, 10, 21, 9, 0).getTime()))]);
  expect(options()[0]).toMatch(/^Albrecht, Waiting since (Nov 21|21 Nov)$/);
});

it('says of a paused change that it waits for its sign-in', async () => {
  vi.useFakeTimers({ now: new Date(2026, 10, 24, 14, 5), toFake: ['Date'] });
  const at = Date.now() - 3 * 3_600_000;
  await show([
    row(1, 'Albrecht', waits(at, { state: 'sign-in-issue' })),
    row(2, 'Brunn', { state: 'sign-in-issue' }),
  ]);
  expect(options()).toEqual([
    `Albrecht, Waiting for its sign-in since ${timeOfDay(at)}`,
    'Brunn, Its sign-in does not work, Sign-in',
  ]);
  const first = screen.getByRole('option', { name: /^Albrecht/ });
  expect(first.textContent).toMatch(/Waiting for its sign-in, 3 hr\s*$/);
  expect(first.title).toMatch(/Waiting for its sign-in since \S/);
});

it('shows everything that waits, paused and on its way too, in the order the person chose', async () => {
  const at = Date.now();
  await show([
    row(1, 'Delmar', waits(at)),
    row(2, 'Casa', waits(at, { state: 'sign-in-issue' })),
    row(3, 'Brunn', waits(at, { state: 'saving' })),
    row(4, 'Albrecht', { state: 'draft', draftFields: 1 }),
    row(5, 'Decided', { state: 'decide' }),
    row(6, 'Refused', { state: 'refused' }),
  ]);
  const waiting = screen.getByRole('radio', { name: 'Waiting' });
  expect(document.getElementById(waiting.getAttribute('aria-describedby') ?? '')?.textContent).toBe(
    '3',
  );
  await userEvent.click(waiting);
  const names = () => options().map((name) => name?.split(',')[0]);
  await waitFor(() => expect(names()).toEqual(['Brunn', 'Casa', 'Delmar']));
});

it('empties as changes are confirmed, says so, and leads back with the keyboard', async () => {
  const { fake } = await show([row(1, 'Albrecht', waits(Date.now()))]);
  await userEvent.click(screen.getByRole('radio', { name: 'Waiting' }));
  fake.list.upsert(row(1, 'Albrecht'));
  await screen.findByText('Nothing is waiting to be sent.');
  const back = screen.getByRole('button', { name: 'Show all organizations' });
  back.focus();
  await userEvent.keyboard('{Enter}');
  await waitFor(() => {
    expect(document.activeElement).toBe(screen.getByRole('listbox', { name: 'Organizations' }));
  });
  expect(options()).toHaveLength(1);
});

it.each([
  ['Needs attention', 'Nothing needs your attention.'],
  ['Drafts', 'There are no drafts.'],
  ['Waiting', 'Nothing is waiting to be sent.'],
])('says under %s that there is nothing', async (filter, sentence) => {
  await show([row(1, 'Albrecht')]);
  await userEvent.click(screen.getByRole('radio', { name: filter }));
  await screen.findByText(sentence);
});

it('says where it searched when a filter is on', async () => {
  await show([row(1, 'Albrecht', waits(Date.now()))]);
  await userEvent.click(screen.getByRole('radio', { name: 'Waiting' }));
  await userEvent.type(screen.getByRole('searchbox'), 'q');
  await screen.findByText('Nothing found for “q” under Waiting.');
  await userEvent.click(screen.getByRole('button', { name: 'Show all organizations' }));
  expect(screen.getByRole<HTMLInputElement>('searchbox').value).toBe('');
  await screen.findByRole('listbox');
  expect(options()).toEqual([expect.stringMatching(/^Albrecht/)]);
});
