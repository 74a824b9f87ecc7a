/** A list of which only the rows in sight are here: skeletons, keys that reach others, and rows that move. */
import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import { ROW_HEIGHT } from '../../../src/shared/first-paint';
import { FakeApi } from '../fake-api';
import { id, row, rows } from '../samples';
import { active, box, names, openingAny, options, scrollTo, showSidebar } from './show';

const MANY = rows(10_000);
const nth = (n: number) => `Organization ${String(n).padStart(4, '0')}`;

async function show(list = MANY) {
  const shown = await showSidebar(list, openingAny(new FakeApi()));
  return { ...shown, user: userEvent.setup() };
}

it('keeps few rows of many, each with its place in the whole list', async () => {
  const { user } = await show();
  box().focus();
  await user.keyboard('{End}');
  await waitFor(() => expect(active()).toMatch(/^Organization 10000,/));
  const last = document.getElementById(box().getAttribute('aria-activedescendant')!)!;
  expect(last.getAttribute('aria-setsize')).toBe('10000');
  expect(last.getAttribute('aria-posinset')).toBe('10000');
  expect(within(box()).getAllByRole('option').length).toBeLessThan(100);
});

it('shows a skeleton with its place for every row that is on its way', async () => {
  const { fake } = await show();
  const release = fake.hold('organizations.list');
  await scrollTo(5_000);
  const waiting = within(box())
    .getAllByRole('option')
    .filter((option) => option.getAttribute('aria-busy') === 'true');
  expect(waiting.length).toBeGreaterThan(10);
  expect(waiting.map((option) => option.getAttribute('aria-posinset'))).toContain('5001');
  expect(waiting.every((option) => option.getAttribute('aria-setsize') === '10000')).toBe(true);
  expect(options()).not.toContain(expect.stringMatching(/^Organization/));
  release();
  await waitFor(() => expect(names()).toContain(nth(5_001)));
  expect(box().querySelector('[aria-busy]')).toBeNull();
});

it('asks for nothing in between when it is scrolled quickly', async () => {
  const { fake } = await show();
  const release = fake.hold('organizations.list');
  const before = fake.requests('organizations.list').length;
  for (let index = 500; index <= 9_000; index += 500) await scrollTo(index);
  expect(fake.requests('organizations.list')).toHaveLength(before + 1);
  release();
  await waitFor(() => expect(names()).toContain(nth(9_001)));
  expect(fake.requests('organizations.list')).toHaveLength(before + 2);
});

it('opens the row that a key was pressed for, although it was not here and others were pressed since', async () => {
  const { fake, state, user } = await show();
  box().focus();
  await waitFor(() => expect(active()).toMatch(/^Organization 0001/));
  const release = fake.hold('organizations.list');
  await user.keyboard('{End}{Enter}{Home}{ArrowDown}');
  expect(state.open.id).toBeNull();
  release();
  await waitFor(() => expect(state.open.id).toBe(id(10_000)));
  expect(state.open.name).toBe(nth(10_000));
  await waitFor(() => expect(active()).toMatch(/^Organization 0002/));
});

it('says that the row the keyboard is at is on its way, then which it is', async () => {
  const { fake, user } = await show();
  box().focus();
  const release = fake.hold('organizations.list');
  await user.keyboard('{End}');
  await waitFor(() => expect(active()).toBe('Loading…'));
  release();
  await waitFor(() => expect(active()).toMatch(/^Organization 10000/));
});

it('keeps the row that the keyboard is at when it is scrolled out of sight', async () => {
  const { user } = await show();
  box().focus();
  await user.keyboard('{ArrowDown}');
  await scrollTo(6_000);
  await waitFor(() => expect(names()).toContain(nth(6_001)));
  expect(active()).toMatch(/^Organization 0002/);
  await user.keyboard('{ArrowDown}');
  await waitFor(() => expect(active()).toMatch(/^Organization 0003/));
  expect(box().scrollTop).toBeLessThan(ROW_HEIGHT * 3);
});

it('extends the selection over rows that were never here', async () => {
  const { fake, user } = await show();
  box().focus();
  await user.keyboard('{Shift>}{End}{/Shift}');
  await waitFor(() => expect(fake.list.selected).toHaveLength(10_000));
  expect(fake.requests('selection.extend')).toMatchObject([{ start: id(1), to: id(10_000) }]);
});

it('finds by letters what is out of sight, whatever is pressed meanwhile', async () => {
  const list = [row(1, 'Albrecht'), ...rows(500).slice(1), row(901, 'Zeta'), row(902, 'Zoo')];
  const { fake, user } = await show(list);
  box().focus();
  await waitFor(() => expect(active()).toMatch(/^Albrecht/));
  const release = fake.hold('organizations.find');
  await user.keyboard('zo{ArrowUp}');
  release();
  await waitFor(() => expect(active()).toMatch(/^Zeta/));
  expect(fake.requests('organizations.find')).toMatchObject([
    { prefix: 'z', from: 1 },
    { prefix: 'zo', from: 500 },
  ]);
});

