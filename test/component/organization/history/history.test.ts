/** The *History* tab, and restoring a revision. */
import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { tick } from 'svelte';
import { describe, expect, it } from 'vitest';
import { failed, success, type Result } from '../../../../src/shared/result';
import { REVISIONS_PER_PAGE, type Revision } from '../../../../src/shared/history';
import type { OrganizationView } from '../../../../src/shared/organization';
import { descriptionOf } from '../../dom';
import { deferred, FakeApi } from '../../fake-api';
import { button, field, openPage, status } from '../open-page';
import { change, draft, ENTRY_ID, NOW, SAVED, SIGN_IN, view } from '../samples';
import type { Edits } from '../../../../src/shared/profile';
import { phones, revision } from './samples';

const OLD = { business_phone: '+44 20 7946 0001', business_name: 'Brightwater' };
const restoredView = (different: Partial<OrganizationView> = {}) =>
  view({ draft: draft(OLD), editNumber: 9, ...different });

/** Opens the History tab with these revisions, newest first. `grow` adds newer ones. */
async function openHistory(revisions: Revision[], opened: OrganizationView = view()) {
  const api = new FakeApi();
  let all = revisions;
  api.answer('history', 'list', ({ before }) => {
    const rest = all.filter(({ id }) => id < (before ?? Infinity));
    return success({
      revisions: rest.slice(0, REVISIONS_PER_PAGE),
      more: rest.length > REVISIONS_PER_PAGE,
    });
  });
  const page = await openPage(opened, { api });
  await page.user.click(screen.getByRole('tab', { name: 'History' }));
  return { ...page, grow: (newer: Revision[]) => (all = [...newer, ...all]) };
}
const items = () =>
  within(screen.getByRole('list', { name: 'Revisions' })).getAllByRole('listitem');
const item = (index: number) => within(items()[index]!);
const restoreButton = (index: number) =>
  item(index).queryByRole<HTMLButtonElement>('button', { name: 'Restore this version' });
const titles = () =>
  items().map((listItem) =>
    within(listItem).getByRole('heading', { level: 2 }).querySelector('span')?.textContent?.trim(),
  );

