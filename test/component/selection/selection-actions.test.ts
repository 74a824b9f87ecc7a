/** Refreshing, removing and changing the sign-in of selected organizations: the dialogs and what is above the page. */
import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import type {
  SelectedRefreshStatus,
  SelectedRemoval,
  SelectedSignIns,
  SignInChange,
} from '../../../src/shared/selection-actions';
import { failed, success, type Result } from '../../../src/shared/result';
import { textOf } from '../dom';
import { deferred, FakeApi } from '../fake-api';
import { entryName, id, row, signIn, view } from '../samples';
import SelectionActionsParts from './SelectionActionsParts.svelte';

const REMOVAL: SelectedRemoval = {
  removalId: 'removal-1',
  total: 5,
  names: [entryName('Albrecht'), entryName('Brunn'), entryName('Casa')],
  edited: 0,
  drafts: 0,
  waiting: 0,
  editedNames: [],
  unusedSignIns: { withoutEdited: [], withEdited: [] },
};

const REFRESH: SelectedRefreshStatus = {
  isRunning: true,
  done: 3,
  total: 10,
  read: 3,
  changed: 0,
  withoutSignIn: 0,
  isStopped: false,
  failure: null,
};

async function show(fake: FakeApi) {
  fake.setRows([row(1, 'Albrecht'), row(2, 'Brunn')]);
  const { state, context } = await fake.loadedState();
  render(SelectionActionsParts, { context });
  return { fake, state };
}

async function showRemoval(removal: Partial<SelectedRemoval> = {}) {
  const fake = new FakeApi()
    .answer('selectionActions', 'removal', () => success({ ...REMOVAL, ...removal }))
    .answer('selectionActions', 'remove', () =>
      success({ removed: 3, kept: 0, signInFailure: null }),
    )
    .answer('organizations', 'open', () => success(view(1, 'Albrecht')));
  const shown = await show(fake);
  shown.state.dialog.show({ kind: 'remove' });
  const dialog = within(await screen.findByRole('dialog', { name: 'Remove organizations' }));
  await dialog.findByText(/organizations? (is|are) selected/);
  const confirm = (name: string | RegExp) => dialog.getByRole('button', { name });
  return { ...shown, dialog, confirm };
}

it('says how many are removed, and their names, and removes only after a click', async () => {
  const { fake, dialog, confirm } = await showRemoval();
  dialog.getByText(/5 organizations are selected: Albrecht, Brunn, Casa and 2 more\./);
  expect(dialog.queryByRole('radio')).toBeNull();
  expect(dialog.queryByRole('checkbox')).toBeNull();
  expect(fake.requests('selectionActions.remove')).toEqual([]);
  await userEvent.click(confirm('Remove 5 organizations'));
  expect(fake.requests('selectionActions.remove')).toEqual([
    { removalId: 'removal-1', editedToo: false, signInsToo: false },
  ]);
  await screen.findByText('3 organizations removed.');
  expect(screen.queryByRole('dialog')).toBeNull();
  await userEvent.click(screen.getByRole('button', { name: 'Close' }));
  expect(screen.queryByText('3 organizations removed.')).toBeNull();
});

it('hides the result of an earlier refresh, which counts organizations that are gone', async () => {
  const { fake, confirm } = await showRemoval();
  fake.answer('selectionActions', 'dismissRefresh', () => success(null));
  fake.emit('selectionActionsChanged', { refresh: { ...REFRESH, isRunning: false }, work: null });
  await userEvent.click(confirm('Remove 5 organizations'));
  await screen.findByText('3 organizations removed.');
  expect(fake.requests('selectionActions.dismissRefresh')).toHaveLength(1);
});

it('keeps organizations with edits, unless the user decides to lose them', async () => {
  const { fake, dialog, confirm } = await showRemoval({
    edited: 2,
    drafts: 1,
    waiting: 2,
    editedNames: [entryName('Brunn'), entryName('Branch 3', 'Casa')],
    unusedSignIns: { withoutEdited: [], withEdited: ['Office'] },
  });
  dialog.getByText(
    /2 of them have edits that Cloudflare does not have: Brunn and Casa, through the account Branch 3\./,
  );
  dialog.getByText(/You would lose 1 draft and 2 waiting changes\.$/);
  expect(dialog.getByRole('radio', { name: 'Keep those with edits' })).toHaveProperty(
    'checked',
    true,
  );
  confirm('Remove 3 organizations');
  expect(dialog.queryByRole('checkbox')).toBeNull();
  await userEvent.click(dialog.getByRole('radio', { name: 'Remove those with edits, too' }));
  await userEvent.click(dialog.getByRole('checkbox', { name: 'Also remove the sign-in “Office”' }));
  await userEvent.click(confirm('Remove 5 organizations'));
  expect(fake.requests('selectionActions.remove')).toEqual([
    { removalId: 'removal-1', editedToo: true, signInsToo: true },
  ]);
});

