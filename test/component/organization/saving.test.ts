/** Reviewing and saving a change, and the actions in every state it can reach. */
import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { timeOfDay } from '../../../src/renderer/ui/time';
import { failed, success, type Result } from '../../../src/shared/result';
import type { OrganizationView, PendingChange } from '../../../src/shared/organization';
import type { Edits } from '../../../src/shared/profile';
import { deferred } from '../fake-api';
import { ONLINE } from '../../scripted/idle-main';
import { button, chooseAction, field, openPage, status } from './open-page';
import { change, draft, NOW, ENTRY_ID, patch, SAVED, savedCopy, view } from './samples';

const EDIT = { business_email: 'reception@brightwater.example' };
const draftView = (edits: Edits = EDIT) => view({ draft: draft(edits) });
const sides = (group: HTMLElement) =>
  within(group)
    .getAllByRole('definition')
    .map((side) => side.textContent?.trim());

describe('the review', () => {
  it('shows each changed field before and after, with empty texts and line breaks made visible', async () => {
    const { user } = await openPage(
      draftView({ ...EDIT, external_metadata: '', business_address: '12 Harbour Row\nLeeds' }),
    );
    await user.click(button('Review changes'));
    const review = within(screen.getByRole('dialog', { name: 'Review changes' }));
    expect(review.getAllByRole('group')).toHaveLength(3);
    expect(sides(review.getByRole('group', { name: 'Business email' }))).toEqual([
      SAVED.business_email,
      EDIT.business_email,
    ]);
    expect(sides(review.getByRole('group', { name: 'External metadata' }))[1]).toBe('empty');
    expect(sides(review.getByRole('group', { name: 'Business address' }))[1]).toBe(
      '12 Harbour Row↵Leeds',
    );
    const marked = review.getByRole('group', { name: 'Business email' }).querySelectorAll('ins');
    expect([...marked].map((mark) => mark.textContent)).toEqual([EDIT.business_email]);
  });

  it('opens from the menu, and says when offline that the change will be sent later', async () => {
    const { menu, user } = await openPage(draftView(), {
      connection: { ...ONLINE, state: 'offline' },
    });
    await menu('save');
    const review = within(screen.getByRole('dialog'));
    expect(review.getByText(/sent when Cloudflare answers again/)).toBeTruthy();
    await user.click(review.getByRole('button', { name: 'Back to editing' }));
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(field('Business email').value).toBe(EDIT.business_email);
  });

  it('leads to the drafts of all organizations, if others have drafts, too', async () => {
    const { api, user, state } = await openPage(draftView());
    api.emit('changesChanged', { all: 1, toSave: 1, waiting: 0, decide: 0 });
    await user.click(button('Review changes'));
    expect(screen.queryByRole('button', { name: /^Review all/ })).toBeNull();
    api.emit('changesChanged', { all: 26, toSave: 26, waiting: 0, decide: 0 });
    await user.click(await screen.findByRole('button', { name: 'Review all 26' }));
    expect(screen.queryByRole('dialog')).toBeNull();
    expect([state.navigation.screen, state.navigation.changesTab]).toEqual(['changes', 'to-save']);
  });

  it('can be opened and submitted during a refresh', async () => {
    const { api, user } = await openPage(draftView());
    api.answer('organizations', 'refresh', () => deferred<Result<OrganizationView>>().promise);
    api.answer('changes', 'submit', () => success(view({ change: change(EDIT) })));
    await chooseAction(user, 'Refresh');
    await user.click(button('Review changes'));
    await user.click(button('Save changes'));
    expect(api.requests('changes.submit')).toHaveLength(1);
    await waitFor(() => expect(status()).toContain('Waiting to send'));
  });

  it('does not open without a change', async () => {
    const { menu } = await openPage();
    await menu('save');
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(screen.queryByRole('button', { name: 'Review changes' })).toBeNull();
  });
});

