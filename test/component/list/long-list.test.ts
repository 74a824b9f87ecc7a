/** A long list, of which only some rows are loaded and rendered: placeholders, keys, and rows that move. */
import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import { ROW_HEIGHT } from '../../../src/shared/first-paint';
import { FakeApi } from '../fake-api';
import { id, row, rows } from '../samples';
import { activeLabel, listBox, names, rowLabels, scrollTo, renderSidebar } from './render-sidebar';

const MANY_ROWS = rows(10_000);
const nth = (n: number) => `Organization ${String(n).padStart(4, '0')}`;

async function show(list = MANY_ROWS) {
  const rendered = await renderSidebar(list, new FakeApi());
  return { ...rendered, user: userEvent.setup() };
}

it('renders only a few of many rows, each with its position in the whole list', async () => {
  const { user } = await show();
  listBox().focus();
  await user.keyboard('{End}');
  await waitFor(() => expect(activeLabel()).toMatch(/^Organization 10000,/));
  const last = document.getElementById(listBox().getAttribute('aria-activedescendant')!)!;
  expect(last.getAttribute('aria-setsize')).toBe('10000');
  expect(last.getAttribute('aria-posinset')).toBe('10000');
  expect(within(listBox()).getAllByRole('option').length).toBeLessThan(100);
});

it('shows a skeleton with its position for every row that is loading', async () => {
  const { fake } = await show();
  const release = fake.hold('organizations.list');
  await scrollTo(5_000);
  const waiting = within(listBox())
    .getAllByRole('option')
    .filter((option) => option.getAttribute('aria-busy') === 'true');
  expect(waiting.length).toBeGreaterThan(10);
  expect(waiting.map((option) => option.getAttribute('aria-posinset'))).toContain('5001');
  expect(waiting.every((option) => option.getAttribute('aria-setsize') === '10000')).toBe(true);
  expect(rowLabels()).not.toContain(expect.stringMatching(/^Organization/));
  release();
  await waitFor(() => expect(names()).toContain(nth(5_001)));
  expect(listBox().querySelector('[aria-busy]')).toBeNull();
});

it('does not load the rows that are scrolled past quickly', async () => {
  const { fake } = await show();
  const release = fake.hold('organizations.list');
  const before = fake.requests('organizations.list').length;
  for (let index = 500; index <= 9_000; index += 500) await scrollTo(index);
  expect(fake.requests('organizations.list')).toHaveLength(before + 1);
  release();
  await waitFor(() => expect(names()).toContain(nth(9_001)));
  expect(fake.requests('organizations.list')).toHaveLength(before + 2);
});

it('opens the row that was active at Enter, even if it was not loaded and other keys followed', async () => {
  const { fake, state, user } = await show();
  listBox().focus();
  await waitFor(() => expect(activeLabel()).toMatch(/^Organization 0001/));
  const release = fake.hold('organizations.list');
  await user.keyboard('{End}{Enter}{Home}{ArrowDown}');
  expect(state.open.id).toBeNull();
  release();
  await waitFor(() => expect(state.open.id).toBe(id(10_000)));
  expect(state.open.name).toBe(nth(10_000));
  await waitFor(() => expect(activeLabel()).toMatch(/^Organization 0002/));
});

it('says that the active row is loading, then its name', async () => {
  const { fake, user } = await show();
  listBox().focus();
  const release = fake.hold('organizations.list');
  await user.keyboard('{End}');
  await waitFor(() => expect(activeLabel()).toBe('Loading…'));
  release();
  await waitFor(() => expect(activeLabel()).toMatch(/^Organization 10000/));
});

it('keeps the active row rendered when it is scrolled out of view', async () => {
  const { user } = await show();
  listBox().focus();
  await user.keyboard('{ArrowDown}');
  await scrollTo(6_000);
  await waitFor(() => expect(names()).toContain(nth(6_001)));
  expect(activeLabel()).toMatch(/^Organization 0002/);
  await user.keyboard('{ArrowDown}');
  await waitFor(() => expect(activeLabel()).toMatch(/^Organization 0003/));
  expect(listBox().scrollTop).toBeLessThan(ROW_HEIGHT * 3);
});

it('extends the selection over rows that were never loaded', async () => {
  const { fake, user } = await show();
  listBox().focus();
  await user.keyboard('{Shift>}{End}{/Shift}');
  await waitFor(() => expect(fake.list.selected).toHaveLength(10_000));
  expect(fake.requests('selection.extend')).toMatchObject([{ start: id(1), to: id(10_000) }]);
});

it('finds rows out of view with type-ahead, whatever is pressed in the meantime', async () => {
  const list = [row(1, 'Albrecht'), ...rows(500).slice(1), row(901, 'Zeta'), row(902, 'Zoo')];
  const { fake, user } = await show(list);
  listBox().focus();
  await waitFor(() => expect(activeLabel()).toMatch(/^Albrecht/));
  const release = fake.hold('organizations.find');
  await user.keyboard('zo{ArrowUp}');
  release();
  await waitFor(() => expect(activeLabel()).toMatch(/^Zeta/));
  expect(fake.requests('organizations.find')).toMatchObject([
    { prefix: 'z', from: 1 },
    { prefix: 'zo', from: 500 },
  ]);
});

