/** The form on the organization page: fields, advice, drafts, and discarding. */
import { screen, waitFor } from '@testing-library/svelte';
import { tick } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { failed, success, type Result } from '../../../src/shared/result';
import { textOf } from '../dom';
import { deferred, FakeApi } from '../fake-api';
import {
  button,
  field,
  openMetadata,
  openPage,
  profileControls,
  showText,
  status,
} from './open-page';
import { change, ENTRY_ID, patch, SAVED, savedCopy, SIGN_IN, view } from './samples';

const LABELS = [
  'Business name',
  'Business email',
  'Business phone',
  'Business address',
  'External metadata',
];
const saves = (api: FakeApi) => api.requests('drafts.save');
/** Types a text without pauses, for use with fake timers. */
function typeInto(label: string, text: string) {
  field(label).value = text;
  field(label).dispatchEvent(new InputEvent('input', { bubbles: true }));
}
afterEach(() => void vi.useRealTimers());

describe('the five fields', () => {
  it('are plain text fields with the saved texts, in order', async () => {
    const { user } = await openPage();
    await openMetadata(user);
    await showText(user, 'External metadata');
    const controls = profileControls();
    expect(controls.map((control) => control.labels?.[0]?.textContent)).toEqual(LABELS);
    expect(controls.map((control) => control.type)).toEqual([
      'text',
      'text',
      'text',
      'textarea',
      'textarea',
    ]);
    expect(controls.every((control) => control.dir === 'auto')).toBe(true);
    expect(controls.map((control) => control.value)).toEqual(Object.values(SAVED));
  });

  it('are multi-line where the stored text is', async () => {
    await openPage(view({ profile: savedCopy({ ...SAVED, business_phone: '+44 1\r\n+44 2' }) }));
    expect(field('Business phone').tagName).toBe('TEXTAREA');
    expect(field('Business phone').value).toBe('+44 1\n+44 2');
  });

  it('show what a changed field was, or that it was empty', async () => {
    const { user } = await openPage(
      view({ profile: savedCopy({ ...SAVED, external_metadata: '' }) }),
    );
    await user.type(field('Business email'), '.new');
    await openMetadata(user);
    await user.type(field('External metadata'), 'x');
    expect(field('Business email').getAttribute('aria-describedby')).toBeTruthy();
    expect(screen.getByText('Was \u2068office@brightwater.example\u2069')).toBeTruthy();
    expect(screen.getByText('Was empty')).toBeTruthy();
  });

  it('show an old text of only spaces, blanks at its ends, and where a long one differs', async () => {
    const long = 'Donaudampfschifffahrt '.repeat(5);
    const { user } = await openPage(
      view({
        profile: savedCopy({
          ...SAVED,
          business_name: `${long}North`,
          business_email: 'a@b.example ',
          business_phone: '  ',
        }),
      }),
    );
    const { length } = `${long}North`;
    await user.type(field('Business name'), 'x', {
      initialSelectionStart: length - 5,
      initialSelectionEnd: length,
    });
    await user.type(field('Business email'), '{Backspace}');
    await user.type(field('Business phone'), '1');
    screen.getByText('Was \u2068a@b.example␣\u2069');
    screen.getByText('Was \u2068only spaces\u2069');
    screen.getByText('Was \u2068…t Donaudampfschifffahrt North\u2069');
  });

  it('truncate a long old text', async () => {
    const { user } = await openPage(
      view({ profile: savedCopy({ ...SAVED, business_name: 'Donaudampf '.repeat(40) }) }),
    );
    await user.clear(field('Business name'));
    expect(screen.getByText(/^Was/).textContent?.length).toBeLessThan(90);
    expect(screen.getByText(/^Was .*…/)).toBeTruthy();
  });

  it('show advice that does not block the review', async () => {
    const { user } = await openPage();
    await user.clear(field('Business email'));
    await user.type(field('Business email'), 'reception');
    expect(screen.getByText('This does not look like an email address.')).toBeTruthy();
    expect(button('Review changes').disabled).toBe(false);
  });

  it('suggest the country code of the address for a phone number', async () => {
    const fields = { ...SAVED, business_address: '1 Quay\nHamburg\nGermany' };
    const { user } = await openPage(view({ profile: savedCopy(fields) }));
    await user.clear(field('Business phone'));
    await user.type(field('Business phone'), '030 1234567');
    expect(await screen.findByText(/Callers from abroad need it: .*\+49 30 1234567/)).toBeTruthy();
    expect(button('Review changes').disabled).toBe(false);
  });

  it('refuse what would make a text too long, say so, and keep the text before', async () => {
    const { user } = await openPage();
    await openMetadata(user);
    await showText(user, 'External metadata');
    typeInto('External metadata', 'kept');
    await tick();
    typeInto('External metadata', 'x'.repeat(100_001));
    await tick();
    await vi.waitFor(() => expect(field('External metadata').value).toBe('kept'));
    expect(field('External metadata').getAttribute('aria-invalid')).toBe('true');
    expect(screen.getByText(/^Not inserted: the text would have more than 100,000/)).toBeTruthy();
    expect(button('Review changes').disabled).toBe(false);
    await user.type(field('Business name'), '!');
    expect(screen.queryByText(/^Not inserted/)).toBeNull();
  });
});

