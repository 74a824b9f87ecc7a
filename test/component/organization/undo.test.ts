/** *Undo this save*, and the menu command Undo after it, after *Restore* and after *Discard changes*. */
import { screen, waitFor } from '@testing-library/svelte';
import { tick } from 'svelte';
import { describe, expect, it } from 'vitest';
import type { OrganizationView } from '../../../src/shared/organization';
import { success, type Result } from '../../../src/shared/result';
import type { Edits } from '../../../src/shared/profile';
import { deferred, FakeApi } from '../fake-api';
import { button, field, openPage, status } from './open-page';
import { change, draft, NOW, ENTRY_ID, SAVED, SIGN_IN, view } from './samples';

const BEFORE = { business_phone: '+44 20 7946 0001', business_address: '1 Old Row\r\nLondon' };

/** A page that says that a save was confirmed, which replaced these texts. */
const confirmed = (replaced: Edits = BEFORE, different: Partial<OrganizationView> = {}) =>
  view({ confirmed: { at: NOW, alsoUpdated: [], replaced, messages: [] }, ...different });

const undo = () => screen.queryByRole<HTMLButtonElement>('button', { name: 'Undo this save' });

describe('undoing a save', () => {
  it('puts the texts before it into the form, saves them as a draft, and sends nothing', async () => {
    const { api, user, receive } = await openPage(confirmed());
    await user.click(undo()!);
    await waitFor(() =>
      expect(api.requests('drafts.save')).toEqual([
        {
          entryId: ENTRY_ID,
          edits: {
            business_phone: { base: SAVED.business_phone, text: BEFORE.business_phone },
            business_address: { base: SAVED.business_address, text: BEFORE.business_address },
          },
          number: 1,
        },
      ]),
    );
    expect(api.requests('changes.submit')).toEqual([]);
    expect(field('Business phone').value).toBe(BEFORE.business_phone);
    await waitFor(() => expect(document.activeElement).toBe(field('Business phone')));
    expect(undo()).toBeNull();
    await receive(view({ draft: draft(BEFORE), editNumber: 1 }));
    expect(status()).toContain('Nothing is sent until you review and save it.');
    expect(status()).not.toContain('Saved and confirmed');
    expect(screen.getByText('2 fields edited, saved on this computer')).toBeTruthy();
    expect(button('Review changes').disabled).toBe(false);
    await user.type(field('Business name'), '!');
    expect(status()).toBe('');
  });

  it('shows the profile first if it is pressed in the history', async () => {
    const api = new FakeApi();
    api.answer('history', 'list', () => success({ revisions: [], more: false }));
    const { user } = await openPage(confirmed(), { api });
    await user.click(screen.getByRole('tab', { name: 'History' }));
    await user.click(undo()!);
    await waitFor(() => expect(document.activeElement).toBe(field('Business phone')));
    expect(screen.getByRole('tab', { name: 'Profile' }).getAttribute('aria-selected')).toBe('true');
  });

  it.each([
    ['nothing was replaced', confirmed({})],
    ['a newer change is waiting', confirmed(BEFORE, { change: change({ business_name: 'B' }) })],
    [
      'a saved field was edited since',
      confirmed(BEFORE, { draft: draft({ business_phone: '9' }) }),
    ],
    ['the sign-in only reads', confirmed(BEFORE, { signIn: { ...SIGN_IN, readOnly: 'chosen' } })],
    ['nothing was saved', view()],
  ])('is not offered if %s', async (_, opened) => {
    await openPage(opened);
    expect(undo()).toBeNull();
  });

  it('leaves typed text of other fields as it is', async () => {
    const typed = { business_name: 'Typed during the save' };
    const { user } = await openPage(confirmed(BEFORE, { draft: draft(typed) }));
    await user.click(undo()!);
    await waitFor(() => expect(field('Business phone').value).toBe(BEFORE.business_phone));
    expect(field('Business name').value).toBe(typed.business_name);
  });

  it('is undone by the menu command, and edits of other fields stay', async () => {
    const typed = { business_name: 'Typed during the save' };
    const { user, menu, state } = await openPage(confirmed(BEFORE, { draft: draft(typed) }));
    await user.click(undo()!);
    await waitFor(() => expect(field('Business phone').value).toBe(BEFORE.business_phone));
    await menu('undo');
    expect(field('Business phone').value).toBe(SAVED.business_phone);
    expect(field('Business name').value).toBe(typed.business_name);
    expect(state.commands.can('undo')).toBe(false);
    expect(undo()).toBeTruthy();
  });

  it('is not undone over a text that was typed in the table since', async () => {
    const page = confirmed();
    const { user, menu, state } = await openPage(page);
    await user.click(undo()!);
    await waitFor(() => expect(field('Business phone').value).toBe(BEFORE.business_phone));
    expect(state.commands.can('undo')).toBe(true);
    // As the table does: the page is not told.
    state.autosaves.of(page).type('business_name', 'Typed in the table');
    expect(state.commands.can('undo')).toBe(false);
    await menu('undo');
    expect(field('Business name').value).toBe('Typed in the table');
    expect(field('Business phone').value).toBe(BEFORE.business_phone);
  });

  it('is offered again when the page is opened again', async () => {
    const { state, unmount } = await openPage(confirmed());
    state.navigation.settings();
    unmount();
    await openPage(confirmed());
    expect(undo()).toBeTruthy();
  });
});

