/** The search: as one types, what it marks in a row, Enter, and what an empty result claims. */
import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
// The window reads them a moment after its first paint.
import '../../../src/renderer/pages';
import App from '../../../src/renderer/App.svelte';
import { matchInDetail, matchInName } from '../../../src/renderer/features/list/list-text';
import { success } from '../../../src/shared/failure';
import { WHOLE_LIST, type ListMatch } from '../../../src/shared/list-query';
import { FakeApi } from '../fake-api';
import { id, row, rows } from '../samples';
import { box, names, openingAny, options, scrollTo, showSidebar } from './show';

const LIST = [row(1, 'Albrecht'), row(2, 'Brunn'), row(3, 'Brightwater')];

async function show(list = LIST, fake = new FakeApi()) {
  const shown = await showSidebar(list, openingAny(fake));
  return { ...shown, user: userEvent.setup() };
}

type User = ReturnType<typeof userEvent.setup>;
const search = () => screen.getByRole<HTMLInputElement>('searchbox');
const marks = () => [...box().querySelectorAll('mark')].map((mark) => mark.textContent);

it('searches as one types, the newest text last, and clears with Escape', async () => {
  const { fake, user } = await show();
  const release = fake.hold('organizations.list');
  const before = fake.requests('organizations.list').length;
  await user.type(search(), 'bru');
  const asked = () =>
    fake.requests('organizations.list').slice(before) as { query: { search: string } }[];
  expect(asked().map(({ query }) => query.search)).toEqual(['b']);
  expect(names()).toHaveLength(3);
  release();
  await waitFor(() => expect(names()).toEqual(['Brunn']));
  expect(asked().map(({ query }) => query.search)).toEqual(['b', 'bru']);
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

it('marks what was found, in the name or in the second line, and says in which field', async () => {
  const { user } = await show();
  await user.type(search(), 'bR');
  await waitFor(() => expect(names()).toHaveLength(3));
  expect(marks()).toEqual(['br', 'Br', 'Br']);
  expect(options()[0]).toBe('Albrecht, office1@example.com, Up to date');
  await user.clear(search());
  await user.type(search(), 'office2');
  await waitFor(() => expect(names()).toEqual(['Brunn']));
  expect(marks()).toEqual(['office2']);
  expect(options()[0]).toBe('Brunn, email: office2@example.com, Up to date');
  await user.clear(search());
  await waitFor(() => expect(names()).toHaveLength(3));
  expect(marks()).toEqual([]);
});

it('shows what was found rather than what a row usually says', async () => {
  const waiting = row(2, 'Brunn', { state: 'waiting', waitingSince: Date.now() });
  const { user } = await show([waiting]);
  expect(options()[0]).toMatch(/^Brunn, Waiting since/);
  await user.type(search(), 'office2');
  await waitFor(() => expect(options()).toEqual(['Brunn, email: office2@example.com, Waiting']));
});

const match = (field: ListMatch['field'], text: string, ...found: [number, number][]) => ({
  match: { field, text, marks: found },
});

it('begins a long text a little before what was found in it', () => {
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

it('marks a part of a long name where it is in the name', () => {
  const name = 'The very long name of a company';
  expect(matchInName({ name, ...match('name', 'name of', [5, 7]) })).toEqual({
    text: name,
    marks: [[19, 21]],
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

it('opens the first result with Enter wherever the list is scrolled to', async () => {
  const { state, user } = await show(rows(5_000));
  await user.type(search(), 'organization');
  await state.organizations.settled();
  await scrollTo(3_000);
  await waitFor(() => expect(names()).toContain('Organization 3001'));
  await user.type(search(), '{Enter}');
  await waitFor(() => expect(state.open.id).toBe(id(1)));
});

it('waits with Enter for the result of what is typed', async () => {
  const { fake, state, user } = await show();
  const release = fake.hold('organizations.list');
  await user.type(search(), 'brunn{Enter}');
  expect(state.open.id).toBeNull();
  release();
  await waitFor(() => expect(state.open.id).toBe(id(2)));
});

it.each([
  ['something else is typed', (user: User) => user.keyboard('s')],
  [
    'the search is left',
    (user: User) => user.click(screen.getByRole('button', { name: 'Select' })),
  ],
])('opens nothing when %s before the result comes', async (_, act) => {
  const { fake, state, user } = await show();
  const release = fake.hold('organizations.list');
  await user.type(search(), 'brunn{Enter}');
  await act(user);
  release();
  await state.organizations.settled();
  await waitFor(() => expect(state.organizations.shown?.query.search).toMatch(/^brunn/));
  expect(state.open.id).toBeNull();
});

it('opens nothing with Enter where nothing is searched for, or nothing is found', async () => {
  const { state, user } = await show();
  await user.type(search(), '{Enter}');
  await user.type(search(), 'nothing like this{Enter}');
  await screen.findByText(/^Nothing found for/);
  expect(state.open.id).toBeNull();
});

it('says that profiles are still being read, and what cannot be found for that', async () => {
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
  await screen.findByText(
    '1,404 profiles are still being read; their contents cannot be found yet.',
  );
  fake.emit('initialFetchChanged', null);
  await screen.findByText('1,404 profiles have not been read yet; their contents cannot be found.');
});

it('does not claim that nothing needs attention of profiles that were not read', async () => {
  const { fake, user } = await show();
  fake.list.unread = 1;
  fake.list.notifyChanged();
  await user.click(screen.getByRole('radio', { name: 'Needs attention' }));
  await screen.findByText('Nothing needs your attention.');
  screen.getByText('1 profile has not been read yet.');
});

it('says that one or two letters were looked for in names only where main says so', async () => {
  const { fake, user } = await show();
  fake.list.namesOnly = true;
  await user.type(search(), 'zq');
  await screen.findByText(/words of one or two letters are searched for in names only/);
  fake.list.namesOnly = false;
  await user.type(search(), 'x');
  await waitFor(() => expect(screen.queryByText(/names only/)).toBeNull());
  screen.getByText('The search looks at names, IDs and all profile fields.');
});

it('goes to the list with the down arrow', async () => {
  const { user } = await show();
  search().focus();
  await user.keyboard('{ArrowDown}');
  expect(document.activeElement).toBe(box());
});

it.each(['{Enter}', '{ArrowDown}'])(
  'says that the list is being prepared when %s would go there',
  async (key) => {
    const fake = new FakeApi();
    fake.list.building = { done: 34_000, total: 100_000, failure: null };
    const { user } = await show(LIST, fake);
    await user.type(search(), 'br');
    const said = search().parentElement?.querySelector('[aria-live]');
    expect(said?.textContent).toBe('');
    await user.keyboard(key);
    expect(said?.textContent).toBe('Preparing the list: 34,000 of 100,000');
    expect(document.activeElement).toBe(search());
    fake.list.building = null;
    fake.list.notifyChanged();
    await waitFor(() => expect(said?.textContent).toBe(''));
  },
);

it('is reached with Ctrl+K from everywhere, also from a text, but not out of a dialog', async () => {
  const fake = openingAny(new FakeApi())
    .setRows(LIST)
    .answer('app', 'painted', () => success(null));
  const { state, context } = fake.state();
  await state.load();
  await state.loadRest();
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
  within(box());
});
