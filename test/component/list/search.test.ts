/** The search: results while typing, highlights, Enter, and the text of an empty result. */
import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
// The window imports the pages after its first paint. Imported here, they are there without a delay.
import '../../../src/renderer/screens';
import App from '../../../src/renderer/App.svelte';
import { matchInDetail, namesOf } from '../../../src/renderer/features/list/list-text';
import { UNKNOWN_CONNECTION } from '../../../src/renderer/state/connection.svelte';
import { WHOLE_LIST, type ListMatch } from '../../../src/shared/list-query';
import { FakeApi } from '../fake-api';
import { id, row, rows } from '../samples';
import { listBox, names, rowLabels, scrollTo, renderSidebar } from './render-sidebar';

const LIST = [row(1, 'Albrecht'), row(2, 'Brunn'), row(3, 'Brightwater')];

async function show(list = LIST, fake = new FakeApi()) {
  const rendered = await renderSidebar(list, fake);
  return { ...rendered, user: userEvent.setup() };
}

type User = ReturnType<typeof userEvent.setup>;
const search = () => screen.getByRole<HTMLInputElement>('searchbox');
const marks = () => [...listBox().querySelectorAll('mark')].map((mark) => mark.textContent);

it('searches while typing, ends with the newest text, and clears with Escape', async () => {
  const { fake, user } = await show();
  const release = fake.hold('organizations.list');
  const before = fake.requests('organizations.list').length;
  await user.type(search(), 'bru');
  const requests = () =>
    fake.requests('organizations.list').slice(before) as { query: { search: string } }[];
  expect(requests().map(({ query }) => query.search)).toEqual(['b']);
  expect(names()).toHaveLength(3);
  release();
  await waitFor(() => expect(names()).toEqual(['Brunn']));
  expect(requests().map(({ query }) => query.search)).toEqual(['b', 'bru']);
  await user.keyboard('{Escape}');
  await waitFor(() => expect(names()).toHaveLength(3));
});

it('searches again when something changes', async () => {
  const { fake, user } = await show();
  await user.type(search(), 'albrecht');
  await waitFor(() => expect(names()).toEqual(['Albrecht']));
  fake.list.upsert(row(1, 'Renamed'));
  await screen.findByText('Nothing found for “albrecht”.');
});

it('highlights matches in the name or the second line, and names the field', async () => {
  const { user } = await show();
  await user.type(search(), 'bR');
  await waitFor(() => expect(names()).toHaveLength(3));
  expect(marks()).toEqual(['br', 'Br', 'Br']);
  expect(rowLabels()[0]).toBe('Albrecht, office1@example.com');
  await user.clear(search());
  await user.type(search(), 'office2');
  await waitFor(() => expect(names()).toEqual(['Brunn']));
  expect(marks()).toEqual(['office2']);
  expect(rowLabels()[0]).toBe('Brunn, email: office2@example.com');
  await user.clear(search());
  await waitFor(() => expect(names()).toHaveLength(3));
  expect(marks()).toEqual([]);
});

it('shows the match instead of the usual second line', async () => {
  const waiting = row(2, 'Brunn', { state: 'waiting', waitingSince: Date.now() });
  const { user } = await show([waiting]);
  expect(rowLabels()[0]).toMatch(/^Brunn, Waiting since/);
  await user.type(search(), 'office2');
  await waitFor(() => expect(rowLabels()).toEqual(['Brunn, email: office2@example.com, Waiting']));
});

const match = (field: ListMatch['field'], text: string, ...found: [number, number][]) => ({
  match: { field, text, marks: found },
});

it('starts a long text shortly before the match', () => {
  const text = 'First line\nSecond line with the street in it';
  const found = matchInDetail(match('business_address', text, [32, 38], [42, 44]));
  expect(found?.text).toBe('…ne with the street in it');
  expect(found?.marks.map(([begin, end]) => found.text.slice(begin, end))).toEqual([
    'street',
    'it',
  ]);
  expect(matchInDetail(match('business_phone', '+49 30', [1, 3]))).toEqual({
    text: '+49 30',
    marks: [[1, 3]],
  });
  expect(matchInDetail(match('name', 'Albrecht', [0, 2]))).toBeNull();
});

