/** Which items of the application menu the page enables, and the keys that the page itself handles. */
import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import '../../../src/renderer/screens';
import App from '../../../src/renderer/App.svelte';
import { success } from '../../../src/shared/result';
import { Drafts, sampleBatch } from '../changes/samples';
import { FakeApi } from '../fake-api';
import { view } from '../organization/samples';
import { id, row } from '../samples';

async function show() {
  const fake = new FakeApi()
    .setRows([row(1, 'Albrecht'), row(2, 'Berger')])
    .answer('drafts', 'save', () => success(null))
    .answer('organizations', 'refresh', () => success({ ...view(), id: id(1) }))
    .answer('organizations', 'open', ({ entryId }) => success({ ...view(), id: entryId }));
  const { state, context } = fake.state();
  render(App, { context });
  await state.load();
  await screen.findByRole('option', { name: /^Albrecht/ });
  const items = () => (fake.requests('menus.setEnabled').at(-1) as { items: string[] })?.items;
  return { fake, state, items };
}

async function open(one: Awaited<ReturnType<typeof show>>): Promise<void> {
  one.state.navigation.openOrganization(id(1));
  await screen.findByRole('heading', { level: 1, name: view().name });
}

it('enables what can do something: more with an open page, and more with an edit', async () => {
  const one = await show();
  const first = ['activity', 'add', 'export', 'import', 'search', 'settings', 'support'];
  const always = [...first, 'view-table'];
  // Without a page, *Review changes* opens *Changes*.
  await waitFor(() => expect(one.items()).toEqual([...always, 'save'].sort()));
  await open(one);
  await waitFor(() =>
    expect(one.items()).toEqual([...always, 'copy-letterhead', 'refresh', 'save'].sort()),
  );
  await userEvent.type(screen.getByRole('textbox', { name: 'Business phone' }), '1');
  await waitFor(() =>
    expect(one.items()).toEqual(expect.arrayContaining(['discard', 'refresh', 'save'])),
  );
});

it('disables what leads to the page that is shown already', async () => {
  const { state, items } = await show();
  for (const page of ['add', 'settings'] as const) {
    state.navigation[page]();
    await waitFor(() => expect(items()).not.toContain(page));
    expect(items()).toContain(page === 'add' ? 'settings' : 'add');
  }
  state.navigation.back();
  await waitFor(() => expect(items()).toEqual(expect.arrayContaining(['add', 'settings'])));
});

it('opens Changes with Review changes; on a page without edits only if there are drafts elsewhere', async () => {
  const one = await show();
  one.state.navigation.settings();
  one.fake.emit('menuCommand', { command: 'save' });
  await screen.findByRole('heading', { level: 1, name: 'Changes' });
  await waitFor(() => expect(one.items()).not.toContain('save'));
  await open(one);
  await waitFor(() => expect(one.items()).toEqual(expect.arrayContaining(['refresh', 'save'])));
  one.fake.emit('menuCommand', { command: 'save' });
  await screen.findByText('Nothing to save.');
  one.fake.emit('changesChanged', { all: 1, toSave: 1, waiting: 0, decide: 0 });
  one.fake.emit('menuCommand', { command: 'save' });
  await screen.findByRole('heading', { level: 1, name: 'Changes' });
});

it('disables the refresh of an organization without a sign-in', async () => {
  const one = await show();
  one.fake.answer('organizations', 'open', () => success({ ...view(), id: id(1), signIn: null }));
  await open(one);
  await waitFor(() => expect(one.items()).toContain('copy-letterhead'));
  expect(one.items()).not.toContain('refresh');
});

it('enables only what a dialog can do while one is open', async () => {
  const one = await show();
  await open(one);
  one.fake.emit('organizationCommand', { command: 'change-sign-in', entryId: id(1) });
  await screen.findByRole('dialog');
  await waitFor(() => expect(one.items()).toEqual(['support']));
  await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
  await waitFor(() => expect(one.items()).toContain('settings'));
});