describe('a new page from main', () => {
  it('updates an untouched field even while it has the focus, and leaves a touched one', async () => {
    const { user, receive } = await openPage();
    await user.type(field('Business phone'), '9');
    await user.click(field('Business name'));
    await receive(
      view({ profile: savedCopy({ ...SAVED, business_name: 'Renamed', business_phone: '+1' }) }),
    );
    expect(field('Business name').value).toBe('Renamed');
    expect(field('Business phone').value).toBe(`${SAVED.business_phone}9`);
    expect(document.activeElement).toBe(field('Business name'));
  });
});

describe('a page without a copy', () => {
  it('shows an empty form where there is no profile yet', async () => {
    await openPage(view({ profile: savedCopy(null) }));
    expect(screen.getByText('No profile yet. Fill it in, then review and save it.')).toBeTruthy();
    expect(field('Business name').value).toBe('');
  });

  it('says when nothing was ever read, and shows the form once it was', async () => {
    const never = view({ profile: null, refreshFailure: { code: 'network.unreachable' } });
    const { receive } = await openPage(never);
    expect(screen.getByRole('heading', { name: 'No saved copy yet' })).toBeTruthy();
    expect(screen.queryByRole('textbox')).toBeNull();
    expect(screen.queryByText(/Editing and saving still work\./)).toBeNull();
    expect(screen.getByText(/as soon as Cloudflare answers/)).toBeTruthy();
    // Cloudflare has answered: the sign-in may not open it.
    await receive({ ...never, refreshFailure: { code: 'organization.forbidden' } });
    expect(screen.queryByText(/as soon as Cloudflare answers/)).toBeNull();
    await receive(view());
    expect(field('Business name').value).toBe(SAVED.business_name);
  });

  it('calls it no failure that an offline page could not be checked, and says that editing still works', async () => {
    const offline = view({ refreshFailure: { code: 'network.unreachable' } });
    const { receive } = await openPage(offline);
    expect(screen.getByText('Offline.')).toBeTruthy();
    expect(screen.getByText(/Editing and saving still work\./)).toBeTruthy();
    expect(screen.getByText(/This is the copy that was read/)).toBeTruthy();
    expect(screen.queryByText(/Could not check/)).toBeNull();
    await receive({ ...offline, signIn: { ...SIGN_IN, readOnly: 'chosen' } });
    expect(screen.queryByText(/Editing and saving/)).toBeNull();
  });
});