describe('saving', () => {
  it('keeps a newer page that overtakes the answer', async () => {
    const { api, user, receive } = await openPage(draftView());
    const answer = deferred<Result<OrganizationView>>();
    api.answer('changes', 'submit', () => answer.promise);
    await user.click(button('Review changes'));
    await user.click(button('Save changes'));
    const organizationPage = (viewNumber: number, different: Partial<PendingChange>) =>
      view({ viewNumber, editNumber: 1, change: change(EDIT, different) });
    await receive(organizationPage(2, { state: 'paused', failure: { code: 'sign-in.unknown' } }));
    answer.resolve(success(organizationPage(1, { state: 'queued', failure: null })));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(status()).toContain('Waiting to send');
    expect(field('Business email').value).toBe(EDIT.business_email);
    expect(screen.queryByRole('button', { name: 'Review changes' })).toBeNull();
  });

  it('submits the edits once, shows Saving…, then what Cloudflare confirmed', async () => {
    const { api, user, receive } = await openPage(draftView());
    const answer = deferred<Result<OrganizationView>>();
    api.answer('changes', 'submit', () => answer.promise);
    expect(screen.getAllByRole('status', { hidden: true })).toHaveLength(1);
    expect(status()).toBe('');
    await user.click(button('Review changes'));
    await user.click(button('Save changes'));
    await user.click(button('Save changes'));
    answer.resolve(success(view({ change: change(EDIT, { state: 'queued', failure: null }) })));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(api.requests('changes.submit')).toEqual([
      {
        entryId: ENTRY_ID,
        edits: patch(EDIT),
        number: 1,
      },
    ]);
    expect(status()).toBe('Saving…');
    expect(screen.queryByRole('button', { name: 'Review changes' })).toBeNull();
    expect(document.activeElement).toBe(screen.getByRole('heading', { level: 1 }));
    await receive(
      view({
        profile: savedCopy({ ...SAVED, ...EDIT }),
        confirmed: {
          at: NOW,
          alsoUpdated: ['business_phone'],
          replaced: {},
          messages: [{ code: 7, message: 'Updated.', field: null, link: null }],
        },
      }),
    );
    expect(status()).toBe(
      'Saved and confirmed by Cloudflare Also updated at Cloudflare: Business phone',
    );
    await user.click(button('Details'));
    expect(screen.getByText('Updated.')).toBeTruthy();
    expect(screen.getAllByRole('status')).toHaveLength(1);
  });

  it('waits for a running autosave, and saves no draft afterwards', async () => {
    const { api, user } = await openPage();
    const save = deferred<Result<null>>();
    api.answer('drafts', 'save', () => save.promise);
    api.answer('changes', 'submit', () =>
      success(view({ change: change({ business_phone: '+1' }, { state: 'queued' }) })),
    );
    await user.clear(field('Business phone'));
    await user.type(field('Business phone'), '+1');
    await user.click(button('Review changes'));
    await user.click(button('Save changes'));
    expect(api.requests('changes.submit')).toEqual([]);
    save.resolve(success(null));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(api.recorded.at(-1)?.name).toBe('changes.submit');
  });

  it('says that nothing is left to save when its only change arrives from Cloudflare', async () => {
    const { api, user, receive } = await openPage(draftView());
    await user.click(button('Review changes'));
    await receive(view({ profile: savedCopy({ ...SAVED, ...EDIT }) }));
    const review = within(screen.getByRole('dialog'));
    expect(
      review.getByText('There is nothing left to save: the profile already has these texts.'),
    ).toBeTruthy();
    expect(review.queryByText(/0 fields/)).toBeNull();
    // It keeps its place, so that a press meant for it does not hit the other button.
    expect(review.getByRole('button', { name: 'Save changes' })).toHaveProperty('disabled', true);
    const back = review.getByRole('button', { name: 'Back to editing' });
    await waitFor(() => expect(document.activeElement).toBe(back));
    await user.click(back);
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(api.requests('changes.submit')).toEqual([]);
  });

  it('shows in the dialog why it failed, and saves the text as a draft', async () => {
    const { api, user } = await openPage(draftView());
    api.answer('changes', 'submit', () => failed('database.full'));
    await user.click(button('Review changes'));
    await user.click(button('Save changes'));
    const review = within(screen.getByRole('dialog'));
    expect((await review.findByRole('alert')).textContent).toContain('The disk is full');
    await waitFor(() =>
      expect(api.requests('drafts.save').at(-1)).toMatchObject({ edits: patch(EDIT) }),
    );
    await user.click(review.getByRole('button', { name: 'Back to editing' }));
    expect(field('Business email').value).toBe(EDIT.business_email);
  });
});