it('enables the items of Edit that do something in the focused field', async () => {
  const one = await show();
  const search = screen.getByRole<HTMLInputElement>('searchbox', { name: 'Search organizations' });
  await userEvent.type(search, 'ber');
  await waitFor(() => expect(one.items()).toEqual(expect.arrayContaining(['paste', 'select-all'])));
  expect(one.items()).not.toContain('cut');
  search.select();
  await fireEvent(document, new Event('selectionchange'));
  await waitFor(() =>
    expect(one.items()).toEqual(expect.arrayContaining(['cut', 'copy', 'delete', 'paste'])),
  );
  search.blur();
  await waitFor(() => expect(one.items()).not.toContain('paste'));
});

it('reports only changes', async () => {
  const { fake, items, state } = await show();
  state.navigation.settings();
  await screen.findByRole('heading', { level: 1, name: 'Settings' });
  const search = screen.getByRole('searchbox', { name: 'Search organizations' });
  await userEvent.type(search, 'a{Backspace}');
  await waitFor(() => expect(items()).toContain('paste'));
  // A report is due before that of the field without the focus, with nothing new in it.
  await fireEvent(window, new Event('resize'));
  search.blur();
  await waitFor(() => expect(items()).not.toContain('paste'));
  const reports = fake.requests('menus.setEnabled');
  for (const [at, report] of reports.entries()) expect(report).not.toEqual(reports[at - 1]);
});

it('refreshes the open organization with F5, and nothing else with it', async () => {
  const one = await show();
  await userEvent.keyboard('{F5}');
  await open(one);
  await userEvent.keyboard('{Control>}{F5}{/Control}');
  expect(one.fake.requests('organizations.refresh')).toEqual([]);
  await userEvent.keyboard('{F5}');
  expect(one.fake.requests('organizations.refresh')).toEqual([{ entryId: id(1) }]);
});

it('undoes an act on many organizations once for each press of Ctrl+Z, and only outside of fields', async () => {
  const { fake, state, items } = await show();
  fake.answer('drafts', 'undoBatch', () => success(null));
  new Drafts(fake, [], []);
  fake.answer('drafts', 'batches', () => success([sampleBatch()]));
  await state.changes.load();
  state.navigation.changes('to-save');
  const undo = await screen.findByRole('button', { name: 'Undo: Fill Business phone' });
  await waitFor(() => expect(undo.getAttribute('aria-keyshortcuts')).toBe('Control+Z'));
  await waitFor(() => expect(items()).toContain('undo'));
  const press = (target: Element, repeat = false) =>
    fireEvent.keyDown(target, { key: 'z', code: 'KeyZ', ctrlKey: true, repeat });
  const search = screen.getByRole('searchbox', { name: 'Search organizations' });
  search.focus();
  await waitFor(() => expect(items()).not.toContain('undo'));
  await press(search);
  undo.focus();
  await waitFor(() => expect(items()).toContain('undo'));
  await press(undo, true);
  expect(fake.requests('drafts.undoBatch')).toEqual([]);
  await press(undo);
  expect(fake.requests('drafts.undoBatch')).toEqual([{ batchId: 'batch-1' }]);
});

it('leaves Settings and Add with Escape, but not in the middle of something', async () => {
  const { state } = await show();
  const heading = { add: 'Add organizations', settings: 'Settings' } as const;
  for (const page of ['settings', 'add'] as const) {
    state.navigation[page]();
    await screen.findByRole('heading', { level: 1, name: heading[page] });
    await userEvent.keyboard('{Escape}');
    expect(state.navigation.screen).toBe('none');
  }
  state.navigation.settings();
  await screen.findByRole('heading', { level: 1, name: 'Settings' });
  // The key closes the suggestions of an input method.
  await fireEvent.keyDown(document.body, { key: 'Escape', isComposing: true });
  const search = screen.getByRole('searchbox', { name: 'Search organizations' });
  await userEvent.type(search, 'ber{Escape}');
  expect(search).toHaveProperty('value', '');
  expect(state.navigation.screen).toBe('settings');
  state.dialog.show({ kind: 'export' });
  await screen.findByRole('dialog');
  await fireEvent.keyDown(document.body, { key: 'Escape' });
  expect(state.navigation.screen).toBe('settings');
});
