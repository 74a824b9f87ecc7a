/** What the window shows at startup: the last page or the only entry, the width of the list, and earlier drafts. */
import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
// The window imports the pages after its first paint. Imported here, they are there without a delay.
import '../../../src/renderer/screens';
import App from '../../../src/renderer/App.svelte';
import { failed, success } from '../../../src/shared/outcome';
import type { OrganizationRow } from '../../../src/shared/organization';
import type { DraftsAtStart } from '../../../src/shared/drafts-at-start';
import type { LastWindow } from '../../../src/shared/window';
import { deferred, FakeApi } from '../fake-api';
import { id, row, view } from '../samples';

interface Setup extends Partial<LastWindow> {
  rows?: OrganizationRow[];
  drafts?: DraftsAtStart;
}

const TWO = [row(1, 'Albrecht'), row(2, 'Brunn')];
const NAMES = new Map([
  [id(1), 'Albrecht'],
  [id(2), 'Brunn'],
]);
const NO_DRAFTS: DraftsAtStart = { count: 0, first: null };

function fakeMain({ rows = TWO, sidebarWidth = null, entryId = null, drafts }: Setup) {
  return new FakeApi()
    .setRows(rows)
    .answer('app', 'lastWindow', () => success({ sidebarWidth, entryId }))
    .answer('app', 'draftsAtStart', () => success(drafts ?? NO_DRAFTS))
    .answer('organizations', 'open', ({ entryId: asked }) => {
      const name = NAMES.get(asked);
      return name
        ? success({ ...view(1, name), id: asked })
        : failed('organization.not-saved-here');
    });
}

/** Starts the window as main.ts does: loads, then shows it. */
async function start(setup: Setup, fake = fakeMain(setup)) {
  const { state, context } = fake.state();
  await state.load();
  render(App, { context });
  return { fake, state };
}

const heading = (name: string) => screen.findByRole('heading', { level: 1, name });
const hint = () => screen.queryByRole('heading', { name: 'Choose an organization' });
const list = () => screen.getByRole('listbox', { name: 'Organizations' });
const message = () => screen.queryByRole('region', { name: 'Unsent changes from last time' });

it('opens the last page, and neither shows the hint before nor takes the focus', async () => {
  const page = deferred<ReturnType<typeof success<ReturnType<typeof view>>>>();
  const fake = fakeMain({ entryId: id(2) });
  fake.answer('organizations', 'open', () => page.promise);
  await start({}, fake);
  expect(hint()).toBeNull();
  page.resolve(success({ ...view(2, 'Brunn'), id: id(2) }));
  await heading('Brunn');
  await screen.findByRole('button', { name: 'Refresh' });
  expect(fake.requests('organizations.open')).toEqual([{ entryId: id(2) }]);
  expect(document.activeElement).toBe(document.body);
});

it('opens the only entry, also if another page was open last', async () => {
  await start({ rows: [row(1, 'Albrecht')], entryId: id(9) });
  await heading('Albrecht');
});

it.each([
  ['no page was open', null],
  ['the last one is gone', id(9)],
])('shows the hint if %s', async (_, entryId) => {
  const { state } = await start({ entryId });
  await heading('Choose an organization');
  expect(state.navigation.screen).toBe('none');
  expect(screen.queryByText(/not saved/)).toBeNull();
});

it('shows why the last page cannot be opened, if it is there', async () => {
  const fake = fakeMain({ entryId: id(2) });
  fake.answer('organizations', 'open', () => failed('database.busy'));
  await start({}, fake);
  await screen.findByText(/Another program/);
});

it('shows what a notification asks for instead of the last page', async () => {
  const fake = fakeMain({ entryId: id(2) });
  const release = fake.hold('app.lastWindow');
  const { state, context } = fake.state();
  const loaded = state.load();
  fake.emit('showRequested', { entryId: id(1) });
  release();
  await loaded;
  render(App, { context });
  await heading('Albrecht');
  expect(fake.requests('organizations.open')).toEqual([{ entryId: id(1) }]);
});

it('starts with the remembered width of the list, or with the usual one', async () => {
  await start({ sidebarWidth: 300 });
  const frame = document.querySelector<HTMLElement>('.window')!;
  expect(frame.style.getPropertyValue('--chosen-width')).toBe('300px');
  expect(frame.className).toContain('resized');
});

it('names drafts of earlier sessions, and shows them in the list', async () => {
  const rows = [row(1, 'Albrecht', { draftFields: 1, state: 'draft' }), ...TWO.slice(1)];
  const { fake } = await start({
    rows,
    drafts: { count: 2, first: { id: id(1), name: 'Albrecht' } },
  });
  await screen.findByText('2 organizations have unsent changes.');
  // The person deals with one of them: the other one is named.
  fake.answer('app', 'draftsAtStart', () =>
    success({ count: 1, first: { id: id(2), name: 'Brunn' } }),
  );
  fake.list.upsert(rows[1]!);
  await screen.findByText('Brunn has unsent changes.');
  fake.answer('app', 'draftsAtStart', () =>
    success({ count: 3, first: { id: id(2), name: 'Brunn' } }),
  );
  fake.list.upsert(rows[1]!);
  await screen.findByText('3 organizations have unsent changes.');
  await userEvent.click(within(message()!).getByRole('button', { name: 'Review' }));
  await waitFor(() =>
    expect(screen.getByRole<HTMLInputElement>('radio', { name: 'Drafts' }).checked).toBe(true),
  );
  await waitFor(() => expect(within(list()).getAllByRole('option')).toHaveLength(1));
  expect(document.activeElement).toBe(list());
  expect(message()).toBeNull();
  // Once reviewed, the message stays away.
  fake.list.upsert(rows[1]!);
  await waitFor(() => expect(within(list()).getAllByRole('option')).toHaveLength(1));
  expect(message()).toBeNull();
});

it('opens the only draft of an earlier session, and moves the focus to its heading', async () => {
  await start({
    entryId: id(1),
    drafts: { count: 1, first: { id: id(2), name: 'Brunn' } },
  });
  await heading('Albrecht');
  await screen.findByText('Brunn has unsent changes.');
  await userEvent.click(screen.getByRole('button', { name: 'Review' }));
  await waitFor(async () => expect(document.activeElement).toBe(await heading('Brunn')));
  expect(message()).toBeNull();
});

it('does not name the only draft if its page opens anyway, not even once it is left', async () => {
  const { state } = await start({
    entryId: id(2),
    drafts: { count: 1, first: { id: id(2), name: 'Brunn' } },
  });
  await heading('Brunn');
  await waitFor(() => expect(state.draftsAtStart.value.count).toBe(0));
  state.navigation.openOrganization(id(1), 'Albrecht');
  await heading('Albrecht');
  expect(message()).toBeNull();
});

it('is dismissed, and names no draft of this session', async () => {
  const { fake } = await start({ drafts: { count: 2, first: { id: id(1), name: 'Albrecht' } } });
  await screen.findByText('2 organizations have unsent changes.');
  // An answer that arrives after the click brings nothing back.
  const release = fake.hold('app.draftsAtStart');
  fake.list.upsert(TWO[0]!);
  await userEvent.click(screen.getByRole('button', { name: 'Dismiss' }));
  release();
  await waitFor(() => expect(message()).toBeNull());
  const asked = fake.requests('app.draftsAtStart').length;
  fake.list.upsert(TWO[0]!);
  await waitFor(() => expect(fake.requests('organizations.list').length).toBeGreaterThan(1));
  expect(fake.requests('app.draftsAtStart')).toHaveLength(asked);
  expect(message()).toBeNull();
});
