/** The header of the organization page, its dialogs, failed refreshes, and the preview. */
import { render, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import OrganizationPage from '../../../src/renderer/features/organization/OrganizationPage.svelte';
import { failed, success } from '../../../src/shared/result';
import { copiedTexts, textOf } from '../dom';
import { FakeApi } from '../fake-api';
import { button, choose, chooseAction, field, openPage } from './open-page';
import { ENTRY_ID, SAVED, savedCopy, SIGN_IN, view } from './samples';

const OTHER = { ...SIGN_IN, id: '00112233445566bb', label: 'Reseller' };

describe('the header', () => {
  it('shows the sign-in and the age of the copy, and copies the ID', async () => {
    const checkedAt = Date.now() - 121_000;
    const { user } = await openPage(view({ profile: { ...savedCopy(SAVED)!, checkedAt } }));
    expect(screen.getByText('Head office sign-in')).toBeTruthy();
    expect(screen.getByText('Checked 2 minutes ago')).toBeTruthy();
    const copied = copiedTexts();
    await chooseAction(user, 'Copy the ID 7f3c…91ab');
    expect(copied).toEqual([ENTRY_ID]);
    expect(screen.getByText('ID copied')).toBeTruthy();
  });

  it('says since when the entry exists, in its menu', async () => {
    const { user } = await openPage(view({ createdAt: Date.UTC(2024, 4, 3, 12) }));
    await user.click(button('More actions'));
    expect(await screen.findByText('At Cloudflare since 3 May 2024')).toBeTruthy();
  });

  it('refreshes from the button and the menu', async () => {
    const { api, user, menu } = await openPage();
    const renamed = view({ profile: savedCopy({ ...SAVED, business_name: 'Renamed' }) });
    api.answer('organizations', 'refresh', () => success(renamed));
    await chooseAction(user, 'Refresh');
    await waitFor(() => expect(field('Business name').value).toBe('Renamed'));
    await menu('refresh');
    expect(api.requests('organizations.refresh')).toHaveLength(2);
  });

  it('can be refreshed while it is being read, so that a press is not lost', async () => {
    const { api, user } = await openPage(view({ refreshing: true }));
    api.answer('organizations', 'refresh', () => success(view()));
    await chooseAction(user, 'Refresh');
    await waitFor(() => expect(api.requests('organizations.refresh')).toHaveLength(1));
  });

  it('keeps the copy readable when a refresh fails, with its age and the reason', async () => {
    const old = { ...savedCopy(SAVED)!, checkedAt: Date.now() - 3 * 86_400_000 };
    const { user } = await openPage(
      view({ profile: old, refreshFailure: { code: 'network.intercepted', status: 200 } }),
    );
    expect(screen.getByText(/Something between this computer and Cloudflare/)).toBeTruthy();
    expect(screen.getByText(/This is the copy that was read 3 days ago/)).toBeTruthy();
    expect(field('Business name').value).toBe(SAVED.business_name);
    await user.click(button('Details'));
    expect(screen.getByText('network.intercepted')).toBeTruthy();
  });

  it('leaves problems of the sign-in to the banner above the page', async () => {
    const issue = { code: 'sign-in.unknown' as const };
    await openPage(view({ signIn: { ...SIGN_IN, issue }, refreshFailure: issue }));
    const message = screen.getByText('Could not check with Cloudflare.');
    expect(message.parentElement?.textContent).toMatch(/This is the copy that was read .* ago\./);
    expect(screen.queryByText(/does not recognize this email and key/)).toBeNull();
    expect(screen.queryByRole('button', { name: 'Details' })).toBeNull();
  });

  it('does not say that the check failed below a banner that says why nothing can be stored', async () => {
    const failure = { code: 'database.busy' as const };
    const { api } = await openPage(view({ refreshFailure: failure }));
    screen.getByText('Could not check with Cloudflare.');
    api.emit('bannersChanged', [{ kind: 'database-failing', failure }]);
    await waitFor(() => expect(screen.queryByText('Could not check with Cloudflare.')).toBeNull());
    api.emit('bannersChanged', []);
    await screen.findByText('Could not check with Cloudflare.');
  });

  it('shows why an organization cannot be opened, and retries', async () => {
    const api = new FakeApi();
    const page = await openPage(view(), { api });
    page.unmount();
    api.answer('organizations', 'open', () => failed('database.busy'));
    const { state, context } = api.state();
    state.navigation.openOrganization(ENTRY_ID);
    render(OrganizationPage, { context });
    expect((await screen.findByRole('alert')).textContent).toContain('Another program is using');
    api.answer('organizations', 'open', () => success(view()));
    await page.user.click(button('Try again'));
    expect(
      await screen.findByRole('heading', { level: 1, name: 'Brightwater Clinics' }),
    ).toBeTruthy();
  });
});

describe('removing', () => {
  const removal = { waiting: false, draft: false, losses: null, lastOf: null };

  it('asks for confirmation with Cancel focused, and says what would be lost', async () => {
    const { api, user } = await openPage();
    api.answer('organizations', 'removal', () =>
      success({ ...removal, waiting: true, draft: true }),
    );
    const question = await choose(user, 'Remove organization');
    expect(await question.findByText(/A change is still waiting/)).toBeTruthy();
    expect(question.getByText(/Its draft will be lost/)).toBeTruthy();
    expect(question.queryByRole('checkbox')).toBeNull();
    expect(question.getByRole<HTMLButtonElement>('button', { name: 'Cancel' }).autofocus).toBe(
      true,
    );
    await user.click(question.getByRole('button', { name: 'Cancel' }));
    expect(api.requests('organizations.remove')).toEqual([]);
  });

  it('offers to remove the sign-in of its last organization, saves nothing afterwards, and leaves the page', async () => {
    const { api, user, state } = await openPage();
    api
      .answer('organizations', 'removal', () =>
        success({ ...removal, lastOf: { signInId: SIGN_IN.id, label: SIGN_IN.label } }),
      )
      .answer('organizations', 'remove', () => success(null));
    await user.type(field('Business phone'), '9');
    const question = await choose(user, 'Remove organization');
    await user.click(await question.findByRole('checkbox', { name: /Also remove the sign-in/ }));
    await user.click(question.getByRole('button', { name: 'Remove' }));
    await waitFor(() => expect(state.navigation.screen).toBe('none'));
    expect(api.requests('organizations.remove')).toEqual([
      { entryId: ENTRY_ID, losses: null, signInId: SIGN_IN.id },
    ]);
    const names = api.recorded.map(({ name }) => name);
    expect(names.lastIndexOf('drafts.save')).toBeLessThan(names.indexOf('organizations.remove'));
  });

  it('is not possible while typed text cannot be saved, and says what would be lost once it is', async () => {
    const { api, user, state } = await openPage();
    api
      .answer('organizations', 'removal', () => success({ ...removal, draft: true }))
      .answer('drafts', 'save', () => failed('database.full'));
    await user.type(field('Business phone'), '9');
    const question = await choose(user, 'Remove organization');
    expect(textOf(await question.findByRole('alert'))).toContain('not saved on this computer yet');
    const remove = question.getByRole<HTMLButtonElement>('button', { name: 'Remove' });
    expect(remove.disabled).toBe(true);
    expect(api.requests('organizations.removal')).toEqual([]);
    api.answer('drafts', 'save', () => success(null));
    await state.autosaves.flush();
    await waitFor(() => expect(remove.disabled).toBe(false));
    expect(question.queryByRole('alert')).toBeNull();
    expect(question.getByText(/Its draft will be lost/)).toBeTruthy();
  });

  it('says again what would be lost when it has other edits by now', async () => {
    const { api, user, state } = await openPage();
    api
      .answer('organizations', 'removal', () => success({ ...removal, draft: true, losses: 'one' }))
      .answer('organizations', 'remove', () => failed('change.outdated'));
    const question = await choose(user, 'Remove organization');
    await question.findByText(/Its draft will be lost/);
    api.answer('organizations', 'removal', () =>
      success({ ...removal, waiting: true, losses: 'two' }),
    );
    const remove = question.getByRole<HTMLButtonElement>('button', { name: 'Remove' });
    await user.click(remove);
    expect(await question.findByText(/A change is still waiting/)).toBeTruthy();
    expect((await question.findByRole('alert')).textContent).toContain('nothing was done');
    api.answer('organizations', 'remove', () => success(null));
    await waitFor(() => expect(remove.disabled).toBe(false));
    await user.click(remove);
    await waitFor(() => expect(state.navigation.screen).toBe('none'));
    const asked = api.requests('organizations.remove');
    expect(asked.map((request) => (request as { losses: unknown }).losses)).toEqual(['one', 'two']);
  });

  it('does not remove another sign-in than the one that was ticked', async () => {
    const { api, user } = await openPage();
    const lastOf = { signInId: SIGN_IN.id, label: SIGN_IN.label };
    api
      .answer('organizations', 'removal', () => success({ ...removal, lastOf }))
      .answer('organizations', 'remove', () => failed('change.outdated'));
    const question = await choose(user, 'Remove organization');
    await user.click(await question.findByRole('checkbox', { name: /Also remove the sign-in/ }));
    const other = { signInId: 'f'.repeat(16), label: 'Another sign-in' };
    api.answer('organizations', 'removal', () => success({ ...removal, lastOf: other }));
    await user.click(question.getByRole('button', { name: 'Remove' }));
    const box = await question.findByRole<HTMLInputElement>('checkbox', {
      name: /Another sign-in/,
    });
    expect(box.checked).toBe(false);
  });

  it('shows why it failed and changes nothing', async () => {
    const { api, user, state } = await openPage();
    api
      .answer('organizations', 'removal', () => success(removal))
      .answer('organizations', 'remove', () => failed('database.busy'));
    const question = await choose(user, 'Remove organization');
    const remove = question.getByRole<HTMLButtonElement>('button', { name: 'Remove' });
    await waitFor(() => expect(remove.disabled).toBe(false));
    await user.click(remove);
    expect((await question.findByRole('alert')).textContent).toContain('Another program');
    expect(state.navigation.screen).toBe('organization');
  });
});

describe('changing the sign-in', () => {
  it('offers the saved sign-ins and shows the new one', async () => {
    const { api, user } = await openPage();
    api.answer('organizations', 'changeSignIn', () => success(view({ signIn: OTHER })));
    api.emit('signInsChanged', [SIGN_IN, OTHER]);
    const dialog = await choose(user, 'Change sign-in');
    expect(dialog.getByRole<HTMLInputElement>('radio', { name: SIGN_IN.label }).checked).toBe(true);
    await user.click(dialog.getByRole('radio', { name: 'Reseller' }));
    await user.click(dialog.getByRole('button', { name: 'Use this sign-in' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(screen.getByText('Reseller')).toBeTruthy();
  });

  it('says when there is no other sign-in', async () => {
    const { user } = await openPage();
    const dialog = await choose(user, 'Change sign-in');
    expect(dialog.getByText(/There is no other sign-in/)).toBeTruthy();
  });
});

describe('the preview', () => {
  it('follows typing and shows stored JSON as lines', async () => {
    const address = JSON.stringify({ street: '12 Harbour Row', city: 'London' });
    const { user } = await openPage(
      view({ profile: savedCopy({ ...SAVED, business_address: address }) }),
    );
    const sheet = within(screen.getByText('Preview').parentElement!);
    expect(sheet.getByText('12 Harbour Row')).toBeTruthy();
    await user.type(field('Business name'), '!');
    expect(sheet.getByText(`${SAVED.business_name}!`)).toBeTruthy();
  });
});