describe('the history', () => {
  it('shows the origin, time and differences of each revision', async () => {
    const current = revision(5);
    await openHistory([
      revision(6, { business_email: 'x@b.example' }, { kind: 'discarded' }),
      {
        ...current,
        differences: [{ field: 'business_phone', before: '+44 1', after: SAVED.business_phone }],
      },
      revision(4, { business_phone: '+44 1' }, { kind: 'observed' }),
      revision(3, { business_phone: '+44 2' }, { kind: 'replaced' }),
      revision(1, {}, { kind: 'observed', before: null }),
    ]);
    await waitFor(() => expect(items()).toHaveLength(5));
    expect(titles()).toEqual([
      'Discarded before Cloudflare confirmed it',
      'Saved by you, confirmed by Cloudflare',
      'Changed at Cloudflare',
      'Replaced before Cloudflare confirmed it',
      'First version read from Cloudflare',
    ]);
    const sides = (index: number) =>
      item(index)
        .getAllByRole('term')
        .map((term) => term.textContent);
    expect(sides(0)).toEqual(['At Cloudflare then', 'Your text']);
    expect(sides(1)).toEqual(['Before', 'After']);
    expect(item(1).getByRole('group', { name: 'Business phone' }).textContent).toContain('+44 1');
    expect(item(4).getAllByRole('group')).toHaveLength(5);
    const [time] = items()[1]!.getElementsByTagName('time');
    expect(time?.dateTime).toBe(new Date(current.at).toISOString());
    expect(time?.textContent).toMatch(/\d{4}, \d+:\d\d/);
    expect(time?.title).not.toBe('');
    expect(descriptionOf(restoreButton(0)!)).toMatch(/^Discarded before .*\d{4}, \d+:\d\d/s);
  });

  it('says in which save of many a revision was written', async () => {
    await openHistory([
      revision(3, {}, { before: SAVED, saveStartedAt: NOW }),
      revision(2, { business_phone: '+44 1' }),
    ]);
    await waitFor(() => expect(items()).toHaveLength(2));
    const heading = (index: number) => item(index).getByRole('heading', { level: 2 }).textContent;
    expect(heading(0)).toMatch(/in the save of .*\d{4}, \d+:\d\d/);
    expect(heading(1)).not.toContain('in the save');
  });

  it('does not call a revision saved that was accepted as stored at Cloudflare', async () => {
    const stored = { business_phone: '+44 stored' };
    await openHistory([
      { ...revision(3, stored, { kind: 'accepted' }), differences: [] },
      revision(2, { business_phone: '+44 sent' }, { kind: 'replaced' }),
      revision(1, stored, { kind: 'observed' }),
    ]);
    await waitFor(() => expect(items()).toHaveLength(3));
    expect(titles()[0]).toBe('Accepted by you as stored at Cloudflare');
    expect(items()[0]!.textContent).toContain('The text you sent is below');
    expect(items()[0]!.textContent).not.toContain('Saved by you');
  });

  it('shows that a save was confirmed when Cloudflare already had its texts', async () => {
    const same = { ...revision(2), differences: [] };
    await openHistory([same, revision(1, {}, { kind: 'observed' })]);
    await waitFor(() => expect(items()).toHaveLength(2));
    expect(titles()[0]).toBe('Confirmed; Cloudflare already had these texts');
  });

  it('marks the current revision, and offers no restore of what the form already shows', async () => {
    const list = [revision(3), revision(2, { business_phone: '+44 1' }), revision(1)];
    const { user } = await openHistory(list);
    await waitFor(() => expect(items()).toHaveLength(3));
    expect(screen.getAllByText('Current version')).toHaveLength(1);
    expect(item(0).getByText('Current version')).toBeTruthy();
    expect([0, 1, 2].map((index) => restoreButton(index) !== null)).toEqual([false, true, false]);
    expect(item(2).getByText('In the form now')).toBeTruthy();
    // With a draft, an older version with the texts of the current one can be restored. The current one never can.
    await user.click(screen.getByRole('tab', { name: 'Profile' }));
    await user.type(field('Business phone'), '9');
    await user.click(screen.getByRole('tab', { name: 'History' }));
    await waitFor(() => expect(items()).toHaveLength(3));
    expect([0, 1, 2].map((index) => restoreButton(index) !== null)).toEqual([false, true, true]);
    expect(item(0).queryByRole('button', { name: 'Restore' })).toBeNull();
    expect(items()[0]!.dataset['menu']).toContain('"canRestore":false');
    expect(item(0).getByText('Current version')).toBeTruthy();
  });

  it('shows older revisions on request, and focuses the first of them', async () => {
    const { user } = await openHistory(phones(45, 1));
    await waitFor(() => expect(items()).toHaveLength(20));
    await user.click(button('Show older'));
    await waitFor(() => expect(items()).toHaveLength(40));
    await waitFor(() =>
      expect(document.activeElement).toBe(item(20).getByRole('heading', { level: 2 })),
    );
    await user.click(button('Show older'));
    await waitFor(() => expect(items()).toHaveLength(45));
    expect(screen.queryByRole('button', { name: 'Show older' })).toBeNull();
  });

  it('adds new revisions without moving the focus', async () => {
    const { receive, grow } = await openHistory(phones(3, 1), view({ latestRevision: 3 }));
    await waitFor(() => expect(items()).toHaveLength(3));
    const focused = restoreButton(1)!;
    focused.focus();
    grow(phones(4, 4));
    await receive(view({ latestRevision: 4 }));
    await waitFor(() => expect(items()).toHaveLength(4));
    expect(document.activeElement).toBe(focused);
    expect(restoreButton(2)).toBe(focused);
  });

  it('explains itself when it is empty', async () => {
    await openHistory([]);
    await screen.findByText(/^Every save that Cloudflare confirms/);
  });

  it('shows why it could not be loaded, and retries', async () => {
    const { api, user, receive } = await openHistory([], view({ latestRevision: 1 }));
    await screen.findByText(/^Every save that Cloudflare confirms/);
    const answer = success({ revisions: phones(2, 1), more: false });
    api.answer('history', 'list', () => failed('database.busy'));
    await receive(view({ latestRevision: 2 }));
    expect((await screen.findByRole('alert')).textContent).toContain(
      'The history could not be read.',
    );
    api.answer('history', 'list', () => answer);
    await user.click(button('Try again'));
    await waitFor(() => expect(items()).toHaveLength(2));
    expect(screen.queryByRole('alert')).toBeNull();
  });
});