it('says that the only one has edits, and names a few of many sign-ins, shortened', async () => {
  const long = 'Office '.repeat(20).trim();
  const { dialog } = await showRemoval({
    total: 1,
    names: [entryName('Brunn')],
    edited: 1,
    drafts: 1,
    editedNames: [entryName('Brunn')],
    unusedSignIns: { withoutEdited: ['A', long, 'C', 'D', 'E'], withEdited: [] },
  });
  dialog.getByText(/^It has edits that Cloudflare does not have\./);
  expect(dialog.queryByText(/of them/)).toBeNull();
  const name = `Also remove the sign-ins A, ${long.slice(0, 60)}…${long.slice(-20)}, C and 2 more`;
  dialog.getByRole('checkbox', { name });
});

it('removes nothing if all have edits and those are kept', async () => {
  const { confirm } = await showRemoval({
    edited: 5,
    drafts: 5,
    editedNames: [entryName('Albrecht')],
  });
  expect(confirm('Remove')).toHaveProperty('disabled', true);
  screen.getByText('All have edits, so nothing is removed.');
});

it('shows the progress, and counts again after a failure', async () => {
  const { fake, dialog, confirm } = await showRemoval();
  const answer = deferred<Result<never>>();
  fake.answer('selectionActions', 'remove', () => answer.promise);
  await userEvent.click(confirm('Remove 5 organizations'));
  fake.emit('selectionActionsChanged', { refresh: null, work: { done: 2, total: 5 } });
  const bar = await dialog.findByRole('progressbar', { name: 'Removing organizations' });
  expect(bar.getAttribute('aria-valuetext')).toBe('2 of 5');
  await userEvent.keyboard('{Escape}');
  screen.getByRole('dialog');
  answer.resolve(failed('database.full'));
  const alert = await dialog.findByRole('alert');
  expect(fake.requests('selectionActions.removal')).toHaveLength(2);
  expect(confirm('Remove 5 organizations').getAttribute('aria-busy')).toBeNull();
  expect(textOf(alert)).toContain('The disk is full');
});

it('closes the open page if its organization was removed, and says what was kept', async () => {
  const { fake, state, confirm } = await showRemoval();
  await state.open.open(id(1));
  state.navigation.openOrganization(id(1), 'Albrecht');
  fake.answer('selectionActions', 'remove', () => {
    fake.list.remove(id(1));
    return success({ removed: 4, kept: 1, signInFailure: { code: 'keychain.locked' } });
  });
  await userEvent.click(confirm('Remove 5 organizations'));
  await screen.findByText('4 organizations removed.');
  expect(state.open.id).toBeNull();
  screen.getByText(/1 was kept because of its edits\..*A sign-in could not be removed\./s);
});

async function showSignIns() {
  const fake = new FakeApi()
    .answer('signIns', 'list', () =>
      success([
        signIn(1, 'Office', { id: 'a'.repeat(16) }),
        signIn(2, 'Head office', { id: 'b'.repeat(16) }),
        signIn(3, 'Token', { id: 'c'.repeat(16), kind: 'token', email: '' }),
      ]),
    )
    .answer('selectionActions', 'countSignIns', () =>
      success([
        { signInId: 'a'.repeat(16), kind: 'organization', count: 3, first: entryName('Albrecht') },
        { signInId: null, kind: 'organization', count: 1, first: entryName('Brunn') },
        { signInId: 'b'.repeat(16), kind: 'organization', count: 2, first: entryName('Casa') },
        { signInId: 'c'.repeat(16), kind: 'account', count: 4, first: entryName('Delmar') },
      ]),
    )
    .answer('selectionActions', 'changeSignIn', () => success({ changed: 4, stopped: null }));
  const shown = await show(fake);
  shown.state.dialog.show({ kind: 'change-sign-ins' });
  const dialog = within(await screen.findByRole('dialog', { name: 'Change sign-in' }));
  await dialog.findByText('Choose the sign-in for 10 selected organizations and accounts.');
  return { ...shown, dialog };
}

