/** A text that Cloudflare kept instead of emptying it: what the page says, and the warning before. */
import { screen, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { success } from '../../../src/shared/result';
import type { FailureCode } from '../../../src/shared/failure';
import { applyEdits, type Edits } from '../../../src/shared/profile';
import { descriptionOf, textOf } from '../dom';
import { button, field, openPage, status } from './open-page';
import { change, draft, patch, SAVED, savedCopy, view } from './samples';

/** A page on which Cloudflare has `stored` instead of the texts that were sent. */
function differing(sent: Edits, stored: Edits, code: FailureCode) {
  const remote = applyEdits(SAVED, stored);
  const patched = patch(sent, remote);
  return view({
    profile: savedCopy(remote),
    change: change(sent, { patch: patched, remote, state: 'differs', failure: { code } }),
  });
}

const NO_PHONE = { business_phone: '' };

async function openDiffering() {
  const empty = { missing: ['business_phone' as const], advice: [] };
  await openPage({ ...differing(NO_PHONE, {}, 'profile.empty-kept'), remarks: empty });
  return { page: screen };
}

describe('the page', () => {
  it.each([
    [NO_PHONE, 'Cloudflare keeps the old phone number instead of an empty one'],
    [{ business_name: '' }, 'Cloudflare keeps the old name instead of an empty one'],
    [{ business_email: '' }, 'Cloudflare keeps the old email instead of an empty one'],
    [{ business_address: '' }, 'Cloudflare keeps the old address instead of an empty one'],
    [{ external_metadata: '' }, 'Cloudflare keeps the old metadata instead of emptying it'],
    [
      { business_phone: '', business_address: '' },
      'Cloudflare keeps the old texts instead of empty ones: Business phone and Business address',
    ],
  ])('says what Cloudflare kept of %j', async (sent, sentence) => {
    await openPage(differing(sent, {}, 'profile.empty-kept'));
    expect(status()).toBe(`${sentence} Accept the old text, or save another one.`);
    expect(screen.getByRole('heading', { level: 2, name: sentence })).toBeTruthy();
    expect(screen.queryByText(/now shows a different text/)).toBeNull();
  });

  it('says it once, where it can be accepted, and does not call the field empty', async () => {
    const sentence = 'Cloudflare keeps the old phone number instead of an empty one';
    const { page } = await openDiffering();
    const section = within(page.getByRole('region', { name: sentence }));
    expect(section.getByRole('button', { name: 'Accept as stored' })).toBeTruthy();
    // The status is for screen readers only, so nothing in it can be operated.
    expect(page.getAllByRole('button', { name: 'Accept as stored' })).toHaveLength(1);
    expect(screen.getByRole('status').closest('.visually-hidden')).not.toBeNull();
    expect(descriptionOf(field('Business phone'))).toBe(
      `Cloudflare\u00a0still\u00a0has \u2068${SAVED.business_phone}\u2069`,
    );
  });

  it('offers to accept it', async () => {
    const { api, user } = await openPage(differing(NO_PHONE, {}, 'profile.empty-kept'));
    api.answer('changes', 'acceptAsStored', () => success(view()));
    await user.click(button('Accept as stored'));
    expect(api.requests('changes.acceptAsStored')).toHaveLength(1);
  });

  it('names it beside a text that was stored differently', async () => {
    const sent = { business_phone: '', business_name: 'New' };
    await openPage(differing(sent, { business_name: 'NEW' }, 'profile.stored-differently'));
    expect(status()).toContain('Cloudflare stored something else');
    const section = screen.getByRole('region', { name: 'Cloudflare stored something else' });
    expect(textOf(section)).toContain('Cloudflare keeps the old phone number');
  });

  it('does not speak of an old text when the text is another by now', async () => {
    const sent = { business_phone: '', business_name: 'New' };
    await openPage(differing(sent, { business_name: 'Theirs' }, 'profile.empty-kept'));
    expect(status()).toContain('Cloudflare stored something else');
  });
});

describe('the review', () => {
  const WARNING = /^Cloudflare may keep the old text instead of an empty one/;
  const SHARED =
    'Cloudflare may show this change on every account and organization that shares this profile.';

  async function review(edits: Edits, more: Parameters<typeof view>[0] = {}) {
    const { user } = await openPage(view({ draft: draft(edits), ...more }));
    await user.click(button('Review changes'));
    return within(screen.getByRole('dialog', { name: 'Review changes' }));
  }

  it('warns once about all texts that are to be emptied', async () => {
    const dialog = await review({ business_phone: '', business_address: '', business_name: 'N' });
    expect(textOf(dialog.getByText(WARNING))).toBe(
      'Cloudflare may keep the old text instead of an empty one: Business phone and Business address.',
    );
  });

  it('does not warn about other texts', async () => {
    expect((await review({ business_phone: '+1' })).queryByText(WARNING)).toBeNull();
  });

  it('says once of an account that others share the profile', async () => {
    const dialog = await review({ business_phone: '+1', business_name: 'N' }, { kind: 'account' });
    expect(dialog.getAllByText(SHARED)).toHaveLength(1);
  });

  it('does not say so of an organization', async () => {
    expect((await review({ business_phone: '+1' })).queryByText(SHARED)).toBeNull();
  });
});

describe('the review of another field', () => {
  it('lists what is sent again over Cloudflare’s text, and names that text to main', async () => {
    const page = differing(
      { business_name: 'New' },
      { business_name: 'NEW' },
      'profile.stored-differently',
    );
    const { api, user } = await openPage({
      ...page,
      draft: draft({ business_phone: '+1 2' }),
    });
    api.answer('changes', 'submit', () => success(view()));
    await user.click(button('Review changes'));
    const review = within(screen.getByRole('dialog', { name: 'Review changes' }));
    const listed = review.getAllByRole('group').map(textOf);
    expect(listed).toEqual([
      'Business name Before NEWAfter New',
      `Business phone Before ${SAVED.business_phone}After +1 2`,
    ]);
    await user.click(button('Save changes'));
    expect(api.requests('changes.submit')).toMatchObject([
      { edits: patch({ business_phone: '+1 2' }), remote: page.change?.remote },
    ]);
  });
});