describe('restoring', () => {
  it('puts the revision into the form, focuses the first changed field, and explains what to do next', async () => {
    const { api, user } = await openHistory([revision(2), revision(1, OLD)]);
    api.answer('history', 'restore', () => success(restoredView()));
    await waitFor(() => expect(items()).toHaveLength(2));
    await user.click(restoreButton(1)!);
    expect(api.requests('history.restore')).toEqual([
      { entryId: ENTRY_ID, revisionId: 1, replaceDraft: false },
    ]);
    await waitFor(() => expect(document.activeElement).toBe(field('Business name')));
    expect(field('Business phone').value).toBe(OLD.business_phone);
    expect(screen.getByRole('tab', { name: 'Profile' }).getAttribute('aria-selected')).toBe('true');
    expect(status()).toBe('This version is now in the form. Review and save it to send it.');
    expect(screen.getByText('2 fields edited, saved on this computer')).toBeTruthy();
    await user.type(field('Business name'), '!');
    expect(status()).toBe('');
  });

  it('saves unsaved changes as a draft and asks before it replaces them', async () => {
    const { api, user } = await openHistory([revision(2), revision(1, OLD)]);
    api.answer('history', 'restore', ({ replaceDraft }) =>
      replaceDraft ? success(restoredView()) : failed('draft.exists'),
    );
    await user.click(screen.getByRole('tab', { name: 'Profile' }));
    await user.type(field('Business email'), 'x');
    await user.click(screen.getByRole('tab', { name: 'History' }));
    await waitFor(() => expect(items()).toHaveLength(2));
    await user.click(restoreButton(1)!);
    const names = api.recorded.map(({ name }) => name);
    expect(names).toContain('drafts.save');
    expect(names.indexOf('drafts.save')).toBeLessThan(names.indexOf('history.restore'));

    const dialog = within(await screen.findByRole('dialog', { name: 'Replace your draft?' }));
    expect(dialog.getByText(/the replaced text stays in History/)).toBeTruthy();
    expect(dialog.getByRole<HTMLButtonElement>('button', { name: 'Cancel' }).autofocus).toBe(true);
    expect(dialog.queryByRole('alert')).toBeNull();
    await user.click(dialog.getByRole('button', { name: 'Cancel' }));
    await user.click(screen.getByRole('tab', { name: 'Profile' }));
    expect(field('Business email').value).toBe(`${SAVED.business_email}x`);

    await user.click(screen.getByRole('tab', { name: 'History' }));
    await waitFor(() => expect(items()).toHaveLength(2));
    await user.click(restoreButton(1)!);
    await user.click(await screen.findByRole('button', { name: 'Replace it' }));
    expect(api.requests('history.restore').at(-1)).toMatchObject({ replaceDraft: true });
    await waitFor(() => expect(document.activeElement).toBe(field('Business name')));
    expect(field('Business email').value).toBe(SAVED.business_email);
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('does not replace text that could not be saved', async () => {
    const { api, user } = await openHistory([revision(2), revision(1, OLD)]);
    api.answer('drafts', 'save', () => failed('database.full'));
    await user.click(screen.getByRole('tab', { name: 'Profile' }));
    await user.type(field('Business email'), 'x');
    await user.click(screen.getByRole('tab', { name: 'History' }));
    await waitFor(() => expect(items()).toHaveLength(2));
    await user.click(restoreButton(1)!);
    expect(api.requests('history.restore')).toEqual([]);
    expect(await screen.findByText(/not saved on this computer yet/)).toBeTruthy();
  });

  it('shows why it failed and changes nothing', async () => {
    const { api, user } = await openHistory([revision(2), revision(1, OLD)]);
    api.answer('history', 'restore', () => failed('revision.not-found'));
    await waitFor(() => expect(items()).toHaveLength(2));
    await user.click(restoreButton(1)!);
    expect((await screen.findByRole('alert')).textContent).toContain(
      'This version is no longer in the history.',
    );
    expect(items()).toHaveLength(2);
  });

  it('is in the context menu of the version, too', async () => {
    const { api } = await openHistory([revision(2), revision(1, OLD)]);
    api.answer('history', 'restore', () => success(view()));
    await waitFor(() => expect(items()).toHaveLength(2));
    const target = (index: number) => JSON.parse(items()[index]!.dataset['menu']!) as unknown;
    const version = { kind: 'version', entryId: ENTRY_ID };
    expect([target(0), target(1)]).toEqual([
      { ...version, canRestore: false },
      { ...version, canRestore: true },
    ]);
    await fireEvent.contextMenu(items()[1]!);
    api.emit('organizationCommand', { command: 'restore-version', entryId: ENTRY_ID });
    await waitFor(() => expect(api.requests('history.restore')).toHaveLength(1));
    expect(api.requests('history.restore')).toMatchObject([{ revisionId: 1 }]);
  });

  it('is done after another action that runs, from the button and from the menu', async () => {
    const list = [revision(3), revision(2, { business_phone: '+44 2' }), revision(1, OLD)];
    const { api, user } = await openHistory(list);
    api.answer('history', 'restore', ({ revisionId }) =>
      revisionId === 2 ? success(restoredView()) : failed('draft.exists'),
    );
    await waitFor(() => expect(items()).toHaveLength(3));
    const release = api.hold('history.restore');
    await user.click(restoreButton(1)!);
    expect(restoreButton(1)!.getAttribute('aria-busy')).toBe('true');
    await fireEvent.contextMenu(items()[2]!);
    api.emit('organizationCommand', { command: 'restore-version', entryId: ENTRY_ID });
    await tick();
    expect(restoreButton(1)!.getAttribute('aria-busy')).toBe('true');
    release();
    await screen.findByRole('dialog', { name: 'Replace your draft?' });
    expect(api.requests('history.restore')).toMatchObject([{ revisionId: 2 }, { revisionId: 1 }]);
  });

  it('leaves the focus where something else is typed while it ran', async () => {
    const { api, user } = await openHistory([revision(2), revision(1, OLD)]);
    api.answer('history', 'restore', () => success(restoredView()));
    await waitFor(() => expect(items()).toHaveLength(2));
    const release = api.hold('history.restore');
    await user.click(restoreButton(1)!);
    await user.click(screen.getByRole('tab', { name: 'Profile' }));
    const email = field('Business email');
    await user.type(email, 'x');
    release();
    await screen.findByText('This version is now in the form. Review and save it to send it.');
    await tick();
    expect(document.activeElement).toBe(email);
  });

  it('is not undone over text that was typed while it ran', async () => {
    const { api, user, menu } = await openHistory([revision(2), revision(1, OLD)]);
    api.answer('history', 'restore', () => success(restoredView()));
    await waitFor(() => expect(items()).toHaveLength(2));
    const release = api.hold('history.restore');
    await user.click(restoreButton(1)!);
    await waitFor(() => expect(api.requests('history.restore')).toHaveLength(1));
    await user.click(screen.getByRole('tab', { name: 'Profile' }));
    await user.type(field('Business email'), 'x');
    release();
    await waitFor(() => expect(field('Business phone').value).toBe(OLD.business_phone));
    screen.getByRole('heading', { level: 1 }).focus();
    await menu('undo');
    expect(field('Business email').value).toBe(`${SAVED.business_email}x`);
  });

  it('of a revision with the saved texts discards the change and focuses the heading', async () => {
    const waiting = view({ change: change(OLD) });
    const list = [revision(3), revision(2, OLD), revision(1)];
    const { api, user } = await openHistory(list, waiting);
    const answer = deferred<Result<OrganizationView>>();
    api.answer('history', 'restore', () => answer.promise);
    await waitFor(() => expect(items()).toHaveLength(3));
    expect(restoreButton(1)).toBeNull();
    await user.click(restoreButton(2)!);
    answer.resolve(success(view()));
    await waitFor(() =>
      expect(document.activeElement).toBe(screen.getByRole('heading', { level: 1 })),
    );
    expect(status()).toBe('The form now shows this version. There is nothing to save.');
  });

  describe('one field', () => {
    const fieldButton = (index: number, label: string) =>
      within(item(index).getByRole('group', { name: label })).queryByRole<HTMLButtonElement>(
        'button',
        { name: 'Restore' },
      );
    const OTHER_PHONE = { ...SAVED, business_phone: '+44 1' };
    const revisions = () => [revision(2), revision(1, OLD)];
    const restoredPhone = (different: Edits = {}) =>
      view({ draft: draft({ ...different, business_phone: OLD.business_phone }), editNumber: 9 });

    it('puts only its text into the form, and focuses it', async () => {
      const { api, user } = await openHistory(revisions());
      api.answer('history', 'restore', () => success(restoredPhone()));
      await waitFor(() => expect(items()).toHaveLength(2));
      const restore = fieldButton(1, 'Business phone')!;
      expect(descriptionOf(restore)).toMatch(
        /^Business phone Saved by you, confirmed by Cloudflare .*\d{4}, \d+:\d\d/s,
      );
      await user.click(restore);
      expect(api.requests('history.restore')).toEqual([
        {
          entryId: ENTRY_ID,
          revisionId: 1,
          replaceDraft: false,
          fields: ['business_phone'],
        },
      ]);
      await waitFor(() => expect(document.activeElement).toBe(field('Business phone')));
      expect(field('Business phone').value).toBe(OLD.business_phone);
      expect(status()).toBe('This text is now in the form. Review and save it to send it.');
    });

    it('asks before it replaces a draft of this field, and names the field', async () => {
      const typed = { business_phone: '+44 typed', business_email: 'typed' };
      const { api, user } = await openHistory(revisions(), view({ draft: draft(typed) }));
      api.answer('history', 'restore', ({ replaceDraft }) =>
        replaceDraft ? success(restoredPhone({ business_email: 'typed' })) : failed('draft.exists'),
      );
      await waitFor(() => expect(items()).toHaveLength(2));
      await user.click(fieldButton(1, 'Business phone')!);
      const dialog = within(await screen.findByRole('dialog', { name: 'Replace your draft?' }));
      expect(dialog.getByText(/You edited Business phone/)).toBeTruthy();
      await user.click(dialog.getByRole('button', { name: 'Replace it' }));
      expect(api.requests('history.restore').at(-1)).toMatchObject({
        replaceDraft: true,
        fields: ['business_phone'],
      });
      await waitFor(() => expect(document.activeElement).toBe(field('Business phone')));
      expect(field('Business email').value).toBe('typed');
      expect(screen.queryByRole('dialog')).toBeNull();
    });

    it('says so if there is nothing to save in the field afterwards', async () => {
      const typed = { business_phone: '+44 typed', business_email: 'typed' };
      const list = [revision(3), revision(2, {}, { before: OTHER_PHONE }), revision(1, OLD)];
      const { api, user } = await openHistory(list, view({ draft: draft(typed) }));
      const rest = draft({ business_email: 'typed' });
      api.answer('history', 'restore', () => success(view({ draft: rest, editNumber: 9 })));
      await waitFor(() => expect(items()).toHaveLength(3));
      await user.click(fieldButton(1, 'Business phone')!);
      await waitFor(() =>
        expect(status()).toBe(
          'The form now shows this text. There is nothing to save in this field.',
        ),
      );
    });

    it('is not offered where the form shows the text', async () => {
      const both = { business_phone: SAVED.business_phone, business_name: OLD.business_name };
      await openHistory([revision(2), revision(1, both, { before: OTHER_PHONE })]);
      await waitFor(() => expect(items()).toHaveLength(2));
      expect(fieldButton(1, 'Business phone')).toBeNull();
      expect(fieldButton(1, 'Business name')).toBeTruthy();
    });

    it('is not offered if the sign-in only reads', async () => {
      const signIn = { ...SIGN_IN, readOnly: 'chosen' as const };
      await openHistory(revisions(), view({ signIn }));
      await waitFor(() => expect(items()).toHaveLength(2));
      expect(fieldButton(1, 'Business phone')).toBeNull();
    });
  });
});
