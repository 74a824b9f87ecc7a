/**
 * Details of an organization's page: copying the letterhead, opening Cloudflare's dashboard, undoing the edit of one
 * field, fields whose change waits, the two names, and the folded metadata.
 */
import { screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { failed, success, type Result } from '../../../src/shared/result';
import type { OrganizationView } from '../../../src/shared/organization';
import { deferred, FakeApi } from '../fake-api';
import { button, field, METADATA_BUTTON, openMetadata, openPage } from './open-page';
import { change, conflicting, draft, ENTRY_ID, patch, SAVED, savedCopy, view } from './samples';

afterEach(() => void vi.useRealTimers());

/** The texts that describe an element, in order. */
const descriptionOf = (element: Element): string =>
  (element.getAttribute('aria-describedby') ?? '')
    .split(' ')
    .map((id) => document.getElementById(id)?.textContent.trim() ?? `no element ${id}`)
    .join(' | ');

/** The texts without the characters that isolate their direction. */
const plain = (text: string): string => text.replace(/[\u2068\u2069]/g, '');

describe('Copy letterhead', () => {
  it('saves what is typed first, then says that it has copied', async () => {
    const api = new FakeApi();
    const { user } = await openPage(view(), { api });
    const saved = deferred<Result<null>>();
    api
      .answer('drafts', 'save', () => saved.promise)
      .answer('organizations', 'copyLetterhead', () => success({ copied: true }));
    await user.type(field('Business phone'), '9');
    await user.click(button('Copy letterhead'));
    expect(api.requests('drafts.save')).toHaveLength(1);
    expect(api.requests('organizations.copyLetterhead')).toEqual([]);
    saved.resolve(success(null));
    expect(await screen.findByText('Letterhead copied')).toBeTruthy();
    expect(screen.getByText('Letterhead copied').getAttribute('aria-live')).toBe('polite');
    expect(api.requests('organizations.copyLetterhead')).toEqual([{ entryId: ENTRY_ID }]);
    expect(document.activeElement).toBe(button('Copy letterhead'));
  });

  it('copies nothing old if what is typed cannot be saved, and says why', async () => {
    const api = new FakeApi();
    const { user } = await openPage(view(), { api });
    api.answer('drafts', 'save', () => failed('database.full'));
    await user.type(field('Business phone'), '9');
    await user.click(button('Copy letterhead'));
    expect(await screen.findByText(/^Nothing was copied\. .*disk/)).toBeTruthy();
    expect(api.requests('organizations.copyLetterhead')).toEqual([]);
    expect(screen.queryByText('Letterhead copied')).toBeNull();
  });

  it('says so if there is nothing to copy, or if it fails, until the next time', async () => {
    const { api, user } = await openPage();
    api.answer('organizations', 'copyLetterhead', () => success({ copied: false }));
    await user.click(button('Copy letterhead'));
    expect(await screen.findByText(/^Nothing was copied because name, address/)).toBeTruthy();
    api.answer('organizations', 'copyLetterhead', () => failed('database.busy'));
    await user.click(button('Copy letterhead'));
    expect(await screen.findByText(/^Nothing was copied\. Another program/)).toBeTruthy();
    api.answer('organizations', 'copyLetterhead', () => success({ copied: true }));
    await user.click(button('Copy letterhead'));
    expect(await screen.findByText('Letterhead copied')).toBeTruthy();
    expect(screen.queryByText(/^Nothing was copied/)).toBeNull();
  });

  it('says so only until the next edit', async () => {
    const { api, user, receive } = await openPage();
    api.answer('organizations', 'copyLetterhead', () => success({ copied: false }));
    await user.click(button('Copy letterhead'));
    await screen.findByText(/^Nothing was copied/);
    await receive(view());
    expect(screen.queryByText(/^Nothing was copied/)).toBeTruthy();
    await user.type(field('Business phone'), '9');
    expect(screen.queryByText(/^Nothing was copied/)).toBeNull();
  });

  it('is not possible while there is no saved copy', async () => {
    const { api, state, menu } = await openPage(view({ profile: null }));
    expect(button('Copy letterhead').disabled).toBe(true);
    expect(state.commands.can('copy-letterhead')).toBe(false);
    await menu('copy-letterhead');
    expect(api.requests('organizations.copyLetterhead')).toEqual([]);
  });

  it('is in the menu Edit, too, with a shortcut that its button shows', async () => {
    const { api, state, menu } = await openPage();
    api.answer('organizations', 'copyLetterhead', () => success({ copied: true }));
    expect(button('Copy letterhead').title).toBe('Ctrl+Shift+C');
    expect(state.commands.can('copy-letterhead')).toBe(true);
    await menu('copy-letterhead');
    expect(await screen.findByText('Letterhead copied')).toBeTruthy();
    expect(api.requests('organizations.copyLetterhead')).toHaveLength(1);
  });
});

describe('Open at Cloudflare', () => {
  it('is an item that sends nothing but the id, and says where it leads', async () => {
    const { api, user } = await openPage();
    api.answer('organizations', 'openDashboard', () => success(null));
    await user.click(button('More actions'));
    const link = await screen.findByRole('menuitem', { name: 'Open at Cloudflare' });
    expect(link.title).toContain('under Organizations');
    await user.click(link);
    expect(api.requests('organizations.openDashboard')).toEqual([{ entryId: ENTRY_ID }]);
  });

  it('leads to the account for an account, and says if no browser opens', async () => {
    const { api, user } = await openPage(view({ kind: 'account' }));
    api.answer('organizations', 'openDashboard', () => failed('app.unexpected'));
    await user.click(button('More actions'));
    const link = await screen.findByRole('menuitem', { name: 'Open at Cloudflare' });
    expect(link.title).toContain('Opens this account');
    await user.click(link);
    expect(await screen.findByText(/^The browser could not be opened\./)).toBeTruthy();
  });
});

describe('Undo of a field', () => {
  it('is described by its field and the old text, and leaves the other edits', async () => {
    const { api, user } = await openPage(
      view({ draft: draft({ business_email: 'new@b.example', business_phone: '1' }) }),
    );
    const [email, phone] = screen.getAllByRole('button', { name: 'Undo' });
    expect(plain(descriptionOf(email!))).toBe('Business email | Was office@brightwater.example');
    expect(plain(descriptionOf(phone!))).toBe('Business phone | Was +44 20 7946 0100');
    await user.click(phone!);
    expect(field('Business phone').value).toBe(SAVED.business_phone);
    expect(field('Business email').value).toBe('new@b.example');
    expect(document.activeElement).toBe(field('Business phone'));
    expect(screen.getByText(/^1 field edited/)).toBeTruthy();
    // Its own text, so that main removes the field from the draft.
    expect(api.requests('drafts.save').at(-1)).toMatchObject({
      edits: patch({ business_phone: SAVED.business_phone }),
    });
  });

  it('puts the text back byte for byte, also where the control holds another line end', async () => {
    const address = '12 Harbour Row\r\nLondon\r';
    const { api, user } = await openPage(
      view({ profile: savedCopy({ ...SAVED, business_address: address }) }),
    );
    await user.type(field('Business address'), 'x');
    await user.click(button('Undo'));
    expect(screen.queryByRole('button', { name: 'Review changes' })).toBeNull();
    expect(api.requests('drafts.save').at(-1)).toMatchObject({
      edits: { business_address: { base: address, text: address } },
    });
  });

  it('says what an emptied and an empty field was, and brings back the empty text', async () => {
    const { user } = await openPage(view({ profile: savedCopy({ ...SAVED, business_phone: '' }) }));
    await user.type(field('Business phone'), '1');
    expect(screen.getByText('Was empty')).toBeTruthy();
    await user.click(button('Undo'));
    expect(field('Business phone').value).toBe('');
    expect(screen.queryByRole('button', { name: 'Review changes' })).toBeNull();
  });

  it('brings back what is at Cloudflare now, and says so, if that has changed since', async () => {
    const { user, receive } = await openPage();
    await user.type(field('Business phone'), '9');
    const theirs = savedCopy({ ...SAVED, business_phone: 'theirs' });
    await receive(view({ profile: theirs }));
    expect(plain(descriptionOf(field('Business phone')))).toContain(
      'Was +44 20 7946 0100, is now theirs',
    );
    await user.click(button('Undo'));
    expect(field('Business phone').value).toBe('theirs');
    expect(screen.queryByRole('button', { name: 'Undo' })).toBeNull();
  });

  it('brings back a text with several lines over one that was typed in one line', async () => {
    const { user, receive } = await openPage();
    await user.type(field('Business phone'), '9');
    await receive(view({ profile: savedCopy({ ...SAVED, business_phone: '1\r\n2' }) }));
    await user.click(button('Undo'));
    expect(field('Business phone').tagName).toBe('TEXTAREA');
    expect(field('Business phone').value).toBe('1\n2');
    expect(document.activeElement).toBe(field('Business phone'));
  });
});

describe('a field whose change waits', () => {
  const waiting = change({ business_phone: '1', business_email: 'new@b.example' });

  it('says what is at Cloudflare, and only that field does', async () => {
    await openPage(view({ change: waiting }));
    const mark = 'Cloudflare\u00a0still\u00a0has ';
    expect(plain(descriptionOf(field('Business phone')))).toContain(`${mark}+44 20 7946 0100`);
    expect(plain(descriptionOf(field('Business email')))).toContain(`${mark}office@`);
    expect(screen.getAllByText(/^Cloudflare still has/)).toHaveLength(2);
  });

  it('says so without a text if it is empty there, or was never read', async () => {
    const { receive } = await openPage(
      view({ change: waiting, profile: savedCopy({ ...SAVED, business_phone: '' }) }),
    );
    expect(descriptionOf(field('Business phone'))).toContain('Still empty at Cloudflare');
    await receive(view({ change: waiting, profile: null }));
    expect(descriptionOf(field('Business phone'))).toMatch(/Cloudflare does not have it yet$/);
  });

  it.each<[string, OrganizationView['change'], number]>([
    ['refused', change({ business_phone: '1' }, { state: 'refused' }), 1],
    ['paused', change({ business_phone: '1' }, { state: 'paused' }), 1],
    ['being saved', change({ business_phone: '1' }, { state: 'queued', step: 'writing' }), 0],
    ['in conflict', conflicting({ business_phone: '1' }, { business_phone: '2' }), 0],
    ['as it is there', change({ business_phone: SAVED.business_phone }), 0],
  ])('is marked or not if the change is %s', async (_what, pending, marks) => {
    await openPage(view({ change: pending }));
    expect(screen.queryAllByText(/^Cloudflare still has/)).toHaveLength(marks);
  });

  it('keeps its mark while a draft is on top', async () => {
    const { user } = await openPage(view({ change: waiting }));
    await user.type(field('Business phone'), '2');
    expect(plain(descriptionOf(field('Business phone')))).toMatch(
      /Was 1 \| Cloudflare\sstill\shas \+44 20 7946 0100/,
    );
    await user.click(button('Undo'));
    expect(field('Business phone').value).toBe('1');
  });
});

describe('the name at Cloudflare', () => {
  it('is explained where it differs from the business name', async () => {
    const { receive, user } = await openPage();
    expect(plain(descriptionOf(field('Business name')))).toBe(
      'Name at Cloudflare: Brightwater Clinics. It cannot be changed here.',
    );
    await receive(
      view({ profile: savedCopy({ ...SAVED, business_name: ' Brightwater Clinics ' }) }),
    );
    expect(screen.queryByText(/^Name at Cloudflare/)).toBeNull();
    // It would push the page down while the person types.
    await user.type(field('Business name'), '!');
    expect(screen.queryByText(/^Name at Cloudflare/)).toBeNull();
  });
});

describe('the metadata', () => {
  const folded = () => screen.queryByRole('button', { name: METADATA_BUTTON });

  it('is folded, and opens with the keyboard and the mouse with the focus in it', async () => {
    const { user, unmount } = await openPage();
    expect(screen.queryByRole('group', { name: 'External metadata' })).toBeNull();
    expect(descriptionOf(folded()!)).toBe('External metadata');
    folded()!.focus();
    await user.keyboard('{Enter}');
    expect(document.activeElement).toBe(field('crm, External metadata'));
    expect(folded()).toBeNull();
    unmount();
    const again = await openPage();
    await openMetadata(again.user);
    expect(document.activeElement).toBe(field('crm, External metadata'));
  });

  it.each<[string, Partial<OrganizationView>]>([
    ['a draft', { draft: draft({ external_metadata: 'x' }) }],
    ['a waiting change', { change: change({ external_metadata: 'x' }) }],
    ['a conflict', { change: conflicting({ external_metadata: 'x' }, { external_metadata: 'y' }) }],
    ['advice', { profile: savedCopy({ ...SAVED, external_metadata: '{"crm"' }) }],
    ['a change at Cloudflare', { changedElsewhere: { at: 1, fields: ['external_metadata'] } }],
  ])('is open if it has %s, from the start and later', async (_what, different) => {
    const first = await openPage(view(different));
    expect(folded()).toBeNull();
    first.unmount();
    const { receive } = await openPage(view());
    expect(folded()).not.toBeNull();
    await receive(view(different));
    expect(folded()).toBeNull();
  });

  it('stays open when there is nothing to see in it any more', async () => {
    const { receive } = await openPage(view({ draft: draft({ external_metadata: 'x' }) }));
    await receive(view({ editNumber: 1 }));
    expect(field('crm, External metadata').value).toBe('A-1042');
  });

  it('opens if something else leads to it', async () => {
    const remarks = { missing: [], advice: ['external_metadata' as const] };
    const { user } = await openPage(view({ remarks }));
    await user.click(button('Look at External metadata'));
    await waitFor(() => expect(document.activeElement).toBe(field('crm, External metadata')));
  });

  it('can be looked at, and not edited, with a sign-in that only reads', async () => {
    const readOnly = { ...view().signIn!, readOnly: 'chosen' as const };
    const { user } = await openPage(
      view({ signIn: readOnly, draft: draft({ business_phone: '1' }) }),
    );
    expect(within(folded()!).getByText('Show')).toBeTruthy();
    await openMetadata(user);
    expect(field('crm, External metadata').readOnly).toBe(true);
    expect(screen.queryByRole('button', { name: 'Undo' })).toBeNull();
  });
});