describe('autosave', () => {
  it('saves within half a second of a key, and only what changed', async () => {
    const { api } = await openPage();
    vi.useFakeTimers();
    typeInto('Business phone', '+44 20 7946 0123');
    await vi.advanceTimersByTimeAsync(500);
    expect(saves(api)).toEqual([
      {
        entryId: ENTRY_ID,
        edits: patch({ business_phone: '+44 20 7946 0123' }),
        number: 1,
      },
    ]);
    expect(screen.getByText('1 field edited, saved on this computer')).toBeTruthy();
  });

  it('does not show “saved” before it is true', async () => {
    const api = new FakeApi();
    const { user } = await openPage(view(), { api });
    const save = deferred<Result<null>>();
    api.answer('drafts', 'save', () => save.promise);
    await user.type(field('Business phone'), '9');
    await waitFor(() => expect(saves(api)).toHaveLength(1));
    expect(screen.getByText('1 field edited')).toBeTruthy();
    save.resolve(success(null));
    expect(await screen.findByText('1 field edited, saved on this computer')).toBeTruthy();
  });

  it.each([
    ['on leaving the field', () => field('Business phone').blur()],
    ['on leaving the window', () => window.dispatchEvent(new Event('blur'))],
    ['when the window is hidden', () => document.dispatchEvent(new Event('visibilitychange'))],
  ])('saves immediately %s', async (_when, leave) => {
    const { api } = await openPage();
    vi.useFakeTimers();
    field('Business phone').focus();
    typeInto('Business phone', '+1');
    leave();
    await vi.advanceTimersByTimeAsync(0);
    expect(saves(api)).toHaveLength(1);
  });

  it('saves immediately when another organization is opened', async () => {
    const { api, unmount } = await openPage();
    vi.useFakeTimers();
    typeInto('Business phone', '+1');
    unmount();
    await vi.advanceTimersByTimeAsync(0);
    expect(saves(api)).toHaveLength(1);
  });

  it('saves before the window closes', async () => {
    const { api } = await openPage();
    api.answer('app', 'flushed', () => success(null));
    typeInto('Business phone', '+1');
    api.emit('closing', null);
    await waitFor(() => expect(api.requests('app.flushed')).toHaveLength(1));
    const order = api.recorded.map(({ name }) => name);
    expect(order.indexOf('drafts.save')).toBeGreaterThan(-1);
    expect(order).toContain('drafts.save');
    expect(order.indexOf('drafts.save')).toBeLessThan(order.indexOf('app.flushed'));
  });

  it('shows a failure in the edit bar, and retries', async () => {
    const api = new FakeApi();
    await openPage(view(), { api });
    api.answer('drafts', 'save', () => failed('database.full'));
    vi.useFakeTimers();
    typeInto('Business phone', '+1');
    await vi.advanceTimersByTimeAsync(500);
    expect(screen.getByRole('alert').textContent).toContain(
      '1 field edited, not saved on this computer yet.',
    );
    expect(screen.getByRole('alert').textContent).toContain('The disk is full');
    // A banner above the page says the reason once.
    api.emit('bannersChanged', [{ kind: 'database-failing', failure: { code: 'database.full' } }]);
    await vi.advanceTimersByTimeAsync(0);
    expect(textOf(screen.getByRole('alert'))).toBe(
      '1 field edited, not saved on this computer yet.',
    );
    api.answer('drafts', 'save', () => success(null));
    await vi.advanceTimersByTimeAsync(2_000);
    expect(screen.getByText('1 field edited, saved on this computer')).toBeTruthy();
  });
});

describe('discarding', () => {
  it('takes one press, can be undone, and saves both times', async () => {
    const { api, user } = await openPage();
    api.answer('drafts', 'discard', () => success(view()));
    await user.type(field('Business phone'), '9');
    await user.click(button('Discard changes'));
    expect(field('Business phone').value).toBe(SAVED.business_phone);
    await waitFor(() => expect(document.activeElement).toBe(button('Bring them back')));
    await user.click(button('Bring them back'));
    expect(field('Business phone').value).toBe(`${SAVED.business_phone}9`);
    await waitFor(() =>
      expect(saves(api).at(-1)).toMatchObject({
        edits: patch({ business_phone: `${SAVED.business_phone}9` }),
      }),
    );
  });

  it('keeps the edits when main cannot discard them', async () => {
    const { api, user } = await openPage();
    api.answer('drafts', 'discard', () => failed('database.busy'));
    await user.type(field('Business phone'), '9');
    await user.click(button('Discard changes'));
    await waitFor(() => expect(screen.getByRole('alert').textContent).toContain('did not work'));
    expect(field('Business phone').value).toBe(`${SAVED.business_phone}9`);
  });

  it('is also a menu command, and leaves a pending change alone', async () => {
    const { api, user, menu } = await openPage(view({ change: change({ business_name: 'Mine' }) }));
    api.answer('drafts', 'discard', () =>
      success(view({ change: change({ business_name: 'Mine' }) })),
    );
    await user.type(field('Business name'), '!');
    await menu('discard');
    await waitFor(() => expect(field('Business name').value).toBe('Mine'));
    expect(status()).toContain('Waiting to send');
    expect(api.requests('changes.discard')).toEqual([]);
  });
});