it('starts at the open organization, wherever it is in the list', async () => {
  const { state } = await show();
  state.navigation.openOrganization(id(7_000));
  listBox().focus();
  await waitFor(() => expect(activeLabel()).toMatch(/^Organization 7000/));
});

it('keeps the visible rows in place when rows are added above them', async () => {
  const { fake } = await show();
  await scrollTo(100);
  await waitFor(() => expect(names()).toContain(nth(101)));
  const before = listBox().scrollTop;
  fake.list.upsert(row(20_001, 'Aal'), row(20_002, 'Aar'));
  await waitFor(() => expect(listBox().scrollTop).toBe(before + 2 * ROW_HEIGHT));
  expect(rowLabels()[5]).toContain(nth(101));
});

it('shows new rows at the top when scrolled to the top without pointer or focus in the list', async () => {
  const { fake } = await show();
  fake.list.upsert(row(20_001, 'Aal'));
  await waitFor(() => expect(names()[0]).toBe('Aal'));
  expect(listBox().scrollTop).toBe(0);
});

it('does not move rows under the pointer, and sorts once it has left', async () => {
  const { fake, state, user } = await show(rows(5));
  await user.hover(listBox());
  fake.list.upsert(row(1, 'Zoo'), row(9, 'Aal'));
  await waitFor(() => expect(names()[0]).toBe('Zoo'));
  expect(names()).toEqual(['Zoo', nth(2), nth(3), nth(4), nth(5)]);
  await user.click(screen.getByRole('option', { name: /^Zoo/ }));
  expect(state.open.id).toBe(id(1));
  await user.click(screen.getByRole('searchbox'));
  await waitFor(() => expect(names()).toEqual(['Aal', nth(2), nth(3), nth(4), nth(5), 'Zoo']));
});

it('keeps the place of a removed row while the pointer is in the list, but no longer opens it', async () => {
  const { fake, state, user } = await show(rows(3));
  await user.hover(listBox());
  fake.list.remove(id(2));
  const gone = await screen.findByRole('option', { name: `${nth(2)}, Removed` });
  expect(gone.getAttribute('aria-disabled')).toBe('true');
  await user.click(gone);
  await user.keyboard('{Control>}');
  await user.click(gone);
  await user.keyboard('{/Control}');
  expect([state.open.id, fake.requests('selection.toggle')]).toEqual([null, []]);
  await user.unhover(listBox());
  await user.click(screen.getByRole('searchbox'));
  await waitFor(() => expect(names()).toEqual([nth(1), nth(3)]));
});

it('keeps the same organization active when the order changes while the focus is elsewhere', async () => {
  const { fake, user } = await show();
  listBox().focus();
  await user.keyboard('{ArrowDown}{ArrowDown}');
  expect(activeLabel()).toMatch(/^Organization 0003/);
  screen.getByRole('searchbox').focus();
  const list = fake.list;
  list.upsert(row(3, 'Zoo'));
  await waitFor(() => expect(names()).not.toContain(nth(3)));
  listBox().focus();
  await waitFor(() => expect(activeLabel()).toMatch(/^Zoo/));
  await user.keyboard('{ArrowUp}');
  await waitFor(() => expect(activeLabel()).toMatch(/^Organization 10000/));
});

it('shows the results of another query from the top', async () => {
  const { state, user } = await show();
  await scrollTo(3_000);
  await waitFor(() => expect(names()).toContain(nth(3_001)));
  await user.type(screen.getByRole('searchbox'), 'organization');
  await waitFor(() => expect(names()[0]).toBe(nth(1)));
  expect([listBox().scrollTop, state.organizations.length]).toEqual([0, 10_000]);
});

it('does not scroll when an option is clicked while the list had no focus', async () => {
  const { user } = await show();
  await scrollTo(3_000);
  const option = await screen.findByRole('option', { name: new RegExp(`^${nth(3_004)}`) });
  const before = listBox().scrollTop;
  await user.click(option);
  await waitFor(() => expect(activeLabel()).toMatch(/^Organization 3004/));
  expect(listBox().scrollTop).toBe(before);
});

it('focuses the list box when an option is clicked, because options are unmounted when scrolled away', async () => {
  const { user } = await show();
  await user.click(screen.getByRole('option', { name: new RegExp(`^${nth(3)}`) }));
  expect(document.activeElement).toBe(listBox());
  expect(activeLabel()).toMatch(/^Organization 0003/);
  await scrollTo(5_000);
  expect(document.activeElement).toBe(listBox());
  await fireEvent.keyDown(listBox(), { key: 'ArrowDown' });
  await waitFor(() => expect(activeLabel()).toMatch(/^Organization 0004/));
});
