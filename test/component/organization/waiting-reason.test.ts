/** Why a change waits for its sign-in is said once: in the message above the page, or on the page. */
import { render, screen, waitFor } from '@testing-library/svelte';
import { afterEach, expect, it, vi } from 'vitest';
import Banners from '../../../src/renderer/features/banners/Banners.svelte';
import { low } from '../../../src/renderer/ui/window-size';
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
}

afterEach(() => void vi.restoreAllMocks());

it('is in the message above the page, and the page says what it waits for', async () => {
  await show([BROKEN]);
  expect(screen.getAllByText(REASON)).toHaveLength(1);
  expect(status()).toContain(
    'It will be sent as soon as the sign-in “⁨Head office sign-in⁩” works again.',
  );
  expect(status()).not.toMatch(REASON);
  expect(screen.getAllByRole('button', { name: 'Details' })).toHaveLength(1);
  expect(screen.getByRole('button', { name: 'Discard waiting change' })).toBeTruthy();
});

it('names the keychain where that is locked', async () => {
  const issue = { code: 'keychain.locked' } as const;
  await show([{ ...BROKEN, issue }], issue);
  expect(status()).toContain('It will be sent as soon as the keychain is unlocked.');
});

it('is on the page where the messages are combined, because these name no reasons', async () => {
  const others = [1, 2].map((n) => signIn(n, `Branch ${n}`, { issue: ISSUE }));
  await show([BROKEN, ...others]);
  expect(screen.getAllByText(REASON)).toHaveLength(1);
  expect(status()).toMatch(REASON);
});

it('is on the page in a low window, where the message is brief', async () => {
  vi.spyOn(low, 'current', 'get').mockReturnValue(true);
  await show([BROKEN]);
  expect(screen.getAllByText(REASON)).toHaveLength(1);
  expect(status()).toMatch(REASON);
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
