/** What the window shows at startup: the last page or the only entry, and the width of the list. */
import { render, screen } from '@testing-library/svelte';
import { expect, it } from 'vitest';
// The window imports the pages after its first paint. Imported here, they are there without a delay.
import '../../../src/renderer/screens';
import App from '../../../src/renderer/App.svelte';
import { failed, success } from '../../../src/shared/result';
import type { OrganizationRow } from '../../../src/shared/organization';
import type { LastWindow } from '../../../src/shared/window';
import { deferred, FakeApi } from '../fake-api';
import { id, row, view } from '../samples';

interface Setup extends Partial<LastWindow> {
  rows?: OrganizationRow[];
}

const TWO = [row(1, 'Albrecht'), row(2, 'Brunn')];
const NAMES = new Map([
  [id(1), 'Albrecht'],
  [id(2), 'Brunn'],
]);

function fakeMain({ rows = TWO, sidebarWidth = null, entryId = null }: Setup) {
  return new FakeApi()
    .setRows(rows)
    .answer('app', 'lastWindow', () => success({ sidebarWidth, entryId }))
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

it('opens the last page, and neither shows the hint before nor takes the focus', async () => {
  const page = deferred<ReturnType<typeof success<ReturnType<typeof view>>>>();
  const fake = fakeMain({ entryId: id(2) });
  fake.answer('organizations', 'open', () => page.promise);
  await start({}, fake);
  expect(hint()).toBeNull();
  page.resolve(success({ ...view(2, 'Brunn'), id: id(2) }));
  await heading('Brunn');
  await screen.findByRole('button', { name: 'Copy letterhead' });
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
