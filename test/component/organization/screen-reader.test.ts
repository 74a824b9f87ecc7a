/** Screen reader announcements of each outcome: one status region, the right text, no changing ages. */
import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { veryLow } from '../../../src/renderer/ui/window-size';
import { failed, success } from '../../../src/shared/result';
import { descriptionOf } from '../dom';
import type { OrganizationView } from '../../../src/shared/organization';
import { ONLINE } from '../../scripted/idle-main';
import { button, field, openPage, status } from './open-page';
import { change, conflicting, NOW, SAVED, savedCopy, view } from './samples';

const EDIT = { business_email: 'reception@brightwater.example' };
const theirs = { ...SAVED, business_email: 'RECEPTION@brightwater.example' };
const confirmed = { at: NOW, alsoUpdated: [], replaced: {}, messages: [] };

/** Each state a change can reach, and its announcement. */
const OUTCOMES: [name: string, page: OrganizationView, announcement: string][] = [
  ['nothing', view(), ''],
  [
    'saving',
    view({ change: change(EDIT, { state: 'queued', step: 'writing', failure: null }) }),
    'Saving…',
  ],
  [
    'waiting',
    view({ change: change(EDIT) }),
    'Waiting to send Cloudflare cannot be reached from this computer. Make sure that this computer is connected to the internet. Letterhead will try again automatically.',
  ],
  [
    'paused',
    view({ change: change(EDIT, { state: 'paused', failure: { code: 'keychain.locked' } }) }),
    'Waiting to send This computer’s keychain is locked. Unlock it with its password, then try again.',
  ],
  [
    'refused',
    view({
      change: change(EDIT, {
        state: 'refused',
        failure: { code: 'profile.refused', status: 400, errors: [] },
      }),
    }),
    'Not saved Cloudflare did not accept the change. Read what Cloudflare says, correct the field and save again.',
  ],
  [
    'stored differently',
    view({
      change: change(EDIT, {
        state: 'differs',
        remote: theirs,
        failure: { code: 'profile.stored-differently' },
      }),
    }),
    'Cloudflare stored something else Both texts are shown under Profile. Accept the stored text, or edit it, then review and save it again.',
  ],
  [
    'conflict',
    view({
      change: conflicting(EDIT, { business_email: theirs.business_email }, { failure: null }),
    }),
    'Not sent: your decision is needed Nothing has been sent. Under Profile, choose which text to keep.',
  ],
  ['confirmed', view({ confirmed }), 'Saved and confirmed by Cloudflare'],
  [
    'changed at Cloudflare',
    view({ changedElsewhere: { at: NOW, fields: ['business_phone'] } }),
    'Changed at Cloudflare since you last looked: Business phone',
  ],
];

/** The role or `aria-live` value of the live region around a text; undefined without one. */
const liveRegionOf = (text: RegExp): string | undefined => {
  const region = screen.getByText(text).closest('[role="status"], [role="alert"], [aria-live]');
  return region?.getAttribute('role') ?? region?.getAttribute('aria-live') ?? undefined;
};

describe('a screen reader', () => {
  it.each(OUTCOMES)('announces %s when the page opens', async (_name, page, announcement) => {
    await openPage(page);
    expect(screen.getAllByRole('status', { hidden: true })).toHaveLength(1);
    expect(status()).toBe(announcement);
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('announces all outcomes in the same region', async () => {
    const { receive } = await openPage();
    // Not all screen readers announce a region that is inserted together with its text.
    const region = screen.getByRole('status');
    for (const [name, page, announcement] of OUTCOMES) {
      await receive(page);
      expect(status(), name).toBe(announcement);
      expect(screen.getAllByRole('status', { hidden: true }), name).toEqual([region]);
    }
  });

  it('finds no button in an outcome that is hidden because the page shows it', async () => {
    vi.spyOn(veryLow, 'current', 'get').mockReturnValue(true);
    onTestFinished(() => void vi.restoreAllMocks());
    const shown = (state: string) => OUTCOMES.find(([name]) => name === state)![1];
    const { receive } = await openPage(shown('refused'));
    button('Why?');
    for (const state of ['conflict', 'stored differently']) {
      await receive(shown(state));
      expect(screen.queryByRole('button', { name: 'Why?' }), state).toBeNull();
    }
  });

  it('announces a discarded change', async () => {
    const { api, user } = await openPage(view({ change: change(EDIT) }));
    api.answer('changes', 'discard', () => success(view()));
    await user.click(button('Discard waiting change'));
    await user.click(button('Discard it'));
    await waitFor(() =>
      expect(status()).toBe('Discarded. The text is in History, where you can restore it.'),
    );
    expect(screen.getAllByRole('status')).toHaveLength(1);
  });

  it('announces discarded edits through the button that is focused then', async () => {
    const { api, user } = await openPage();
    api.answer('drafts', 'discard', () => success(view()));
    await user.type(field('Business phone'), '9');
    await user.click(button('Discard changes'));
    const undo = await screen.findByRole('button', { name: 'Bring them back' });
    await waitFor(() => expect(document.activeElement).toBe(undo));
    expect(descriptionOf(undo)).toBe('Changes discarded.');
  });

  it('announces edits that cannot be saved as an alert, because they may be lost', async () => {
    const { api, user } = await openPage();
    api.answer('drafts', 'save', () => failed('database.full'));
    await user.type(field('Business phone'), '9');
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('1 field edited, not saved on this computer yet.');
    expect(screen.getAllByRole('status')).toHaveLength(1);
  });

  it('announces a failed action as an alert next to the outcome, which stays', async () => {
    const { api, user } = await openPage(view({ change: change(EDIT) }));
    const before = status();
    api.answer('changes', 'retry', () => failed('database.full'));
    await user.click(button('Try again now'));
    expect((await screen.findByRole('alert')).textContent).toContain('The disk is full');
    expect(status()).toBe(before);
  });

  it('announces a failed refresh, but not the age of the copy, which keeps changing', async () => {
    const page = view({ profile: savedCopy(SAVED), refreshFailure: { code: 'network.timed-out' } });
    const { receive } = await openPage(view(), { connection: { ...ONLINE, state: 'offline' } });
    await receive(page);
    expect(liveRegionOf(/Could not check with Cloudflare/)).toBe('polite');
    expect(liveRegionOf(/This is the copy that was read/)).toBe('off');
    expect(screen.getAllByRole('status')).toHaveLength(1);
    expect(status()).toBe('');
  });

  it('does not announce when a change was submitted and is tried next', async () => {
    await openPage(view({ change: change(EDIT) }));
    expect(liveRegionOf(/^Your save: .* ago/)).toBeUndefined();
  });
});