it('says for how many a sign-in can be changed, and changes it', async () => {
  const { fake, dialog } = await showSignIns();
  expect(dialog.getByRole('button', { name: 'Change' })).toHaveProperty('disabled', true);
  await userEvent.click(dialog.getByRole('radio', { name: 'Head office' }));
  dialog.getByText(/4 will use it\..*2 already use it\..*4 are accounts and keep/s);
  dialog.getByText(/First, Letterhead reads Albrecht with it/);
  await userEvent.click(dialog.getByRole('button', { name: 'Change for 4 organizations' }));
  expect(fake.requests('selectionActions.changeSignIn')).toEqual([{ signInId: 'b'.repeat(16) }]);
  await screen.findByText('4 organizations now use Head office.');
  expect(screen.queryByRole('dialog')).toBeNull();
});

it('has nothing to change for a sign-in that all use, and names what cannot be read', async () => {
  const { fake, dialog } = await showSignIns();
  await userEvent.click(dialog.getByRole('radio', { name: 'Token' }));
  dialog.getByText(
    /Every selected account that it can open already uses it\..*6 are organizations and keep/s,
  );
  expect(dialog.getByRole('button', { name: 'Change' })).toHaveProperty('disabled', true);
  fake.answer('selectionActions', 'changeSignIn', () =>
    success({
      changed: 0,
      stopped: {
        at: 'reading',
        ...entryName('Brunn'),
        failure: { code: 'organization.forbidden' },
      },
    }),
  );
  await userEvent.click(dialog.getByRole('radio', { name: 'Office' }));
  await userEvent.click(dialog.getByRole('button', { name: 'Change for 3 organizations' }));
  const alert = await dialog.findByRole('alert');
  expect(textOf(alert)).toContain('Nothing was changed: the sign-in could not read Brunn.');
});

it('says how many have the sign-in if it stops midway, and counts again', async () => {
  const { fake, state, dialog } = await showSignIns();
  const answer = deferred<Result<SignInChange>>();
  fake.answer('selectionActions', 'changeSignIn', () => answer.promise);
  await userEvent.click(dialog.getByRole('radio', { name: 'Head office' }));
  await userEvent.click(dialog.getByRole('button', { name: 'Change for 4 organizations' }));
  for (const radio of dialog.getAllByRole('radio')) expect(radio).toHaveProperty('disabled', true);
  expect(dialog.getByRole('button', { name: 'Cancel' })).toHaveProperty('disabled', true);
  dialog.getByText('Checking with Cloudflare…');
  // The sign-in disappears meanwhile.
  fake.emit('signInsChanged', [signIn(1, 'Office', { id: 'a'.repeat(16) })]);
  await waitFor(() => expect(state.signIns.find('b'.repeat(16))).toBeUndefined());
  fake.answer('selectionActions', 'countSignIns', () =>
    success([{ signInId: null, kind: 'organization', count: 1, first: entryName('Brunn') }]),
  );
  answer.resolve(
    success({ changed: 3, stopped: { at: 'changing', failure: { code: 'sign-in.not-found' } } }),
  );
  const alert = await dialog.findByRole('alert');
  expect(textOf(alert)).toContain('Only 3 organizations now use Head office.');
  expect(textOf(alert)).not.toContain('Nothing was changed');
  await dialog.findByText('Choose the sign-in for 1 selected organization.');
  expect(dialog.getByRole('radio', { name: 'Office' })).toHaveProperty('disabled', false);
});

it('shows what failed only once it can be tried again', async () => {
  const { fake, dialog } = await showSignIns();
  fake.answer('selectionActions', 'changeSignIn', () => failed('database.full'));
  await userEvent.click(dialog.getByRole('radio', { name: 'Office' }));
  const count = deferred<Result<SelectedSignIns>>();
  fake.answer('selectionActions', 'countSignIns', () => count.promise);
  const confirm = dialog.getByRole('button', { name: 'Change for 3 organizations' });
  await userEvent.click(confirm);
  await waitFor(() => expect(fake.requests('selectionActions.countSignIns')).toHaveLength(2));
  expect(dialog.queryByRole('alert')).toBeNull();
  count.resolve(failed('database.full'));
  await dialog.findByRole('alert');
  expect(confirm.getAttribute('aria-busy')).toBeNull();
});

