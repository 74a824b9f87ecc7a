/** Needs attention: every row says why in words, drafts and waiting changes too, and the count follows. */
import { screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import type { Attention } from '../../../src/shared/attention';
import type { OrganizationRow } from '../../../src/shared/organization';
import { FakeApi } from '../fake-api';
import { row } from '../samples';
import { options, showSidebar } from './show';

const show = (list: OrganizationRow[]) => showSidebar(list, new FakeApi());

const because = (reason: Attention['reason'], more: Partial<Attention> = {}): Attention => ({
  reason,
  fields: [],
  code: null,
  ...more,
});
const attention = () => screen.getByRole('radio', { name: 'Needs attention' });
const count = () =>
  document.getElementById(attention().getAttribute('aria-describedby') ?? '')?.textContent;

it('says of every row why, in words', async () => {
  const incomplete = because('incomplete', { fields: ['business_email', 'business_phone'] });
  const advice = because('advice', { fields: ['external_metadata'] });
  await show([
    row(1, 'A', { state: 'refused', attention: because('refused', { code: 'profile.gone' }) }),
    row(2, 'B', { state: 'no-sign-in' }),
    row(3, 'C', {
      state: 'sign-in-issue',
      attention: because('sign-in-issue', { code: 'sign-in.unknown' }),
    }),
    row(4, 'D', { state: 'changed-elsewhere' }),
    row(5, 'E', { state: 'incomplete', attention: incomplete }),
    row(6, 'F', { state: 'advice', attention: advice }),
  ]);
  expect(options()).toEqual([
    expect.stringMatching(/^A, (?!Not saved)\S.*, Refused$/),
    'B, Needs another sign-in, No sign-in',
    'C, Cloudflare does not recognize this email and key., Sign-in',
    'D, Changed at Cloudflare, Changed',
    'E, Empty: email and phone, Incomplete',
    'F, Worth a look: metadata, Unusual',
  ]);
});

it('is calm about a sign-in that is missing or broken, unless something waits for it', async () => {
  await show([
    row(1, 'A', { state: 'no-sign-in' }),
    row(2, 'B', { state: 'sign-in-issue' }),
    row(3, 'C', { state: 'sign-in-issue', waitingSince: Date.now() }),
    row(4, 'D', { state: 'refused' }),
  ]);
  const tones = [...document.querySelectorAll('.option .state')].map((state) =>
    state.classList.contains('danger') ? 'danger' : 'calm',
  );
  expect(tones).toEqual(['calm', 'calm', 'danger', 'danger']);
});

it('says why of a draft and a waiting change where that is what is looked for', async () => {
  const empty = because('incomplete', { fields: ['business_phone'] });
  const since = Date.now();
  await show([
    row(1, 'A', { state: 'draft', draftFields: 1, attention: empty }),
    row(2, 'B', { state: 'waiting', waitingSince: since, attention: because('changed-elsewhere') }),
    row(3, 'C', { state: 'sign-in-issue', waitingSince: since }),
    row(4, 'D', { state: 'draft', draftFields: 1 }),
  ]);
  expect(options()[0]).toBe('A, 1 unsent change, Draft');
  expect(options()[1]).toMatch(/^B, Waiting since/);
  expect(count()).toBe('3');
  await userEvent.click(attention());
  await waitFor(() => expect(options()).toHaveLength(3));
  expect(options()).toEqual([
    'A, Empty: phone, Draft',
    'B, Changed at Cloudflare, Waiting',
    expect.stringMatching(/^C, Waiting for its sign-in since/),
  ]);
});

it('empties as what needed attention is mended, and says so calmly', async () => {
  const { fake } = await show([row(1, 'A', { state: 'incomplete' }), row(2, 'B')]);
  await userEvent.click(attention());
  await waitFor(() => expect(options()).toHaveLength(1));
  fake.list.upsert(row(1, 'A'));
  await screen.findByText('Nothing needs your attention.');
  await waitFor(() => expect(count()).toBe('0'));
});
