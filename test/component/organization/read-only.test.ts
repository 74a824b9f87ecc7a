/** The organization page while its sign-in only reads. */
import { screen } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { OrganizationView } from '../../../src/shared/organization';
import type { SignIn } from '../../../src/shared/sign-in';
import { success } from '../../../src/shared/result';
import { button, choose, field, openMetadata, openPage, status } from './open-page';
import { change, draft, SAVED, SIGN_IN, view } from './samples';

const EDIT = { business_phone: '+44 20 7946 0999' };
const TOKEN: SignIn = { ...SIGN_IN, kind: 'token', email: '' };
const readOnlyView = (
  readOnly: SignIn['readOnly'],
  more: Partial<OrganizationView> = {},
): OrganizationView => view({ kind: 'account', signIn: { ...TOKEN, readOnly }, ...more });
const kept = (readOnly: SignIn['readOnly']) =>
  readOnlyView(readOnly, {
    change: change(EDIT, { state: 'paused', failure: { code: 'sign-in.read-only' } }),
  });

it('has no edit bar, and fields that can only be read', async () => {
  const { user, state } = await openPage(readOnlyView('chosen'));
  screen.getByText('Read-only: texts cannot be changed here.');
  expect(screen.queryByRole('button', { name: 'Review changes' })).toBeNull();
  const phone = field('Business phone');
  expect(phone.readOnly).toBe(true);
  expect(phone.disabled).toBe(false);
  await user.click(button('Show sign-in'));
  expect(state.navigation.screen).toBe('settings');
  expect(state.navigation.targetSignIn).toBe(TOKEN.id);
});

it('keeps the edits that were typed before until they are discarded, and does not send them', async () => {
  const { api, menu, user, state } = await openPage(readOnlyView('chosen', { draft: draft(EDIT) }));
  screen.getByText(/Your draft stays saved on this computer\./);
  expect(field('Business phone').value).toBe(EDIT.business_phone);
  await menu('save');
  expect(screen.queryByRole('dialog')).toBeNull();
  api.answer('drafts', 'discard', () => success(readOnlyView('chosen')));
  await user.click(button('Discard changes'));
  expect(field('Business phone').value).toBe(SAVED.business_phone);
  // Nothing new can be typed, so nothing is brought back either.
  expect(state.commands.can('undo')).toBe(false);
});

it('can be edited again as soon as the sign-in may write', async () => {
  const { receive } = await openPage(readOnlyView('refused'));
  screen.getByText('Read-only: the API token cannot change profiles.');
  await receive(readOnlyView(null));
  expect(field('Business phone').readOnly).toBe(false);
  expect(screen.queryByText('Read-only: the API token cannot change profiles.')).toBeNull();
});

it('offers no entries to change', async () => {
  const { user } = await openPage(readOnlyView('chosen'));
  await openMetadata(user);
  expect(screen.queryByRole('button', { name: /^Add/ })).toBeNull();
  expect(screen.getByRole<HTMLInputElement>('textbox', { name: /^crm/i }).readOnly).toBe(true);
  expect(screen.queryByRole('button', { name: /^Edit as text/ })).toBeNull();
  expect(screen.queryByText(/Edit it as text/)).toBeNull();
  await user.click(button('Show as text, External metadata'));
  expect(screen.queryByRole('button', { name: /^Edit entry by entry/ })).toBeNull();
  await user.click(button('Show entry by entry, External metadata'));
});

describe('a change that is kept', () => {
  it('says that the token probably lacks the permission, with what helps', async () => {
    const { api, user } = await openPage(kept('refused'));
    expect(status()).toContain('probably lacks the permission Account Settings: Edit');
    expect(status()).toContain('Your change is kept.');
    expect(screen.queryByText(/^Read-only:/)).toBeNull();
    expect(screen.queryByRole('button', { name: 'Show sign-in' })).toBeNull();
    api.answer('changes', 'retry', () => success(null));
    await user.click(button('Try again now'));
    expect(api.requests('changes.retry')).toHaveLength(1);
    await user.click(button('Replace token'));
    screen.getByRole('dialog', { name: 'Replace token' });
  });

  it('is not tried again while the person wants to only read', async () => {
    await openPage(kept('chosen'));
    expect(status()).toContain('read-only. Your change is kept, and sent once you allow changes');
    expect(screen.queryByRole('button', { name: 'Try again now' })).toBeNull();
    expect(screen.queryByRole('button', { name: 'Replace token' })).toBeNull();
    button('Show sign-in');
  });
});

it('offers an account only sign-ins with a token', async () => {
  const { api, user } = await openPage(view({ kind: 'account', signIn: TOKEN }));
  const other = { ...TOKEN, id: '00112233445566bb', label: 'Other token' };
  const key = { ...SIGN_IN, id: '00112233445566cc', label: 'A key' };
  api.emit('signInsChanged', [TOKEN, other, key]);
  const dialog = await choose(user, 'Change sign-in');
  expect(dialog.getAllByRole('radio')).toHaveLength(2);
  expect(dialog.queryByRole('radio', { name: 'A key' })).toBeNull();
  await user.click(dialog.getByRole('button', { name: 'Cancel' }));
  api.emit('signInsChanged', [TOKEN, key]);
  const again = await choose(user, 'Change sign-in');
  await screen.findByText(/There is no other sign-in with an API token/);
  expect(again.getAllByRole('radio')).toHaveLength(1);
});