it('highlights a match at its position in a long name', () => {
  const name = 'The very long name of a company';
  expect(namesOf({ name, organizationName: null, ...match('name', 'name of', [5, 7]) })).toEqual({
    name: { text: name, marks: [[19, 21]] },
    account: null,
  });
});

it('highlights matches in the name of an account and in that of its organization', () => {
  const text = 'Harbour Group, through the account Branch 001';
  const row = { name: 'Branch 001', organizationName: 'Harbour Group' };
  expect(namesOf({ ...row, ...match('name', text, [0, 7], [19, 26], [42, 45]) })).toEqual({
    name: { text: 'Harbour Group', marks: [[0, 7]] },
    account: { text: 'Branch 001', marks: [[7, 10]] },
  });
});

it('opens the first result with Enter', async () => {
  const { state, user } = await show();
  await user.type(search(), 'br');
  await waitFor(() => expect(names()).toHaveLength(3));
  await user.keyboard('{Enter}');
  await waitFor(() => expect(state.open.id).toBe(id(1)));
  expect(document.activeElement).toBe(search());
});

it('opens the first result with Enter, however far the list is scrolled', async () => {
  const { state, user } = await show(rows(5_000));
  await user.type(search(), 'organization');
  await state.organizations.settled();
  await scrollTo(3_000);
  await waitFor(() => expect(names()).toContain('Organization 3001'));
  await user.type(search(), '{Enter}');
  await waitFor(() => expect(state.open.id).toBe(id(1)));
});

it('makes Enter wait for the result of the typed text', async () => {
  const { fake, state, user } = await show();
  const release = fake.hold('organizations.list');
  await user.type(search(), 'brunn{Enter}');
  expect(state.open.id).toBeNull();
  release();
  await waitFor(() => expect(state.open.id).toBe(id(2)));
});

it.each([
  ['more text is typed', (user: User) => user.keyboard('n')],
  ['text is pasted without the keyboard', (user: User) => user.paste('n')],
  ['another key is pressed', (user: User) => user.keyboard('{ArrowLeft}')],
  [
    'the search loses the focus',
    (user: User) => user.click(screen.getByRole('radio', { name: 'Table' })),
  ],
])('opens nothing when %s before the result comes', async (_, act) => {
  const { fake, state, user } = await show();
  const release = fake.hold('organizations.list');
  await user.type(search(), 'brun{Enter}');
  await act(user);
  release();
  await state.organizations.settled();
  await waitFor(() => expect(state.organizations.shown?.query.search).toMatch(/^brun/));
  expect(state.open.id).toBeNull();
});

it('opens nothing with Enter without a search text or without results', async () => {
  const { state, user } = await show();
  await user.type(search(), '{Enter}');
  await user.type(search(), 'nothing like this{Enter}');
  await screen.findByText(/^Nothing found for/);
  expect(state.open.id).toBeNull();
});

it('says that profiles are still being read and cannot be found yet', async () => {
  const { fake, user } = await show();
  fake.list.unread = 1_404;
  fake.list.notifyChanged();
  fake.emit('initialFetchChanged', {
    read: 896,
    total: 2_300,
    timeLeft: null,
    waitsUntil: null,
    paused: false,
  });
  await user.type(search(), 'nowhere');
  const reading = '1,404 profiles are still being read; their contents cannot be found yet.';
  const unread = '1,404 profiles have not been read yet; their contents cannot be found.';
  await screen.findByText(reading);
  fake.emit('connectionChanged', { ...UNKNOWN_CONNECTION, state: 'offline' });
  await screen.findByText(unread);
  fake.emit('connectionChanged', { ...UNKNOWN_CONNECTION, state: 'online' });
  await screen.findByText(reading);
  fake.emit('initialFetchChanged', null);
  await screen.findByText(unread);
});

