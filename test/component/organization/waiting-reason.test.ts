/** Why a change waits for its sign-in is said once: on its page, and not above it. */
import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import Banners from '../../../src/renderer/features/banners/Banners.svelte';
import OrganizationPage from '../../../src/renderer/features/organization/OrganizationPage.svelte';
import type { Failure } from '../../../src/shared/failure';
import type { SignIn } from '../../../src/shared/sign-in';
import { success } from '../../../src/shared/result';
import { FakeApi } from '../fake-api';
import { sampleSave } from '../changes/pending-samples';
import { signIn } from '../samples';
import { openPage, status } from './open-page';
import { change, ENTRY_ID, SAVED, SIGN_IN, view } from './samples';

const ISSUE = { code: 'sign-in.unknown' } as const;
const REASON = /does not recognize this email and key/;
const BROKEN: SignIn = { ...SIGN_IN, issue: ISSUE, issueSince: 1, waiting: 1, paused: 1 };

/** Shows the page of a change that waits for a broken sign-in below the messages about these sign-ins. */
async function show(signIns: SignIn[], issue: Failure = ISSUE) {
  const paused = change({ business_phone: '1' }, { state: 'paused', failure: issue });
  const fake = new FakeApi()
    .answer('signIns', 'list', () => success(signIns))
    .answer('organizations', 'open', () =>
      success(view({ signIn: { ...BROKEN, issue }, change: paused, refreshFailure: issue })),
    );
  const { state, context } = await fake.loadedState();
  state.navigation.openOrganization(ENTRY_ID);
  render(Banners, { context });
  render(OrganizationPage, { context });
  await waitFor(() => expect(status()).toContain('Waiting to send'));
  return { state };
}

it('is on the page, with the button that ends it', async () => {
  await show([BROKEN]);
  expect(screen.getAllByText(REASON)).toHaveLength(1);
  expect(status()).toBe('Waiting to send Cloudflare does not recognize this email and key.');
  expect(screen.queryByRole('region', { name: 'Sign-ins that need your attention' })).toBeNull();
  expect(screen.getAllByRole('button', { name: 'Details' })).toHaveLength(1);
  await userEvent.click(screen.getByRole('button', { name: 'Replace key' }));
  const dialog = screen.getByRole('dialog', { name: 'Replace key' });
  await userEvent.click(within(dialog).getByRole('button', { name: 'Cancel' }));
  await waitFor(() =>
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Replace key' })),
  );
});

it('stays on the page while its change is tried again, so that nothing moves', async () => {
  const { state } = await show([BROKEN]);
  const tried = change({ business_phone: '1' }, { state: 'queued', step: 'reading' });
  state.open.replace(view({ signIn: BROKEN, change: tried }));
  await waitFor(() => expect(status()).toContain('Saving…'));
  expect(screen.queryByText(REASON)).toBeNull();
});

it('is above the page of a change that waits for something else', async () => {
  const { state } = await show([BROKEN]);
  const failure = { code: 'profile.refused' } as const;
  const refused = change({ business_phone: '1' }, { state: 'refused', failure });
  state.open.replace(view({ signIn: BROKEN, change: refused }));
  await waitFor(() => expect(screen.getAllByText(REASON)).toHaveLength(1));
  expect(status()).not.toMatch(REASON);
});

it('is on the page where the messages are combined, because these name no reasons', async () => {
  const others = [1, 2, 3].map((n) => signIn(n, `Branch ${n}`, { issue: ISSUE }));
  await show([BROKEN, ...others]);
  expect(screen.getAllByText(REASON)).toHaveLength(1);
  expect(status()).toMatch(REASON);
});

it('is on the page, too, where it is the keychain', async () => {
  const issue = { code: 'keychain.locked' } as const;
  await show([{ ...BROKEN, issue }], issue);
  expect(screen.getAllByText(/keychain is locked/)).toHaveLength(1);
  expect(status()).toMatch(/keychain is locked/);
  expect(screen.getByRole('button', { name: 'Try again now' })).toBeTruthy();
});

it('is a paused save, which is resumed above the page', async () => {
  const save = sampleSave({ state: 'paused', timeLeft: null });
  const edit = { base: SAVED.business_phone, text: '1', save: save.id };
  const waiting = change({}, { patch: { business_phone: edit }, failure: null });
  const fake = new FakeApi().answer('saves', 'list', () => success([save]));
  const { receive } = await openPage(view({ change: waiting }), { api: fake });
  fake.emit('savesChanged', [save]);
  await waitFor(() => expect(status()).toContain('The save is paused.'));
  expect(screen.queryByRole('button', { name: 'Try again now' })).toBeNull();
  fake.emit('savesChanged', [sampleSave()]);
  await waitFor(() => expect(status()).toContain('It will be sent when its turn comes.'));
  expect(screen.getByRole('button', { name: 'Try again now' })).toBeTruthy();
  // A field that the person owns is sent.
  fake.emit('savesChanged', [save]);
  const own = { base: SAVED.business_name, text: 'B' };
  const patch = { business_phone: edit, business_name: own };
  await receive(view({ change: { ...waiting, patch } }));
  await waitFor(() => expect(status()).toContain('It will be sent when its turn comes.'));
});

it('is the refusal, also of a paused save’s change: the person decides about that', async () => {
  const save = sampleSave({ state: 'paused', timeLeft: null });
  const edit = { base: SAVED.business_phone, text: '1', save: save.id };
  const failure = { code: 'profile.refused' } as const;
  const patch = { business_phone: edit };
  const fake = new FakeApi().answer('saves', 'list', () => success([save]));
  const waiting = view({ change: change({}, { patch, failure: null }) });
  const { receive } = await openPage(waiting, { api: fake });
  fake.emit('savesChanged', [save]);
  await waitFor(() => expect(status()).toContain('The save is paused.'));
  await receive(view({ change: change({}, { patch, state: 'refused', failure }) }));
  expect(await screen.findByRole('button', { name: 'Try again now' })).toBeTruthy();
});
