/** Parents in the list: groups with headings, the filter by parent, and accounts. */
import { screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import { headingLabel, rowGroups } from '../../../src/renderer/features/list/list-groups';
import { detailOf, matchInDetail, matchText } from '../../../src/renderer/features/list/list-text';
import { ROW_HEIGHT } from '../../../src/shared/first-paint';
import type { OrganizationRow } from '../../../src/shared/organization';
import { FakeApi } from '../fake-api';
import { id, row, rows } from '../samples';
import { activeLabel, listBox, names, renderSidebar, scrollTo } from './render-sidebar';

const [HOLDING, NORTH] = [
  { id: id(1), name: 'Zeta Holding' },
  { id: id(2), name: 'North' },
];
const LIST = [
  row(1, 'Zeta Holding'),
  row(2, 'North'),
  row(3, 'Aachen'),
  row(4, 'Bonn', { draftFields: 1 }),
  row(5, 'Celle'),
  row(6, 'Dresden'),
];

/** Zeta Holding has Celle and North below it, North has Aachen and Bonn, and Dresden has no parent. */
async function show(list: readonly OrganizationRow[] = LIST) {
  const fake = new FakeApi();
  fake.list.parents.set(id(2), HOLDING).set(id(5), HOLDING).set(id(3), NORTH).set(id(4), NORTH);
  return { ...(await renderSidebar(list, fake)), user: userEvent.setup() };
}

const groupBy = () => screen.getByRole<HTMLSelectElement>('combobox', { name: 'Group by' });
const parentFilter = () => screen.getByRole<HTMLSelectElement>('combobox', { name: 'Parent' });
const groups = () =>
  within(listBox())
    .queryAllByRole('group')
    .map((group) => [
      group.getAttribute('aria-label'),
      ...within(group)
        .getAllByRole('option')
        .map((option) => option.getAttribute('aria-label')?.split(',')[0]),
    ]);

const GROUPED = [
  ['Zeta Holding › North', 'North', 'Aachen', 'Bonn'],
  ['Zeta Holding', 'Zeta Holding', 'Celle'],
  ['Without a parent', 'Dresden'],
];

async function showGrouped(list = LIST) {
  const shown = await show(list);
  await shown.user.selectOptions(groupBy(), 'Parent');
  await waitFor(() => expect(groups()).not.toEqual([]));
  return shown;
}

it('groups by parent: groups by name, each with its head first, entries without a parent last', async () => {
  const { user } = await showGrouped();
  expect(groups()).toEqual(GROUPED);
  await user.selectOptions(groupBy(), 'Not grouped');
  await waitFor(() => expect(groups()).toEqual([]));
  expect(names()).toEqual(['Aachen', 'Bonn', 'Celle', 'Dresden', 'North', 'Zeta Holding']);
});

it('shows the name, what it is part of and the number of entries in a heading that is no option', async () => {
  await showGrouped();
  const headings = [...listBox().querySelectorAll('.heading')];
  expect(headings.map((heading) => heading.textContent.replace(/\s+/g, ' ').trim())).toEqual([
    'North Part of Zeta Holding 3',
    'Zeta Holding 2',
    'Without a parent 1',
  ]);
  expect(headings.every((heading) => heading.getAttribute('aria-hidden') === 'true')).toBe(true);
  const options = within(listBox()).getAllByRole('option');
  expect(options.map((option) => option.getAttribute('aria-posinset'))).toEqual([
    ...['1', '2', '3', '4', '5', '6'],
  ]);
  expect(options[0]?.getAttribute('aria-setsize')).toBe('6');
});

it('moves over headings with the arrow keys', async () => {
  const { user } = await showGrouped();
  listBox().focus();
  const walked: (string | undefined)[] = [];
  for (let step = 0; step < 6; step += 1) {
    await waitFor(() => expect(activeLabel()).toBeTruthy());
    walked.push(activeLabel()?.split(',')[0]);
    await user.keyboard('{ArrowDown}');
  }
  expect(walked).toEqual(['North', 'Aachen', 'Bonn', 'Zeta Holding', 'Celle', 'Dresden']);
});

it('shows search results without groups, the best match first', async () => {
  const { user } = await showGrouped();
  await user.type(screen.getByRole('searchbox'), 'e');
  await waitFor(() => expect(groups()).toEqual([]));
  await user.clear(screen.getByRole('searchbox'));
  await waitFor(() => expect(groups()).toEqual(GROUPED));
});

it('keeps the heading of a group whose first rows are scrolled away, and mounts few rows', async () => {
  const many = rows(3_000).map((one) => ({ ...one, id: id(Number.parseInt(one.id, 16) + 100) }));
  const fake = new FakeApi();
  for (const { id: each } of many.slice(0, 2_000)) fake.list.parents.set(each, HOLDING);
  const { state } = await renderSidebar([row(1, 'Zeta Holding'), ...many], fake);
  await userEvent.selectOptions(groupBy(), 'Parent');
  await waitFor(() => expect(groups()[0]?.[0]).toBe('Zeta Holding'));
  await scrollTo(1_000);
  await waitFor(() => expect(groups()).toHaveLength(1));
  expect(groups()[0]?.length).toBeLessThan(100);
  expect(groups()[0]?.[0]).toBe('Zeta Holding');
  expect(listBox().querySelector('.heading')).toBeNull();
  const list = listBox().querySelector<HTMLElement>('.rows');
  expect(list?.style.height).toBe(`${3_001 * ROW_HEIGHT + 2 * 30 + 2 * 3}px`);
  expect(state.organizations.shown?.groups).toEqual([0, 2_001]);
});

it('keeps rows in their groups while the pointer is in the list, and groups again once it has left', async () => {
  const { fake, user } = await showGrouped();
  await user.hover(listBox());
  fake.list.parents.set(id(6), NORTH);
  fake.list.upsert(row(6, 'Dresden Neu'));
  await waitFor(() => expect(names()).toContain('Dresden Neu'));
  expect(groups().at(-1)).toEqual(['Without a parent', 'Dresden Neu']);
  await user.unhover(listBox());
  await user.click(screen.getByRole('searchbox'));
  await waitFor(() =>
    expect(groups()[0]).toEqual(['Zeta Holding › North', 'North', 'Aachen', 'Bonn', 'Dresden Neu']),
  );
});

it('keeps the first visible row where it is when a group is added above it', async () => {
  const { fake } = await showGrouped([...LIST, ...rows(300).slice(10)]);
  await scrollTo(100);
  const before = listBox().scrollTop;
  await waitFor(() => expect(names()).toContain('Organization 0105'));
  fake.list.parents.set(id(7), { id: id(500), name: 'Another Holding' });
  fake.list.upsert(row(7, 'Aalen'));
  await waitFor(() => expect(listBox().scrollTop).toBe(before + ROW_HEIGHT + 30));
});

it('filters by parent: the organization and those directly below it', async () => {
  const { user, state } = await show();
  await waitFor(() => expect(parentFilter().options).toHaveLength(3));
  expect([...parentFilter().options].map(({ text }) => text)).toEqual([
    'All parents',
    'North',
    'Zeta Holding',
  ]);
  await user.selectOptions(parentFilter(), 'Zeta Holding');
  await waitFor(() => expect(names()).toEqual(['Celle', 'North', 'Zeta Holding']));
  expect(state.organizations.query.parent).toBe(HOLDING.id);
  await user.click(screen.getByRole('radio', { name: 'Changes' }));
  await screen.findByText('Nothing under “Changes, Zeta Holding”.');
  await user.click(screen.getByRole('button', { name: 'Show all organizations' }));
  await waitFor(() => expect(names()).toHaveLength(6));
  expect(parentFilter().value).toBe('');
});

it('says of a parent what is above it only where its name does not identify it', async () => {
  const { fake } = await show();
  fake.list.parents.set(id(6), { id: id(77), name: 'North' });
  fake.list.upsert(row(6, 'Dresden'));
  await waitFor(() => expect(parentFilter().options).toHaveLength(4));
  expect([...parentFilter().options].map(({ text }) => text)).toEqual([
    'All parents',
    'Zeta Holding › North',
    'North',
    'Zeta Holding',
  ]);
});

it('says that there are more parents than it offers', async () => {
  const fake = new FakeApi();
  fake.list.hasMoreParents = true;
  fake.list.parents.set(id(3), NORTH);
  await renderSidebar(LIST, fake);
  const more = await screen.findByRole<HTMLOptionElement>('option', { name: /first 1,000/ });
  expect(more.disabled).toBe(true);
});

it('resets the filter when its parent is gone', async () => {
  const { fake, state, user } = await show();
  await waitFor(() => expect(parentFilter().options).toHaveLength(3));
  await user.selectOptions(parentFilter(), 'North');
  await waitFor(() => expect(names()).toEqual(['Aachen', 'Bonn', 'North']));
  fake.list.parents.delete(id(3));
  fake.list.parents.delete(id(4));
  fake.list.notifyChanged();
  await waitFor(() => expect(names()).toHaveLength(6));
  expect(state.organizations.query.parent).toBeNull();
});

it('offers neither grouping nor filter in a list without parents', async () => {
  await renderSidebar(LIST, new FakeApi());
  expect(screen.queryByRole('combobox', { name: 'Group by' })).toBeNull();
  expect(screen.queryByRole('combobox', { name: 'Parent' })).toBeNull();
  expect(screen.getByRole('combobox', { name: 'Sort by' })).toBeTruthy();
});

it('says which entries are accounts after their name, unless all are', async () => {
  const accounts = [row(1, 'Aachen', { kind: 'account' }), row(2, 'Bonn')];
  const { fake } = await renderSidebar(accounts, new FakeApi());
  const labels = () =>
    within(listBox())
      .getAllByRole('option')
      .map((option) => option.getAttribute('aria-label')?.split(', ').slice(0, 2));
  expect(labels()).toEqual([
    ['Aachen', 'Account'],
    ['Bonn', 'office2@example.com'],
  ]);
  expect(listBox().querySelectorAll('.kind')).toHaveLength(1);
  fake.list.upsert(row(2, 'Bonn', { kind: 'account' }));
  await waitFor(() => expect(listBox().querySelectorAll('.kind')).toHaveLength(0));
  expect(labels()[0]).toEqual(['Aachen', 'office1@example.com']);
});

it('marks the name of the parent within its sentence', () => {
  const match = {
    field: 'parent' as const,
    text: 'North Holding',
    marks: [[0, 5] as [number, number]],
  };
  const found = { ...row(1, 'Aachen'), match };
  expect(matchInDetail(found)).toEqual({ text: 'Part of North Holding', marks: [[8, 13]] });
  expect(matchText(found)).toBe('Part of North Holding');
  expect(detailOf(found)).toBe('office1@example.com');
});

it('divides rendered rows into groups, also a row that is far away', () => {
  expect(rowGroups([0, 1, 2, 9], [0, 2, 5], 12)).toEqual([
    { number: 0, start: 0, count: 2, indexes: [0, 1] },
    { number: 1, start: 2, count: 3, indexes: [2] },
    { number: 2, start: 5, count: 7, indexes: [9] },
  ]);
  expect(rowGroups([3, 4], [], 12)).toEqual([{ number: -1, start: 0, count: 12, indexes: [3, 4] }]);
  expect(headingLabel({ above: ['A', 'B'], name: 'C' })).toBe('A › B › C');
});