it('lets the failure speak for itself if nothing was read', async () => {
  const { fake, dialog } = await showSignIns();
  fake.answer('selectionActions', 'changeSignIn', () => failed('database.full'));
  await userEvent.click(dialog.getByRole('radio', { name: 'Office' }));
  await userEvent.click(dialog.getByRole('button', { name: 'Change for 3 organizations' }));
  const alert = await dialog.findByRole('alert');
  expect(textOf(alert)).toContain('The disk is full, so this could not be saved.');
  expect(textOf(alert)).not.toContain('could not read');
});

it('speaks of accounts if only those are selected', async () => {
  const fake = new FakeApi()
    .answer('signIns', 'list', () =>
      success([signIn(3, 'Token', { id: 'c'.repeat(16), kind: 'token', email: '' })]),
    )
    .answer('selectionActions', 'countSignIns', () =>
      success([{ signInId: null, kind: 'account', count: 4, first: entryName('Delmar') }]),
    )
    .answer('selectionActions', 'changeSignIn', () => success({ changed: 4, stopped: null }));
  const { state } = await show(fake);
  state.dialog.show({ kind: 'change-sign-ins' });
  const dialog = within(await screen.findByRole('dialog', { name: 'Change sign-in' }));
  await dialog.findByText('Choose the sign-in for 4 selected accounts.');
  await userEvent.click(dialog.getByRole('radio', { name: 'Token' }));
  await userEvent.click(dialog.getByRole('button', { name: 'Change for 4 accounts' }));
  await screen.findByText('4 accounts now use Token.');
});

it('shows the progress of a refresh, stops it, and shows its result', async () => {
  const fake = new FakeApi()
    .answer('selectionActions', 'get', () => success({ refresh: REFRESH, work: null }))
    .answer('selectionActions', 'stopRefresh', () => success(null))
    .answer('selectionActions', 'retryRefresh', () => success(null))
    .answer('selectionActions', 'dismissRefresh', () => success(null));
  await show(fake);
  const name = 'Refreshing the selected organizations';
  const bar = await screen.findByRole('progressbar', { name });
  expect(bar.getAttribute('aria-valuetext')).toBe('3 of 10');
  const stop = screen.getByRole('button', { name: 'Stop' });
  await userEvent.click(stop);
  expect(fake.requests('selectionActions.stopRefresh')).toHaveLength(1);
  const ended = { ...REFRESH, isRunning: false, isStopped: true, changed: 2 };
  fake.emit('selectionActionsChanged', { refresh: ended, work: null });
  const region = within(screen.getByRole('region', { name }));
  await region.findByText(/3 of 10 organizations refreshed\. 2 had changed at Cloudflare\./);
  await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('region', { name })));
  await userEvent.click(region.getByRole('button', { name: 'Try again' }));
  expect(fake.requests('selectionActions.retryRefresh')).toHaveLength(1);
  fake.emit('selectionActionsChanged', {
    refresh: { ...ended, read: 10, done: 10, changed: 0, isStopped: false },
    work: null,
  });
  await region.findByText(/10 organizations refreshed\. None had changed at Cloudflare\./);
  expect(region.queryByRole('button', { name: 'Try again' })).toBeNull();
  await userEvent.click(region.getByRole('button', { name: 'Close' }));
  expect(fake.requests('selectionActions.dismissRefresh')).toHaveLength(1);
});

it('says how many have no sign-in, and does not offer to try those again', async () => {
  const ended = { ...REFRESH, isRunning: false, read: 8, withoutSignIn: 2 };
  await show(
    new FakeApi().answer('selectionActions', 'get', () => success({ refresh: ended, work: null })),
  );
  const region = within(await screen.findByRole('region'));
  region.getByText(/8 of 10 organizations refreshed\. .* 2 have no sign-in, so they cannot be/);
  expect(region.queryByRole('button', { name: 'Try again' })).toBeNull();
});

it('says why a refresh could not read all', async () => {
  const failure = { code: 'network.unreachable' } as const;
  const ended = { ...REFRESH, isRunning: false, read: 0, failure };
  await show(
    new FakeApi().answer('selectionActions', 'get', () => success({ refresh: ended, work: null })),
  );
  const region = within(await screen.findByRole('region'));
  region.getByText(/0 of 10 organizations refreshed\. Cloudflare cannot be reached/);
});
