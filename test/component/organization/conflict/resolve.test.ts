/** Deciding a conflict on the organization's page. */
import { render, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { failed, success, type Outcome } from '../../../../src/shared/failure';
import type { OrganizationView } from '../../../../src/shared/organization';
import type { Edits } from '../../../../src/shared/profile';
import OrganizationPage from '../../../../src/renderer/features/organization/OrganizationPage.svelte';
import { contextOf } from '../../../../src/renderer/state/window-state';
import { createApi } from '../../../../src/renderer/state/api.svelte';
import { Editor } from '../../../../src/renderer/features/organization/editor.svelte';
import { Autosaves } from '../../../../src/renderer/state/autosaves.svelte';
import { deferred, FakeApi } from '../../fake-api';
import { button, field, openPage, status } from '../open-page';
import { row } from '../../samples';
import { change, conflicting, NOW, ORGANIZATION_ID, SAVED, savedCopy, view } from '../samples';

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
    news: { at: NOW, fields: ['business_email', 'business_phone', 'business_name'] },
    ...different,
  });
const group = (name: string) => screen.getByRole('group', { name });
const radio = (name: string, of: string) =>
  within(group(of)).getByRole<HTMLInputElement>('radio', { name });
const heading = () =>
  screen.queryByRole('heading', { level: 2, name: 'This profile changed at Cloudflare' });