it('does not say that there is nothing to check while profiles have not been read', async () => {
  const { fake, user } = await show();
  fake.list.unread = 1;
  fake.list.notifyChanged();
  await user.click(screen.getByRole('radio', { name: 'Check' }));
  await screen.findByText('Nothing so far. 1 still to be read.');
  fake.list.unread = 1_709;
  fake.list.notifyChanged();
  await screen.findByText('Nothing so far. 1,709 still to be read.');
  fake.list.unread = 0;
  fake.list.notifyChanged();
  await screen.findByText('Nothing to check.');
});

it('says that short words were searched for in names only, where main says so', async () => {
  const { fake, user } = await show();
  fake.list.namesOnly = true;
  await user.type(search(), 'zq');
  await screen.findByText(/words of one or two letters are searched for in names only/);
  fake.list.namesOnly = false;
  await user.type(search(), 'x');
  await waitFor(() => expect(screen.queryByText(/names only/)).toBeNull());
  screen.getByText('The search looks at names, IDs, parents and all profile fields.');
});

it('moves the focus to the list with the down arrow', async () => {
  const { user } = await show();
  search().focus();
  await user.keyboard('{ArrowDown}');
  expect(document.activeElement).toBe(listBox());
});

it.each(['{Enter}', '{ArrowDown}'])(
  'announces that the list is being prepared when %s would move there',
  async (key) => {
    const fake = new FakeApi();
    fake.list.building = { done: 34_000, total: 100_000, failure: null };
    const { state, user } = await show(LIST, fake);
    await user.type(search(), 'br');
    const liveRegion = search().parentElement?.querySelector('[aria-live]');
    expect(liveRegion?.textContent).toBe('');
    await user.keyboard(key);
    expect(liveRegion?.textContent).toBe('Preparing the list: 34,000 of 100,000');
    expect(document.activeElement).toBe(search());
    fake.list.building = null;
    fake.list.notifyChanged();
    await waitFor(() => expect(liveRegion?.textContent).toBe(''));
    // The list may be built again, but then no one has asked for it yet.
    fake.list.building = { done: 1_000, total: 100_000, failure: null };
    fake.list.notifyChanged();
    await waitFor(() => expect(state.organizations.summary?.building?.done).toBe(1_000));
    expect(liveRegion?.textContent).toBe('');
  },
);

it('is focused with Ctrl+K from anywhere except a dialog', async () => {
  const fake = new FakeApi().setRows(LIST);
  const { state, context } = await fake.loadedState();
  render(App, { context });
  const user = userEvent.setup();
  expect(search().getAttribute('aria-keyshortcuts')).toBe('Control+F Control+K');
  await user.type(search(), 'br');
  await user.click(screen.getByRole('button', { name: 'Settings' }));
  await user.keyboard('{Control>}k{/Control}');
  expect(document.activeElement).toBe(search());
  expect([search().selectionStart, search().selectionEnd]).toEqual([0, 2]);
  const dialog = document.createElement('dialog');
  document.body.append(dialog);
  dialog.showModal();
  screen.getByRole('radio', { name: 'All' }).focus();
  await user.keyboard('{Control>}k{/Control}');
  expect(document.activeElement).not.toBe(search());
  dialog.remove();
  expect(state.organizations.query.value).toEqual({ ...WHOLE_LIST, search: 'br' });
  within(listBox());
});

it('searches for the ID in a pasted address of Cloudflare’s dashboard', async () => {
  const { fake, user } = await show();
  await user.click(search());
  await user.paste(`https://dash.cloudflare.com/${id(2)}/home`);
  await waitFor(() =>
    expect(fake.requests('organizations.list').at(-1)).toMatchObject({ query: { search: id(2) } }),
  );
});
