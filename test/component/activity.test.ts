/** The page *Activity*: rows, texts on demand, filters, more pages, what is newer, and the export. */
import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import ActivityScreen from '../../src/renderer/features/activity/ActivityScreen.svelte';
import type { ActivityPlace, ActivityQuery, ActivityRow } from '../../src/shared/activity';
import { success } from '../../src/shared/result';
import { FakeApi } from './fake-api';
import { id, row } from './samples';

const NOW = Date.now();
const saved: ActivityRow = {
  id: 3,
  at: NOW,
  entryId: id(1),
  name: 'Albrecht',
  organizationName: null,
  kind: 'saved',
  fields: ['business_phone'],
  isFirst: false,
  author: null,
  saveStartedAt: NOW,
};
const observed: ActivityRow = {
  ...saved,
  ...{ id: 2, entryId: id(2), name: 'שלום', kind: 'observed', saveStartedAt: null },
  author: { who: 'erika@brightwater.example', via: 'dashboard', at: NOW },
};

async function open(pages: ActivityRow[][] = [[saved, observed]]) {
  const fake = new FakeApi().setRows([row(1, 'Albrecht'), row(2, 'שלום')]);
  fake.answer('activity', 'list', ({ before }) => {
    const at = before === null ? 0 : pages.findIndex((page) => page.at(-1)?.id === before.id) + 1;
    return success({ rows: pages[at] ?? [], more: at + 1 < pages.length });
  });
  fake.answer('activity', 'texts', ({ revisionId }) =>
    success({
      ...{ id: revisionId, at: NOW, kind: 'saved', author: null, saveStartedAt: null, texts: {} },
      differences: [{ field: 'business_phone', before: '+49 1', after: '+49 2' }],
    }),
  );
  fake.answer('activity', 'export', () => success({ exportId: 'export-1', format: 'csv' }));
  const { state, context } = await fake.loadedState();
  state.navigation.activity();
  render(ActivityScreen, { context });
  await screen.findByRole('heading', { level: 1, name: 'Activity' });
  return { fake, state };
}
const items = () =>
  within(screen.getByRole('list', { name: 'What happened' })).getAllByRole('listitem');
type Request = { query: ActivityQuery; before: ActivityPlace | null };
const requests = (fake: FakeApi) => fake.requests('activity.list') as Request[];
const queries = (fake: FakeApi) => requests(fake).map(({ query }) => query);

it('says when, which organization, what, which fields and by whom, and shows texts on demand', async () => {
  const { state } = await open();
  await screen.findByRole('list', { name: 'What happened' });
  const [first, second] = items();
  expect(first!.textContent).toMatch(
    /Albrecht\s+Saved\s+Business phone\s·\sby you, in Letterhead\s·\sin the save of/,
  );
  expect(second!.textContent).toMatch(
    /Changed at Cloudflare\s+Business phone\s·\sby ⁨erika@brightwater/,
  );
  expect(within(second!).getByText('שלום').tagName).toBe('BDI');
  const fold = within(first!).getByRole('button', { name: 'Before and after' });
  await userEvent.click(fold);
  expect(fold.getAttribute('aria-expanded')).toBe('true');
  await within(first!).findByText('Before');
  expect(first!.textContent).toContain('+49');
  await userEvent.click(within(second!).getByRole('button', { name: 'שלום' }));
  expect(state.navigation.screen).toBe('organization');
});

it('filters by period, kind and organization, and says when nothing is left', async () => {
  const { fake } = await open();
  await screen.findByRole('list', { name: 'What happened' });
  await userEvent.selectOptions(screen.getByRole('combobox', { name: 'Kind' }), 'Discarded');
  await userEvent.selectOptions(screen.getByRole('combobox', { name: 'Period' }), 'Last 7 days');
  await waitFor(() => expect(queries(fake).at(-1)?.since).not.toBeNull());
  expect(queries(fake).at(-1)?.since).toBeGreaterThan(NOW - 8 * 86_400_000);
  expect(queries(fake).at(-1)?.kind).toBe('discarded');
  await userEvent.click(
    within(items()[1]!).getByRole('button', { name: 'Only this organization' }),
  );
  await waitFor(() => expect(queries(fake).at(-1)?.entryId).toBe(id(2)));
  fake.answer('activity', 'list', () => success({ rows: [], more: false }));
  await userEvent.click(screen.getByRole('button', { name: 'שלום: show all organizations' }));
  await screen.findByText('Nothing of this kind happened in this period.');
  expect(queries(fake).at(-1)?.entryId).toBeNull();
});