describe('a conflict', () => {
  it('shows before, mine and theirs of each field changed on both sides, nothing chosen', async () => {
    await openPage(conflict());
    expect(heading()).toBeTruthy();
    expect(
      screen.getAllByRole('group').map((one) => one.querySelector('legend')?.textContent),
    ).toEqual(['Business email', 'Business phone']);
    const phone = group('Business phone');
    for (const text of [SAVED.business_phone, '+44 mine', '+44 theirs']) {
      expect(phone.textContent).toContain(text);
    }
    expect([...phone.querySelectorAll('mark')].map((mark) => mark.textContent)).toEqual([
      'mine',
      'theirs',
    ]);
    for (const choice of screen.getAllByRole<HTMLInputElement>('radio')) {
      expect(choice.checked).toBe(false);
    }
    const read = document.getElementById(
      radio('Use theirs', 'Business phone').getAttribute('aria-describedby') ?? '',
    );
    expect(read?.textContent?.trim()).toBe('+44 theirs');
    expect(screen.getByText('Also updated at Cloudflare: Business name')).toBeTruthy();
    expect(status()).toContain('Nothing has been sent');
    expect(screen.queryByRole('button', { name: 'Try again now' })).toBeNull();
    expect(button('Discard waiting change')).toBeTruthy();
  });

  it('says of a text before the edit that it is lost', async () => {
    const lost = { business_phone: { base: null, text: '+44 mine' } };
    const theirs = { business_phone: '+44 theirs' };
    const asked = conflicting({ business_phone: '+44 mine' }, theirs, { patch: lost });
    await openPage(view({ change: asked }));
    expect(group('Business phone').textContent).toContain('No longer known');
    expect(group('Business phone').textContent).not.toContain('empty');
  });

  it('leads to the next choice from the foot of the page, also from the history', async () => {
    const { api, user } = await openPage(conflict());
    api.answer('history', 'list', () => success({ revisions: [], more: false }));
    await user.click(radio('Keep mine', 'Business email'));
    await user.click(screen.getByRole('tab', { name: 'History' }));
    await user.click(button('Choose now'));
    expect(document.activeElement).toBe(radio('Keep mine', 'Business phone'));
    expect(screen.queryByRole('button', { name: 'Details' })).toBeNull();
  });

  it('comes up in sight, unless the person typed on since', async () => {
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

  it('asks for what is not chosen yet, at the first such field', async () => {
    const { api, user } = await openPage(conflict());
    await user.click(radio('Keep mine', 'Business email'));
    await user.click(button('Save this version'));
    expect(api.requests('changes.resolve')).toEqual([]);
    expect(document.activeElement).toBe(radio('Keep mine', 'Business phone'));
    const described = group('Business phone').getAttribute('aria-describedby') ?? '';
    expect(document.getElementById(described)?.textContent).toContain('Choose which text to keep.');
    expect(group('Business email').getAttribute('aria-describedby')).toBeNull();
  });

  it('is decided by keyboard alone: what was on screen is sent, and the focus goes to the top', async () => {
    const { api, user } = await openPage(conflict());
    const answered = deferred<Outcome<OrganizationView>>();
    api.answer('changes', 'resolve', () => answered.promise);
    radio('Keep mine', 'Business email').focus();
    await user.keyboard(' ');
    radio('Use theirs', 'Business phone').focus();
    await user.keyboard(' ');
    button('Save this version').focus();
    await user.keyboard('{Enter}{Enter}');
    expect(api.requests('changes.resolve')).toEqual([
      {
        organizationId: ORGANIZATION_ID,
        version: 7,
        remote: THEIRS,
        choices: { business_email: 'mine', business_phone: 'theirs' },
      },
    ]);
    answered.resolve(
      success(view({ change: change(MINE, { version: 7, state: 'queued', failure: null }) })),
    );
    await waitFor(() => expect(heading()).toBeNull());
    expect(document.activeElement).toBe(screen.getByRole('heading', { level: 1 }));
    expect(status()).toBe('Saving…');
    expect(api.requests('changes.resolve')).toHaveLength(1);
  });

  it('decided for theirs everywhere sends nothing, and says so', async () => {
    const { api, user } = await openPage(conflict({}, { business_phone: '+44 mine' }));
    api.answer('changes', 'resolve', () => success(view({ profile: savedCopy(THEIRS) })));
    await user.click(radio('Use theirs', 'Business phone'));
    await user.click(button('Save this version'));
    await waitFor(() => expect(field('Business phone').value).toBe('+44 theirs'));
    expect(status()).toMatch(/^Nothing was sent\./);
    await user.type(field('Business phone'), '1');
    expect(status()).toBe('');
  });

  it('that moves while the person chooses keeps the other choices, takes back this one, and says so', async () => {
    const { user, receive } = await openPage(conflict());
    await user.click(radio('Keep mine', 'Business email'));
    await user.click(radio('Use theirs', 'Business phone'));
    await receive(conflict({ business_phone: '+44 third' }));
    expect(radio('Keep mine', 'Business email').checked).toBe(true);
    expect(radio('Use theirs', 'Business phone').checked).toBe(false);
    expect(status()).toContain('Changed again at Cloudflare: Business phone.');
    expect(group('Business phone').textContent).toContain('+44 third');
    await user.click(radio('Use theirs', 'Business phone'));
    expect(status()).not.toContain('Changed again');
  });

  it('that moved on before main heard of the decision says so in its place, once', async () => {
    const { api, user, receive } = await openPage(conflict({}, { business_phone: '+44 mine' }));
    api.answer('changes', 'resolve', () => failed('change.moved-on'));
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

  it('keeps choices and what is typed while the history is looked at', async () => {
    const { api, user } = await openPage(conflict());
    api.answer('history', 'list', () => success({ revisions: [], more: false }));
    await user.click(radio('Keep mine', 'Business email'));
    const control = field('Business name');
    await user.type(control, '!');
    await user.click(screen.getByRole('tab', { name: 'History' }));
    await waitFor(() => expect(api.requests('drafts.keep')).toHaveLength(1));
    await user.click(screen.getByRole('tab', { name: 'Profile' }));
    expect(radio('Keep mine', 'Business email').checked).toBe(true);
    expect(field('Business name').value).toBe(`${SAVED.business_name}!`);
    // The same control, with its undo and its place.
    expect(field('Business name')).toBe(control);
  });

  it('keeps choices while another page is looked at, but for texts that changed meanwhile', async () => {
    const { api, user, state, unmount } = await openPage(conflict());
    await user.click(radio('Keep mine', 'Business email'));
    await user.click(radio('Use theirs', 'Business phone'));
    unmount();
    const back = render(OrganizationPage, { context: contextOf(state) });
    expect(radio('Keep mine', 'Business email').checked).toBe(true);

    await state.open.open('f'.repeat(32));
    back.unmount();
    api.answer('organizations', 'open', () => success(conflict({ business_phone: '+44 third' })));
    await state.open.open(ORGANIZATION_ID);
    render(OrganizationPage, { context: contextOf(state) });
    expect(radio('Keep mine', 'Business email').checked).toBe(true);
    expect(radio('Use theirs', 'Business phone').checked).toBe(false);
    expect(status()).toContain('Changed again at Cloudflare: Business phone.');
  });

  it.each<[string, (api: FakeApi) => void]>([
    [
      'while another organization is looked at',
      (api) => {
        const saving = row(1, 'Brightwater Clinics', { id: ORGANIZATION_ID, state: 'saving' });
        api.list.upsert(saving);
      },
    ],
    ['with its organization', (api) => api.list.remove(ORGANIZATION_ID)],
  ])('forgets the choices of a conflict that is over %s', async (_, end) => {
    const { api, user, state, unmount } = await openPage(conflict());
    await user.click(radio('Keep mine', 'Business email'));
    await state.open.open('f'.repeat(32));
    unmount();
    end(api);
    await waitFor(() => expect(state.conflicts.of(ORGANIZATION_ID).chosen).toEqual({}));
    await state.open.open(ORGANIZATION_ID);
    render(OrganizationPage, { context: contextOf(state) });
    expect(radio('Keep mine', 'Business email').checked).toBe(false);
  });

  it('forgets the choices of a conflict that is over while Settings are looked at', async () => {
    const { api, user, state, unmount } = await openPage(conflict());
    await user.click(radio('Keep mine', 'Business email'));
    unmount();
    api.emit('organizationChanged', view({ change: change(MINE, { state: 'queued' }) }));
    api.emit('organizationChanged', conflict());
    render(OrganizationPage, { context: contextOf(state) });
    expect(radio('Keep mine', 'Business email').checked).toBe(false);
  });

  it('says what editing below means, and keeps what is typed before the decision is taken', async () => {
    const { api, user } = await openPage(conflict({}, { business_phone: '+44 mine' }));
    api.answer('changes', 'resolve', () =>
      success(view({ change: change({ business_phone: '+44 mine' }, { state: 'queued' }) })),
    );
    expect(
      screen.getByText(/Is neither right\? Edit the fields below and save again/),
    ).toBeTruthy();
    await user.type(field('Business phone'), '7');
    expect(screen.getByText(/is not part of this version/)).toBeTruthy();
    await user.click(radio('Keep mine', 'Business phone'));
    await user.click(button('Save this version'));
    await waitFor(() => expect(heading()).toBeNull());
    const names = api.recorded.map(({ name }) => name);
    expect(names.indexOf('drafts.keep')).toBeLessThan(names.indexOf('changes.resolve'));
    expect(names).toContain('drafts.keep');
    expect(field('Business phone').value).toBe('+44 mine7');
  });

  it('is decided only after what was typed a moment ago is on disk', async () => {
    const api = new FakeApi()
      .answer('drafts', 'keep', () => success(null))
      .answer('changes', 'resolve', () => success(view()));
    const bridge = createApi(api.bridge);
    const autosaves = new Autosaves(bridge);
    const editor = new Editor({ api: bridge, autosaves, view: conflict() });
    editor.type('business_name', 'Typed');
    editor.choices.choose('business_email', 'mine');
    editor.choices.choose('business_phone', 'mine');
    expect(await editor.resolve()).toBe(true);
    expect(api.recorded.map(({ name }) => name)).toEqual(['drafts.keep', 'changes.resolve']);
  });

  it('leaves the middle of long texts out until asked, and says how much', async () => {
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

  it('whose texts are the same by now can still be finished', async () => {
    const { api, user } = await openPage(
      conflict({ business_phone: '+44 mine' }, { business_phone: '+44 mine' }),
    );
    api.answer('changes', 'resolve', () => success(view()));
    expect(screen.getByText(/Both texts are now the same/)).toBeTruthy();
    await user.click(button('Save this version'));
    expect(api.requests('changes.resolve')).toMatchObject([{ choices: {} }]);
  });
});

describe('news of the page', () => {
  const news = { at: NOW, fields: ['business_phone' as const, 'business_email' as const] };

  it('are said in the one status region, with a way to the history', async () => {
    const { api, user } = await openPage(view({ news }));
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
