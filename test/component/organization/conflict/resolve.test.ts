/** Resolving a conflict on the organization page. */
import { render, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { failed, success, type Result } from '../../../../src/shared/result';
import type { OrganizationView } from '../../../../src/shared/organization';
import type { Edits } from '../../../../src/shared/profile';
import OrganizationPage from '../../../../src/renderer/features/organization/OrganizationPage.svelte';
import { contextOf } from '../../../../src/renderer/state/window-state';
import { createApi } from '../../../../src/renderer/state/api.svelte';
import { Editor } from '../../../../src/renderer/features/organization/editor.svelte';
import { Autosaves } from '../../../../src/renderer/state/autosaves.svelte';
import { descriptionOf } from '../../dom';
import { deferred, FakeApi } from '../../fake-api';
import { button, field, openPage, status } from '../open-page';
import { row } from '../../samples';
import { change, conflicting, NOW, ENTRY_ID, SAVED, savedCopy, view } from '../samples';

const MINE = { business_email: 'mine@b.example', business_phone: '+44 mine' };
const THEIRS = {
  ...SAVED,
  business_email: 'theirs@b.example',
  business_phone: '+44 theirs',
  business_name: 'Theirs',
};
const conflict = (
  theirs: Edits = {},
  edits: Edits = MINE,
  different: Partial<OrganizationView> = {},
) =>
  view({
    change: conflicting(edits, { ...THEIRS, ...theirs }, { version: 7 }),
    changedElsewhere: { at: NOW, fields: ['business_email', 'business_phone', 'business_name'] },
    ...different,
  });
// The choice stands above the form, which may have a group of the same name.
const group = (name: string) => screen.getAllByRole('group', { name })[0]!;
const radio = (name: string, of: string) =>
  within(group(of)).getByRole<HTMLInputElement>('radio', { name });
const heading = () =>
  screen.queryByRole('heading', { level: 2, name: 'This profile changed at Cloudflare' });

describe('a conflict', () => {
  it('shows the base, mine and theirs of each conflicting field, with nothing chosen', async () => {
    await openPage(conflict());
    expect(heading()).toBeTruthy();
    expect(
      screen.getAllByRole('group').map((fieldset) => fieldset.querySelector('legend')?.textContent),
    ).toEqual(['Business email', 'Business phone']);
    const phone = group('Business phone');
    for (const text of [SAVED.business_phone, '+44 mine', '+44 theirs']) {
      expect(phone.textContent).toContain(text);
    }
    expect([...phone.querySelectorAll('mark')].map((mark) => mark.textContent)).toEqual([
      '+44 mine',
      '+44 theirs',
    ]);
    for (const choice of screen.getAllByRole<HTMLInputElement>('radio')) {
      expect(choice.checked).toBe(false);
    }
    expect(descriptionOf(radio('Use theirs', 'Business phone')).trim()).toBe('+44 theirs');
    expect(screen.getByText('Also updated at Cloudflare: Business name')).toBeTruthy();
    expect(status()).toContain('Nothing has been sent');
    expect(screen.queryByRole('button', { name: 'Try again now' })).toBeNull();
    expect(button('Discard waiting change')).toBeTruthy();
  });

  it('names who changed the fields, if one person is known to have changed all of them', async () => {
    const author = { who: 'erika@b.example', via: 'dashboard', at: NOW } as const;
    const one = conflicting({ business_phone: '+44 mine' }, THEIRS);
    const found = { at: NOW, fields: ['business_phone' as const] };
    const { receive } = await openPage(
      view({ change: { ...one, remoteAuthor: author }, changedElsewhere: found }),
    );
    expect(
      screen.getByText(/^erika@b\.example changed this field on .* 2026, .*\d:\d\d, after/),
    ).toBeTruthy();
    await receive(
      conflict({}, MINE, { change: { ...conflicting(MINE, THEIRS), remoteAuthor: author } }),
    );
    expect(
      screen.getByText(
        /^erika@b\.example changed these fields, most recently on .* 2026, .*:\d\d, after/,
      ),
    ).toBeTruthy();
    // When another field changed says nothing about the conflict, nor does who changed the copy last.
    const fields = ['business_phone', 'business_name'] as const;
    const more = { changedElsewhere: { at: NOW, fields: [...fields] }, lastChange: author };
    await receive(view({ change: one, ...more }));
    expect(
      screen.getByText(
        /^What you changed here, someone changed differently at Cloudflare\. Your change/,
      ),
    ).toBeTruthy();
    await receive(view({ change: one, changedElsewhere: found }));
    expect(
      screen.getByText(
        /^What you changed here, someone changed differently at Cloudflare\..* noticed this on .* 2026, .*\d:\d\d/,
      ),
    ).toBeTruthy();
  });

  it('says when the text before the edit is no longer known', async () => {
    const lost = { business_phone: { base: null, text: '+44 mine' } };
    const theirs = { business_phone: '+44 theirs' };
    const pending = conflicting({ business_phone: '+44 mine' }, theirs, { patch: lost });
    await openPage(view({ change: pending }));
    expect(group('Business phone').textContent).toContain('No longer known');
    expect(group('Business phone').textContent).not.toContain('empty');
  });

  it('leads to the next choice from the status, also from the History tab', async () => {
    const { api, user } = await openPage(conflict());
    api.answer('history', 'list', () => success({ revisions: [], more: false }));
    await user.click(radio('Keep mine', 'Business email'));
    await user.click(screen.getByRole('tab', { name: 'History' }));
    await user.click(button('Choose now'));
    expect(document.activeElement).toBe(radio('Keep mine', 'Business phone'));
    expect(screen.queryByRole('button', { name: 'Details' })).toBeNull();
  });

  it('stands alone on the profile: no bar with other buttons, but the status for screen readers', async () => {
    const { api, user } = await openPage(conflict());
    api.answer('history', 'list', () => success({ revisions: [], more: false }));
    const others = ['Choose now', 'Review changes', 'Discard changes'];
    const shown = () => others.filter((name) => screen.queryByRole('button', { name }) !== null);
    const hidden = () => screen.getByRole('status').closest('.visually-hidden');
    expect(shown()).toEqual([]);
    expect(hidden()?.querySelectorAll('button')).toHaveLength(0);
    expect(status()).toContain('Not sent: your decision is needed');

    await user.click(screen.getByRole('tab', { name: 'History' }));
    expect(shown()).toEqual(['Choose now']);
    expect(hidden()).toBeNull();
    expect(button('Discard waiting change')).toBeTruthy();

    // What was typed since is reviewed with the bars, and discarded edits are brought back with them.
    await user.click(screen.getByRole('tab', { name: 'Profile' }));
    expect(shown()).toEqual([]);
    await user.type(field('Business name'), '!');
    expect(shown()).toEqual(others);
    expect(hidden()).toBeNull();
    expect(button('Discard waiting change')).toBeTruthy();
    api.answer('drafts', 'discard', () => success(conflict()));
    await user.click(button('Discard changes'));
    expect(await screen.findByRole('button', { name: 'Bring them back' })).toBeTruthy();
  });

  it('can be discarded as a whole', async () => {
    const { api, user } = await openPage(conflict());
    api.answer('changes', 'discard', () => success(view()));
    await user.click(button('Discard waiting change'));
    await user.click(await screen.findByRole('button', { name: 'Discard it' }));
    expect(api.requests('changes.discard')).toEqual([{ entryId: ENTRY_ID, version: 7 }]);
    await waitFor(() =>
      expect(document.activeElement).toBe(screen.getByRole('heading', { level: 1 })),
    );
  });

  it('scrolls into view, unless the user has continued typing', async () => {
    const { user, receive } = await openPage(view({ change: change(MINE, { state: 'queued' }) }));
    const scroller = () => field('Business name').closest<HTMLElement>('.body')!;
    scroller().scrollTop = 300;
    await receive(conflict());
    expect(scroller().scrollTop).toBe(0);

    await receive(view({ change: change(MINE, { state: 'queued' }) }));
    await user.type(field('Business name'), '!');
    scroller().scrollTop = 300;
    await receive(conflict());
    expect(scroller().scrollTop).toBe(300);
  });

  it('asks for the first missing choice', async () => {
    const { api, user } = await openPage(conflict());
    await user.click(radio('Keep mine', 'Business email'));
    await user.click(button('Save this version'));
    expect(api.requests('changes.resolve')).toEqual([]);
    expect(document.activeElement).toBe(radio('Keep mine', 'Business phone'));
    expect(descriptionOf(group('Business phone'))).toContain('Choose which text to keep.');
    expect(group('Business email').getAttribute('aria-describedby')).toBeNull();
  });

  it('is resolved by keyboard: sends what was on screen once, and moves the focus to the heading', async () => {
    const { api, user } = await openPage(conflict());
    const answer = deferred<Result<OrganizationView>>();
    api.answer('changes', 'resolve', () => answer.promise);
    radio('Keep mine', 'Business email').focus();
    await user.keyboard(' ');
    radio('Use theirs', 'Business phone').focus();
    await user.keyboard(' ');
    button('Save this version').focus();
    await user.keyboard('{Enter}{Enter}');
    expect(api.requests('changes.resolve')).toEqual([
      {
        entryId: ENTRY_ID,
        version: 7,
        remote: THEIRS,
        choices: { business_email: 'mine', business_phone: 'theirs' },
      },
    ]);
    answer.resolve(
      success(view({ change: change(MINE, { version: 7, state: 'queued', failure: null }) })),
    );
    await waitFor(() => expect(heading()).toBeNull());
    expect(document.activeElement).toBe(screen.getByRole('heading', { level: 1 }));
    expect(status()).toBe('Saving…');
    expect(api.requests('changes.resolve')).toHaveLength(1);
  });

  it('sends nothing when theirs is chosen everywhere, and says so', async () => {
    const { api, user } = await openPage(conflict({}, { business_phone: '+44 mine' }));
    api.answer('changes', 'resolve', () => success(view({ profile: savedCopy(THEIRS) })));
    await user.click(radio('Use theirs', 'Business phone'));
    await user.click(button('Save this version'));
    await waitFor(() => expect(field('Business phone').value).toBe('+44 theirs'));
    expect(status()).toMatch(/^Nothing was sent\./);
    await user.type(field('Business phone'), '1');
    expect(status()).toBe('');
  });

  it('resets only the choice whose remote text changes while the user is choosing, and says so', async () => {
    const { user, receive } = await openPage(conflict());
    await user.click(radio('Keep mine', 'Business email'));
    await user.click(radio('Use theirs', 'Business phone'));
    await receive(conflict({ business_phone: '+44 third' }));
    expect(radio('Keep mine', 'Business email').checked).toBe(true);
    expect(radio('Use theirs', 'Business phone').checked).toBe(false);
    expect(status()).toContain('Changed again at Cloudflare: Business phone.');
    expect(group('Business phone').textContent).toContain('+44 third');
    const again = 'Changed again at Cloudflare. Choose again.';
    expect(group('Business phone').textContent).toContain(again);
    expect(group('Business email').textContent).not.toContain(again);
    await user.click(radio('Use theirs', 'Business phone'));
    expect(status()).not.toContain('Changed again');
    expect(group('Business phone').textContent).not.toContain(again);
  });

  it('says so when it changed before the resolution reached main', async () => {
    const { api, user, receive } = await openPage(conflict({}, { business_phone: '+44 mine' }));
    api.answer('changes', 'resolve', () => failed('change.outdated'));
    await user.click(radio('Keep mine', 'Business phone'));
    await user.click(button('Save this version'));
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain(
      'This has changed since you last looked, so nothing was done.',
    );
    expect(
      within(screen.getByRole('region', { name: 'This profile changed at Cloudflare' })).getByRole(
        'alert',
      ),
    ).toBe(alert);
    await receive(conflict({ business_phone: '+44 third' }, { business_phone: '+44 mine' }));
    expect(radio('Keep mine', 'Business phone').checked).toBe(false);
  });

  it('keeps choices and typed text while the History tab is open', async () => {
    const { api, user } = await openPage(conflict());
    api.answer('history', 'list', () => success({ revisions: [], more: false }));
    await user.click(radio('Keep mine', 'Business email'));
    const control = field('Business name');
    await user.type(control, '!');
    await user.click(screen.getByRole('tab', { name: 'History' }));
    await waitFor(() => expect(api.requests('drafts.save')).toHaveLength(1));
    await user.click(screen.getByRole('tab', { name: 'Profile' }));
    expect(radio('Keep mine', 'Business email').checked).toBe(true);
    expect(field('Business name').value).toBe(`${SAVED.business_name}!`);
    // The same element, so it keeps its undo history and cursor.
    expect(field('Business name')).toBe(control);
  });

  it('keeps choices while another page is open, except for texts that changed', async () => {
    const { api, user, state, unmount } = await openPage(conflict());
    await user.click(radio('Keep mine', 'Business email'));
    await user.click(radio('Use theirs', 'Business phone'));
    unmount();
    const rendered = render(OrganizationPage, { context: contextOf(state) });
    expect(radio('Keep mine', 'Business email').checked).toBe(true);

    await state.open.open('f'.repeat(32));
    rendered.unmount();
    api.answer('organizations', 'open', () => success(conflict({ business_phone: '+44 third' })));
    await state.open.open(ENTRY_ID);
    render(OrganizationPage, { context: contextOf(state) });
    expect(radio('Keep mine', 'Business email').checked).toBe(true);
    expect(radio('Use theirs', 'Business phone').checked).toBe(false);
    expect(status()).toContain('Changed again at Cloudflare: Business phone.');
  });

  it.each<[string, (api: FakeApi) => void]>([
    [
      'while another organization is open',
      (api) => {
        const saving = row(1, 'Brightwater Clinics', { id: ENTRY_ID, state: 'saving' });
        api.list.upsert(saving);
      },
    ],
    ['with its organization', (api) => api.list.remove(ENTRY_ID)],
  ])('discards the choices when the conflict ends %s', async (_, end) => {
    const { api, user, state, unmount } = await openPage(conflict());
    await user.click(radio('Keep mine', 'Business email'));
    await state.open.open('f'.repeat(32));
    unmount();
    end(api);
    await waitFor(() => expect(state.conflicts.of(ENTRY_ID).chosen).toEqual({}));
    await state.open.open(ENTRY_ID);
    render(OrganizationPage, { context: contextOf(state) });
    expect(radio('Keep mine', 'Business email').checked).toBe(false);
  });

  it('discards the choices when the conflict ends while Settings is open', async () => {
    const { api, user, state, unmount } = await openPage(conflict());
    await user.click(radio('Keep mine', 'Business email'));
    unmount();
    api.emit('organizationChanged', view({ change: change(MINE, { state: 'queued' }) }));
    api.emit('organizationChanged', conflict());
    render(OrganizationPage, { context: contextOf(state) });
    expect(radio('Keep mine', 'Business email').checked).toBe(false);
  });

  it('explains what editing below does, and saves typed text before it resolves', async () => {
    const { api, user } = await openPage(conflict({}, { business_phone: '+44 mine' }));
    api.answer('changes', 'resolve', () =>
      success(view({ change: change({ business_phone: '+44 mine' }, { state: 'queued' }) })),
    );
    expect(
      screen.getByText(/If neither is right, edit the fields below and save again/),
    ).toBeTruthy();
    await user.type(field('Business phone'), '7');
    expect(screen.getByText(/is not part of this version/)).toBeTruthy();
    await user.click(radio('Keep mine', 'Business phone'));
    await user.click(button('Save this version'));
    await waitFor(() => expect(heading()).toBeNull());
    const names = api.recorded.map(({ name }) => name);
    expect(names).toContain('drafts.save');
    expect(names.indexOf('drafts.save')).toBeLessThan(names.indexOf('changes.resolve'));
    expect(names).toContain('drafts.save');
    expect(field('Business phone').value).toBe('+44 mine7');
  });

  it('is resolved only after the newest text is on disk', async () => {
    const api = new FakeApi()
      .answer('drafts', 'save', () => success(null))
      .answer('changes', 'resolve', () => success(view()));
    const bridge = createApi(api.bridge);
    const autosaves = new Autosaves(bridge);
    const editor = new Editor({ api: bridge, autosaves, view: conflict() });
    editor.type('business_name', 'Typed');
    editor.choices.choose('business_email', 'mine');
    editor.choices.choose('business_phone', 'mine');
    expect(await editor.resolve()).toBe(true);
    expect(api.recorded.map(({ name }) => name)).toEqual(['drafts.save', 'changes.resolve']);
  });

  it('previews the chosen text of a field, and its name until one is chosen', async () => {
    const { user } = await openPage(conflict());
    const sheet = screen.getByText('Preview').parentElement!;
    expect(sheet.textContent).toContain('Business phone');
    expect(sheet.textContent).not.toContain('+44');
    await user.click(radio('Use theirs', 'Business phone'));
    expect(sheet.textContent).toContain('+44 theirs');
    await user.click(radio('Keep mine', 'Business phone'));
    expect(sheet.textContent).toContain('+44 mine');
    await user.clear(field('Business phone'));
    await user.type(field('Business phone'), '+44 typed');
    expect(sheet.textContent).toContain('+44 typed');
  });

  it('omits the middle of long texts until it is expanded, and shows how much is omitted', async () => {
    const long = `{"crm":"A-1042","notes":"${'x'.repeat(2000)}","tier":"`;
    const { user } = await openPage(
      view({
        change: conflicting(
          { external_metadata: `${long}gold"}` },
          { external_metadata: `${long}silver"}` },
          {
            patch: { external_metadata: { base: `${long}none"}`, text: `${long}gold"}` } },
          },
        ),
      }),
    );
    const metadata = group('External metadata');
    const marks = () => [...metadata.querySelectorAll('mark')].map((mark) => mark.textContent);
    expect(marks()).toEqual(['gold', 'silver']);
    expect(metadata.textContent).not.toContain('x'.repeat(1000));
    expect(metadata.textContent).toMatch(/… 1,9\d\d more characters …/);
    expect(radio('Keep mine', 'External metadata').getAttribute('aria-describedby')).toBeNull();
    await user.click(button('Show the whole text'));
    expect(metadata.textContent).toContain('x'.repeat(2000));
    expect(marks()).toEqual(['gold', 'silver']);
    expect(button('Show less').getAttribute('aria-expanded')).toBe('true');
  });

  it('can still be resolved when both texts have become the same', async () => {
    const { api, user } = await openPage(
      conflict({ business_phone: '+44 mine' }, { business_phone: '+44 mine' }),
    );
    api.answer('changes', 'resolve', () => success(view()));
    expect(screen.getByText(/Both texts are now the same/)).toBeTruthy();
    await user.click(button('Save this version'));
    expect(api.requests('changes.resolve')).toMatchObject([{ choices: {} }]);
  });
});

describe('news of a remote change', () => {
  const news = { at: NOW, fields: ['business_phone' as const, 'business_email' as const] };

  it('is in the status region, with a link to History', async () => {
    const { api, user } = await openPage(view({ changedElsewhere: news }));
    api.answer('history', 'list', () => success({ revisions: [], more: false }));
    expect(status()).toBe(
      'Changed at Cloudflare since you last looked: Business phone and Business email',
    );
    await user.click(button('Show in History'));
    const tab = screen.getByRole('tab', { name: 'History' });
    expect(tab.getAttribute('aria-selected')).toBe('true');
    expect(document.activeElement).toBe(tab);
    expect(screen.queryByRole('button', { name: 'Show in History' })).toBeNull();
    expect(screen.getAllByRole('status')).toHaveLength(1);
  });
});