it('begins at the open organization, wherever it is in the list', async () => {
  const { state } = await show();
  state.navigation.openOrganization(id(7_000));
  box().focus();
  await waitFor(() => expect(active()).toMatch(/^Organization 7000/));
});

it('keeps what is looked at where it is when rows are put in above it', async () => {
  const { fake } = await show();
  await scrollTo(100);
  await waitFor(() => expect(names()).toContain(nth(101)));
  const before = box().scrollTop;
  fake.list.upsert(row(20_001, 'Aal'), row(20_002, 'Aar'));
  await waitFor(() => expect(box().scrollTop).toBe(before + 2 * ROW_HEIGHT));
  expect(options()[5]).toContain(nth(101));
});

it('shows new rows at the beginning to whoever is at the beginning and not in the list', async () => {
  const { fake } = await show();
  fake.list.upsert(row(20_001, 'Aal'));
  await waitFor(() => expect(names()[0]).toBe('Aal'));
  expect(box().scrollTop).toBe(0);
});

it('moves no row under the pointer, and shows the order when it has left', async () => {
  const { fake, state, user } = await show(rows(5));
  await user.hover(box());
  fake.list.upsert(row(1, 'Zoo'), row(9, 'Aal'));
  await waitFor(() => expect(names()[0]).toBe('Zoo'));
  expect(names()).toEqual(['Zoo', nth(2), nth(3), nth(4), nth(5)]);
  await user.click(screen.getByRole('option', { name: /^Zoo/ }));
  expect(state.open.id).toBe(id(1));
  await user.click(screen.getByRole('searchbox'));
  await waitFor(() => expect(names()).toEqual(['Aal', nth(2), nth(3), nth(4), nth(5), 'Zoo']));
});

it('keeps the place of what was removed while the pointer is in the list, and opens it no more', async () => {
  const { fake, state, user } = await show(rows(3));
  await user.hover(box());
  fake.list.remove(id(2));
  const gone = await screen.findByRole('option', { name: `${nth(2)}, Removed` });
  expect(gone.getAttribute('aria-disabled')).toBe('true');
  await user.click(gone);
  await user.keyboard('{Control>}');
  await user.click(gone);
  await user.keyboard('{/Control}');
  expect([state.open.id, fake.requests('selection.toggle')]).toEqual([null, []]);
  await user.unhover(box());
  await user.click(screen.getByRole('searchbox'));
  await waitFor(() => expect(names()).toEqual([nth(1), nth(3)]));
});

it('stays with its organization where the order changed while the focus was elsewhere', async () => {
  const { fake, user } = await show();
  box().focus();
  await user.keyboard('{ArrowDown}{ArrowDown}');
  expect(active()).toMatch(/^Organization 0003/);
  screen.getByRole('searchbox').focus();
  const list = fake.list;
  list.upsert(row(3, 'Zoo'));
  await waitFor(() => expect(names()).not.toContain(nth(3)));
  box().focus();
  await waitFor(() => expect(active()).toMatch(/^Zoo/));
  await user.keyboard('{ArrowUp}');
  await waitFor(() => expect(active()).toMatch(/^Organization 10000/));
});

it('shows another list from its beginning', async () => {
  const { state, user } = await show();
  await scrollTo(3_000);
  await waitFor(() => expect(names()).toContain(nth(3_001)));
  await user.type(screen.getByRole('searchbox'), 'organization');
  await waitFor(() => expect(names()[0]).toBe(nth(1)));
  expect([box().scrollTop, state.organizations.length]).toEqual([0, 10_000]);
});

it('stays where it is when an option is pressed, although it had no focus before', async () => {
  const { user } = await show();
  await scrollTo(3_000);
  const option = await screen.findByRole('option', { name: new RegExp(`^${nth(3_004)}`) });
  const before = box().scrollTop;
  await user.click(option);
  await waitFor(() => expect(active()).toMatch(/^Organization 3004/));
  expect(box().scrollTop).toBe(before);
});

it('has the focus itself when an option is pressed: options come and go', async () => {
  const { user } = await show();
  await user.click(screen.getByRole('option', { name: new RegExp(`^${nth(3)}`) }));
  expect(document.activeElement).toBe(box());
  expect(active()).toMatch(/^Organization 0003/);
  await scrollTo(5_000);
  expect(document.activeElement).toBe(box());
  await fireEvent.keyDown(box(), { key: 'ArrowDown' });
  await waitFor(() => expect(active()).toMatch(/^Organization 0004/));
});
