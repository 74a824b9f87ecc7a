/** The *Check* filter: reasons in rows, including drafts and waiting changes, and the count. */
import { screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import type { Attention } from '../../../src/shared/attention';
import type { OrganizationRow } from '../../../src/shared/organization';
import { descriptionOf } from '../dom';
import { FakeApi } from '../fake-api';
import { row } from '../samples';
import { rowLabels, renderSidebar } from './render-sidebar';

const show = (list: OrganizationRow[]) => renderSidebar(list, new FakeApi());

const attentionFor = (reason: Attention['reason'], more: Partial<Attention> = {}): Attention => ({
  reason,
  fields: [],
  code: null,
  ...more,
});
const attentionFilter = () => screen.getByRole('radio', { name: 'Check' });
const count = () => descriptionOf(attentionFilter());

it('shows the reason in every row', async () => {
  const incomplete = attentionFor('incomplete', { fields: ['business_email', 'business_phone'] });
  const advice = attentionFor('advice', { fields: ['external_metadata'] });
  await show([
    row(1, 'A', { state: 'refused', attention: attentionFor('refused', { code: 'profile.gone' }) }),
    row(2, 'B', { state: 'no-sign-in' }),
    row(3, 'C', {
      state: 'sign-in-issue',
      attention: attentionFor('sign-in-issue', { code: 'sign-in.unknown' }),
    }),
    row(4, 'D', { state: 'changed-elsewhere' }),
    row(5, 'E', { state: 'incomplete', attention: incomplete }),
    row(6, 'F', { state: 'advice', attention: advice }),
    row(7, 'G', {
      state: 'stored-differently',
      attention: attentionFor('stored-differently', { code: 'profile.empty-kept' }),
    }),
  ]);
  expect(rowLabels()).toEqual([
    expect.stringMatching(/^A, (?!Not saved)\S.*, Refused$/),
    'B, Needs a sign-in, No sign-in',
    'C, Cloudflare does not recognize this email and key., Sign-in issue',
    'D, Changed at Cloudflare, Changed',
    'E, Empty: email and phone, Incomplete',
    'F, To check: metadata, Check',
    'G, Old text kept, Differs',
  ]);
});

it('highlights a missing or broken sign-in only where a change waits for it', async () => {
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

it('shows the reason of drafts and waiting changes while the filter is on', async () => {
  const empty = attentionFor('incomplete', { fields: ['business_phone'] });
  const since = Date.now();
  await show([
    row(1, 'A', { state: 'draft', draftFields: 1, attention: empty }),
    row(2, 'B', {
      state: 'waiting',
      waitingSince: since,
      attention: attentionFor('changed-elsewhere'),
    }),
    row(3, 'C', { state: 'sign-in-issue', waitingSince: since }),
    row(4, 'D', { state: 'draft', draftFields: 1 }),
  ]);
  expect(rowLabels()[0]).toBe('A, 1 field edited, Draft');
  expect(rowLabels()[1]).toMatch(/^B, Waiting since/);
  expect(count()).toBe('3');
  await userEvent.click(attentionFilter());
  await waitFor(() => expect(rowLabels()).toHaveLength(3));
  expect(rowLabels()).toEqual([
    'A, Empty: phone, Draft',
    'B, Changed at Cloudflare, Waiting',
    expect.stringMatching(/^C, Waiting for its sign-in since/),
  ]);
});

it('says so when nothing needs attention any more', async () => {
  const { fake } = await show([row(1, 'A', { state: 'incomplete' }), row(2, 'B')]);
  await userEvent.click(attentionFilter());
  await waitFor(() => expect(rowLabels()).toHaveLength(1));
  fake.list.upsert(row(1, 'A'));
  await screen.findByText('Nothing to check.');
  await waitFor(() => expect(count()).toBe('0'));
});