it('loads older pages by their place, and shows what is newer only when asked', async () => {
  const { fake } = await open([[saved], [observed]]);
  await waitFor(() => expect(items()).toHaveLength(2));
  expect(requests(fake).at(-1)?.before).toEqual({ at: NOW, id: 3 });
  const count = fake.requests('activity.list').length;
  expect(screen.queryByRole('button', { name: 'Show newer' })).toBeNull();
  const newer = { ...saved, id: 4, name: 'Newer' };
  fake.answer('activity', 'list', () => success({ rows: [newer, saved], more: false }));
  fake.list.notifyChanged();
  await userEvent.click(await screen.findByRole('button', { name: 'Show newer' }));
  await waitFor(() => expect(items()[0]!.textContent).toContain('Newer'));
  expect(requests(fake)[count]?.before).toBeNull();
});

it('offers nothing newer after a change that is no activity', async () => {
  const { fake } = await open();
  await screen.findByRole('list', { name: 'What happened' });
  const count = fake.requests('activity.list').length;
  fake.list.notifyChanged();
  await waitFor(() => expect(fake.requests('activity.list')).toHaveLength(count + 1));
  await new Promise((resolve) => setImmediate(resolve));
  expect(screen.queryByRole('button', { name: 'Show newer' })).toBeNull();
});

it('says that the organization of a row was removed meanwhile', async () => {
  const { fake } = await open();
  await screen.findByRole('list', { name: 'What happened' });
  fake.answer('activity', 'texts', () => success(null));
  await userEvent.click(within(items()[0]!).getByRole('button', { name: 'Before and after' }));
  await within(items()[0]!).findByRole('alert');
});

it('says that nothing has happened yet, and exports what is shown', async () => {
  const { fake } = await open([[]]);
  await screen.findByText(/^Nothing has happened yet\./);
  const button = screen.getByRole<HTMLButtonElement>('button', { name: 'Export…' });
  expect(button.disabled).toBe(true);
  fake.answer('activity', 'list', () => success({ rows: [saved], more: false }));
  fake.list.notifyChanged();
  await userEvent.click(await screen.findByRole('button', { name: 'Show newer' }));
  await waitFor(() => expect(button.disabled).toBe(false));
  await userEvent.click(button);
  expect(fake.requests('activity.export')).toEqual([
    { query: { kind: null, since: null, entryId: null }, format: 'xlsx' },
  ]);
  await screen.findByRole('button', { name: 'Open file' });
});

it('suggests the format of the last export, and remembers the one of the chosen file', async () => {
  const { fake, state } = await open();
  const button = screen.getByRole<HTMLButtonElement>('button', { name: 'Export…' });
  await waitFor(() => expect(button.disabled).toBe(false));
  const formats = () =>
    fake.requests('activity.export').map((one) => (one as { format: string }).format);
  await userEvent.click(button);
  await waitFor(() => expect(state.csv.format).toBe('csv'));
  fake.answer('activity', 'export', () => success({ exportId: null, format: 'xlsx' }));
  await userEvent.click(button);
  await waitFor(() => expect(formats()).toEqual(['xlsx', 'csv']));
  // No file was chosen.
  await waitFor(() => expect(button.disabled).toBe(false));
  expect(state.csv.format).toBe('csv');
  state.csv.rememberFormat('xlsx');
  await userEvent.click(button);
  await waitFor(() => expect(formats()).toEqual(['xlsx', 'csv', 'xlsx']));
});