describe('Undo after Discard changes', () => {
  async function openAndDiscard() {
    const page = await openPage();
    page.api.answer('drafts', 'discard', () => success(view()));
    await page.user.type(field('Business phone'), '9');
    await page.user.click(button('Discard changes'));
    await waitFor(() => expect(document.activeElement).toBe(button('Bring them back')));
    return page;
  }
  const typed = `${SAVED.business_phone}9`;

  it('brings the edits back', async () => {
    const { menu, state } = await openAndDiscard();
    expect(state.commands.can('undo')).toBe(true);
    await menu('undo');
    expect(field('Business phone').value).toBe(typed);
    expect(state.commands.can('undo')).toBe(false);
    await menu('undo');
    expect(field('Business phone').value).toBe(typed);
  });

  it('takes no focus from a field that is typed into meanwhile', async () => {
    const { api, user } = await openPage();
    api.answer('drafts', 'discard', () => success(view()));
    await user.type(field('Business phone'), '9');
    const release = api.hold('drafts.discard');
    await user.click(button('Discard changes'));
    field('Business email').focus();
    release();
    await screen.findByRole('button', { name: 'Bring them back' });
    await tick();
    expect(document.activeElement).toBe(field('Business email'));
  });

  it('is all that the bar offers', async () => {
    await openAndDiscard();
    expect(screen.queryByRole('button', { name: 'Discard changes' })).toBeNull();
    expect(screen.queryByRole('button', { name: 'Review changes' })).toBeNull();
  });

  it('brings the edits back while a field has the focus that Discard replaced', async () => {
    const { menu } = await openAndDiscard();
    field('Business phone').focus();
    await menu('undo');
    expect(field('Business phone').value).toBe(typed);
  });

  it('brings the edits back after the page was left', async () => {
    const { api, state, unmount, menu, window } = await openAndDiscard();
    state.navigation.settings();
    unmount();
    await openPage(view(), { api, before: window });
    await menu('undo');
    expect(field('Business phone').value).toBe(typed);
  });

  it('brings nothing back over a text that was typed in the table since', async () => {
    const { menu, state } = await openAndDiscard();
    state.autosaves.of(view()).type('business_phone', '42');
    await menu('undo');
    expect(field('Business phone').value).toBe('42');
  });

  it('brings nothing back after the next edit', async () => {
    const { menu, user, state } = await openAndDiscard();
    await user.type(field('Business name'), '!');
    expect(state.commands.can('undo')).toBe(false);
    await menu('undo');
    expect(field('Business phone').value).toBe(SAVED.business_phone);
  });

  it('brings nothing back over text that was typed before the edits were discarded', async () => {
    const { api, user, state, menu } = await openPage();
    const answer = deferred<Result<OrganizationView>>();
    api.answer('drafts', 'discard', () => answer.promise);
    await user.type(field('Business phone'), '9');
    await user.click(button('Discard changes'));
    await waitFor(() => expect(api.requests('drafts.discard')).toHaveLength(1));
    await user.type(field('Business phone'), '7');
    answer.resolve(success(view()));
    // Wait for everything that follows from the answer.
    await new Promise((resolve) => setTimeout(resolve));
    expect(state.commands.can('undo')).toBe(false);
    await menu('undo');
    expect(field('Business phone').value).toBe(`${SAVED.business_phone}7`);
  });

  it.each(['body', '.page'])(
    'leaves Undo to another field in %s with typing to undo',
    async (container) => {
      const { state } = await openAndDiscard();
      const search = document
        .querySelector(container)!
        .appendChild(document.createElement('input'));
      search.focus();
      expect(state.commands.isOfPage('undo')).toBe(true);
      const isTypedInto = { queryCommandEnabled: () => true };
      Object.assign(document, isTypedInto);
      expect(state.commands.isOfPage('undo')).toBe(false);
      field('Business phone').focus();
      expect(state.commands.isOfPage('undo')).toBe(true);
      Reflect.deleteProperty(document, 'queryCommandEnabled');
      search.remove();
    },
  );
});