describe('a change that is not confirmed', () => {
  it('shows why it waits, since when, and the next try', async () => {
    const now = Date.now();
    const { api, user } = await openPage(
      view({ change: change(EDIT, { submittedAt: now - 601_000, nextTryAt: now + 50_000 }) }),
    );
    api.answer('changes', 'retry', () => success(null));
    expect(status()).toMatch(
      /^Waiting to send Cloudflare cannot be reached.*will try again automatically/,
    );
    expect(
      screen.getByText(`Your save: 10 minutes ago · next try at ${timeOfDay(now + 50_000)}`),
    ).toBeTruthy();
    const breakerUntil = now + 180_000;
    api.emit('connectionChanged', { ...ONLINE, breakerUntil });
    await screen.findByText(`Your save: 10 minutes ago · next try at ${timeOfDay(breakerUntil)}`);
    await user.click(button('Try again now'));
    expect(api.requests('changes.retry')).toEqual([
      { entryId: ENTRY_ID, version: 1, remote: null },
    ]);
  });

  it('says the time until which Cloudflare asked to wait once', async () => {
    const retryAt = Date.now() + 300_000;
    const failure = { code: 'cloudflare.rate-limited', retryAt } as const;
    const waiting = change(EDIT, { failure, nextTryAt: retryAt });
    const { receive } = await openPage(view({ change: waiting }));
    expect(status()).toContain('Letterhead continues at');
    expect(screen.queryByText(/next try/)).toBeNull();
    await receive(view({ change: { ...waiting, nextTryAt: retryAt + 600_000 } }));
    expect(screen.getByText(/next try at/)).toBeTruthy();
  });

  it('keeps its status and actions while it is retried', async () => {
    const waiting = view({ change: change(EDIT) });
    const { receive } = await openPage(waiting);
    const before = status();
    await receive(view({ change: change(EDIT, { step: 'reading' }) }));
    await screen.findByText(/· trying now…$/);
    expect(status()).toBe(before);
    expect(button('Discard waiting change')).toBeTruthy();
  });

  it('is discarded only after a confirmation whose default keeps it', async () => {
    const { api, user } = await openPage(view({ change: change(EDIT) }));
    api.answer('changes', 'discard', () => success(view()));
    await user.click(button('Discard waiting change'));
    expect(screen.getByText(/Your text stays in History, where you can restore it/)).toBeTruthy();
    // Only the attribute can be tested here; the browser focuses the element.
    expect(button('Keep it').autofocus).toBe(true);
    await user.click(button('Keep it'));
    expect(api.requests('changes.discard')).toEqual([]);
    await user.click(button('Discard waiting change'));
    await user.click(button('Discard it'));
    await waitFor(() => expect(status()).toMatch(/^Discarded\. The text is in History/));
    expect(field('Business email').value).toBe(SAVED.business_email);
  });

  it('is discarded without later edits, as the confirmation says', async () => {
    const { user } = await openPage(view({ change: change(EDIT) }));
    await user.click(button('Discard waiting change'));
    expect(screen.getByText(/the form will show Cloudflare’s text again/)).toBeTruthy();
    await user.click(button('Keep it'));
    await user.type(field('Business phone'), '9');
    await user.click(button('Discard waiting change'));
    const question = within(screen.getByRole('dialog'));
    expect(question.getByText(/what you have typed since then stays in the form/)).toBeTruthy();
    expect(question.queryByText(/show Cloudflare’s text again/)).toBeNull();
  });

  it('cannot be discarded any more once it is confirmed, which the open question says', async () => {
    const { receive, user } = await openPage(view({ change: change(EDIT) }));
    await user.click(button('Discard waiting change'));
    const question = within(screen.getByRole('dialog'));
    await receive(view({ confirmed: { at: NOW, alsoUpdated: [], replaced: {}, messages: [] } }));
    expect((await question.findByRole('alert')).textContent).toContain('nothing left to discard');
    expect(question.getByRole('button', { name: 'Discard it' })).toHaveProperty('disabled', true);
    await user.click(question.getByRole('button', { name: 'Keep it' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    await waitFor(() =>
      expect(document.activeElement).toBe(screen.getByRole('heading', { level: 1 })),
    );
  });

  it('offers to replace a key that does not work, and says nothing of where to find one', async () => {
    const { user } = await openPage(
      view({ change: change(EDIT, { state: 'paused', failure: { code: 'sign-in.unknown' } }) }),
    );
    expect(status()).toBe('Waiting to send Cloudflare does not recognize this email and key.');
    await user.click(button('Replace key'));
    screen.getByRole('dialog', { name: 'Replace key' });
  });

  it('says what is wrong with its sign-in', async () => {
    await openPage(
      view({ change: change(EDIT, { state: 'paused', failure: { code: 'keychain.locked' } }) }),
    );
    expect(status()).toBe(
      'Waiting to send This computer’s keychain is locked. Unlock it with its password, then try again.',
    );
  });

  it('shows an error from Cloudflare next to its field, and the rest in Details', async () => {
    const link = 'https://developers.cloudflare.com/api/';
    const errors = [
      {
        code: 1,
        message: 'business_email must be an address',
        field: 'business_email' as const,
        link,
      },
      { code: 2, message: 'general', field: null, link: null },
    ];
    const { api, user } = await openPage(
      view({
        change: change(EDIT, {
          state: 'refused',
          failure: { code: 'profile.refused', status: 400, ray: 'ray1', errors },
        }),
      }),
    );
    api.answer('app', 'openLink', () => success(null));
    expect(status()).toBe('Not saved Cloudflare says: “Business email must be an address”');
    await user.click(button('Discard refused change'));
    screen.getByText(/^Cloudflare refused this change\. If you discard it/);
    await user.click(button('Keep it'));
    const control = field('Business email');
    expect(control.getAttribute('aria-invalid')).toBe('true');
    await user.click(button('Edit Business email'));
    expect(document.activeElement).toBe(control);
    const description = document.getElementById(
      control.getAttribute('aria-describedby')?.split(' ')[0] ?? '',
    );
    expect(description?.textContent).toContain(
      'Cloudflare says: “Business email must be an address”',
    );
    await user.click(button('Details'));
    for (const text of ['profile.refused', '400', 'ray1', 'general']) {
      expect(screen.getByText(text)).toBeTruthy();
    }
    await user.click(button('Learn more'));
    expect(api.requests('app.openLink')).toEqual([{ url: link }]);
    // The same text would be refused again.
    expect(screen.queryByRole('button', { name: 'Try again now' })).toBeNull();
    await user.click(button('Edit Business email'));
    expect(document.activeElement).toBe(control);
    await user.type(control, 'x');
    expect(control.getAttribute('aria-invalid')).toBeNull();
  });

  it('says that it has changed since it was shown, and sends nothing', async () => {
    const remote = { ...SAVED, business_email: 'RECEPTION@brightwater.example' };
    const { api, user } = await openPage(
      view({ change: change(EDIT, { state: 'differs', remote, failure: null }) }),
    );
    api.answer('changes', 'acceptAsStored', () => failed('change.outdated'));
    await user.click(button('Accept as stored'));
    expect((await screen.findByRole('alert')).textContent).toContain(
      'This has changed since you last looked, so nothing was done.',
    );
    expect(button('Accept as stored')).toBeTruthy();
  });

  it('is discarded only after later edits are saved', async () => {
    const { api, user } = await openPage(view({ change: change(EDIT) }));
    api.answer('drafts', 'save', () => failed('database.full'));
    await user.type(field('Business phone'), '9');
    await user.click(button('Discard waiting change'));
    await user.click(button('Discard it'));
    const dialog = within(screen.getByRole('dialog'));
    expect((await dialog.findByRole('alert')).textContent).toContain('The disk is full');
    expect(api.requests('changes.discard')).toEqual([]);
  });

  it('shows both texts of a field that was stored differently, and can be accepted', async () => {
    const theirs = { ...SAVED, business_email: 'RECEPTION@brightwater.example' };
    const { api, user } = await openPage(
      view({
        change: change(EDIT, {
          state: 'differs',
          remote: theirs,
          failure: { code: 'profile.stored-differently' },
        }),
      }),
    );
    api.answer('changes', 'acceptAsStored', () => success(view({ profile: savedCopy(theirs) })));
    expect(status()).toContain('Cloudflare stored something else');
    expect(sides(screen.getByRole('group', { name: 'Business email' }))).toEqual([
      EDIT.business_email,
      theirs.business_email,
    ]);
    // Nothing waits that could be discarded: accepting keeps the text in the history.
    expect(screen.queryByRole('button', { name: 'Try again now' })).toBeNull();
    await user.click(button('Edit Business email'));
    expect(document.activeElement).toBe(field('Business email'));
    await user.click(screen.getByRole('tab', { name: 'History' }));
    await user.click(await screen.findByRole('button', { name: 'Show the difference' }));
    expect(document.activeElement).toBe(screen.getByRole('heading', { level: 1 }));
    expect(screen.queryByRole('button', { name: 'Discard waiting change' })).toBeNull();
    await user.click(button('Accept as stored'));
    expect(api.requests('changes.acceptAsStored')).toEqual([
      { entryId: ENTRY_ID, version: 1, remote: theirs },
    ]);
    await waitFor(() => expect(field('Business email').value).toBe(theirs.business_email));
    expect(screen.queryByRole('button', { name: 'Accept as stored' })).toBeNull();
    expect(status()).toMatch(/^Accepted as Cloudflare stored it\. .* is in History/);
  });

  it('offers to discard fields that were not sent with the one that was stored differently', async () => {
    const patch = { ...EDIT, business_phone: '+44 waits' };
    const theirs = { ...SAVED, business_email: 'RECEPTION@brightwater.example' };
    const conflicts = ['business_email' as const];
    const differs = { state: 'differs' as const, remote: theirs, conflicts };
    await openPage(view({ change: change(patch, differs) }));
    expect(button('Accept as stored')).toBeTruthy();
    expect(button('Discard waiting change')).toBeTruthy();
  });

  it('offers no discarding once one of two fields that were sent is as it was sent', async () => {
    const patch = { ...EDIT, business_phone: '+44 sent' };
    const theirs = {
      ...SAVED,
      business_email: 'RECEPTION@brightwater.example',
      business_phone: '+44 sent',
    };
    await openPage(
      view({
        change: change(patch, {
          state: 'differs',
          remote: theirs,
          conflicts: ['business_email', 'business_phone'],
        }),
      }),
    );
    expect(button('Accept as stored')).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Discard waiting change' })).toBeNull();
  });
});
