/** Second step of adding: the list with filter and select-all, and the way by ID. */
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import ChooseStep from '../../../src/renderer/features/add/ChooseStep.svelte';
import { failed, success, type FailureCode } from '../../../src/shared/failure';
import {
  answerAvailable,
  type AvailableScript,
  type ListedOrganization,
} from '../../scripted/available-list';
import { FakeApi, later } from '../fake-api';
import { found, id, row, signIn, signInId } from '../samples';

async function show(fake: FakeApi, onlyNew = false) {
  fake
    .answer('signIns', 'list', () => success([signIn(1, 'Head office')]))
    .setRows([row(9, 'Saved already')]);
  const ondone = vi.fn();
  const { state, context } = fake.state();
  await state.load();
  await state.loadRest();
  const { unmount } = render(ChooseStep, {
    props: { signInId: signInId(1), onlyNew, onback: vi.fn(), ondone },
    context,
  });
  return { fake, ondone, unmount };
}

/** A main in which Cloudflare lists these; `added` has the ids of what was added. */
function listing(all: readonly ListedOrganization[], script: Partial<AvailableScript> = {}) {
  const fake = new FakeApi();
  const added: string[] = [];
  answerAvailable(fake, {
    organizations: () => all,
    add: (ids) => {
      added.push(...ids);
      return ids[0] ?? null;
    },
    ...script,
  });
  return { fake, added };
}

/** With eleven, nothing is ticked beforehand. */
const branches = (count = 11): ListedOrganization[] =>
  Array.from({ length: count }, (_, n) => found(n + 1, `Branch ${n + 1}`));
const box = (name: string) => screen.getByRole<HTMLInputElement>('checkbox', { name });
const press = (name: string) => userEvent.click(screen.getByRole('button', { name }));
const addSelected = () => screen.getByRole<HTMLButtonElement>('button', { name: 'Add selected' });
const filter = () => screen.getByRole('searchbox', { name: 'Filter' });

it('shows that it is listing, then a check box per organization, saved ones marked', async () => {
  const end = later<null>();
  const all = [found(1, 'Brunn'), found(2, 'Albrecht'), found(3, 'Casa', true)];
  await show(listing(all, { until: () => end.promise }).fake);
  screen.getByText('Asking Cloudflare for this sign-in’s organizations…');
  expect(addSelected().disabled).toBe(true);
  end.give(null);
  await screen.findByRole('checkbox', { name: 'Albrecht' });
  expect(box('Casa').disabled).toBe(true);
  screen.getByText('Already in your list');
});

it.each([
  ['the only one', 1],
  ['up to ten', 10],
])('chooses %s beforehand, and opens the first', async (_, count) => {
  const { fake, added } = listing(branches(count));
  const { ondone } = await show(fake);
  await waitFor(() => expect(box('Branch 1').checked).toBe(true));
  expect(box('Select all').checked).toBe(true);
  await userEvent.click(addSelected());
  await waitFor(() => expect(ondone).toHaveBeenCalledWith(id(1)));
  expect(added).toEqual(branches(count).map((one) => one.id));
});

it('chooses none of more than ten', async () => {
  await show(listing(branches()).fake);
  await screen.findByRole('checkbox', { name: 'Branch 11' });
  expect(box('Branch 11').checked).toBe(false);
  expect(addSelected().disabled).toBe(true);
  screen.getByText('0 of 11 selected');
});

it('selects one by one, and takes back', async () => {
  const { fake, added } = listing(branches());
  await show(fake);
  await userEvent.click(await screen.findByRole('checkbox', { name: 'Branch 2' }));
  await userEvent.click(box('Branch 4'));
  expect(box('Select all').indeterminate).toBe(true);
  await userEvent.click(box('Branch 2'));
  await waitFor(() => screen.getByText('1 of 11 selected'));
  expect([box('Branch 2').checked, box('Branch 4').checked]).toEqual([false, true]);
  await userEvent.click(addSelected());
  await waitFor(() => expect(added).toEqual([id(4)]));
});

it('selects all that the filter leaves', async () => {
  const { fake, added } = listing([
    ...branches(),
    found(21, 'Vienna North'),
    found(22, 'Vienna South'),
    found(23, 'Vienna Old', true),
  ]);
  await show(fake);
  await screen.findByRole('checkbox', { name: 'Branch 1' });
  await userEvent.type(filter(), 'vienna');
  await waitFor(() => expect(screen.queryByRole('checkbox', { name: 'Branch 1' })).toBeNull());
  await userEvent.click(box('Select all'));
  expect([box('Vienna North').checked, box('Vienna South').checked]).toEqual([true, true]);
  await userEvent.clear(filter());
  await screen.findByRole('checkbox', { name: 'Branch 1' });
  expect(box('Branch 1').checked).toBe(false);
  expect(box('Select all').indeterminate).toBe(true);
  screen.getByText('2 of 14 selected');
  await userEvent.click(addSelected());
  await waitFor(() => expect(added).toEqual([id(21), id(22)]));
});

it('asks for what was typed last, however quickly that was', async () => {
  const { fake } = listing([found(1, 'Graz'), found(2, 'Linz')]);
  await show(fake);
  await screen.findByRole('checkbox', { name: 'Graz' });
  await userEvent.type(filter(), 'zzz');
  await screen.findByText('No organization with “zzz” in its name or ID.');
  await userEvent.clear(filter());
  await userEvent.type(filter(), 'lin');
  await screen.findByRole('checkbox', { name: 'Linz' });
  expect(screen.queryByRole('checkbox', { name: 'Graz' })).toBeNull();
});

it('holds only what is in sight of 100,000, asks for the rest as it comes in sight, and adds all', async () => {
  const { fake, added } = listing(branches(100_000));
  await show(fake);
  await screen.findByRole('checkbox', { name: 'Branch 1' });
  expect(screen.getAllByRole('checkbox').length).toBeLessThan(100);
  await userEvent.click(box('Select all'));

  const rows = screen.getByRole('group', { name: 'Organizations' });
  rows.scrollTop = 49 * 50_000;
  await fireEvent.scroll(rows);
  await screen.findByRole('checkbox', { name: 'Branch 50001' });
  expect(box('Branch 50001').checked).toBe(true);
  expect(screen.queryByRole('checkbox', { name: 'Branch 1' })).toBeNull();
  expect(screen.getAllByRole('checkbox').length).toBeLessThan(100);
  for (const { limit } of fake.requests('additions.page') as { limit: number }[]) {
    expect(limit).toBeLessThanOrEqual(200);
  }
  await waitFor(() => screen.getByText('100,000 of 100,000 selected'));
  await userEvent.click(addSelected());
  await waitFor(() => expect(added).toHaveLength(100_000));
});

it('keeps the box that has the focus, wherever the list is scrolled', async () => {
  await show(listing(branches(5_000)).fake);
  const first = await screen.findByRole('checkbox', { name: 'Branch 1' });
  first.focus();
  const rows = screen.getByRole('group', { name: 'Organizations' });
  rows.scrollTop = 49 * 4_000;
  await fireEvent.scroll(rows);
  await screen.findByRole('checkbox', { name: 'Branch 4001' });
  expect(document.activeElement).toBe(first);
  expect(box('Branch 1')).toBe(first);
});

it('shows how far a long list is, and can stop it', async () => {
  const end = later<null>();
  const { fake } = listing(branches(), { until: () => end.promise });
  await show(fake);
  fake.emit('additionsChanged', { listing: { found: 12_000, total: 100_000 }, addition: null });
  const bar = await screen.findByRole('progressbar', { name: 'Finding organizations' });
  expect(bar.getAttribute('aria-valuetext')).toBe('12,000 of 100,000 found');
  fake.emit('additionsChanged', { listing: { found: 13_000, total: null }, addition: null });
  await waitFor(() => expect(bar.getAttribute('aria-valuetext')).toBe('13,000 found so far'));
  await press('Stop');
  expect(fake.requests('additions.stopFetching')).toHaveLength(1);
  end.give(null);
  await screen.findByRole('checkbox', { name: 'Branch 1' });
});

it.each([
  ['stopped', null, 'You stopped before the end of the list.'],
  ['failed', { code: 'network.timed-out' as const }, 'did not answer in time'],
])('uses what was found of a list that %s, and finds the rest', async (_, failure, sentence) => {
  let tries = 0;
  const { fake } = listing(branches(), {
    end: () => {
      tries += 1;
      return tries === 1 ? { isComplete: false, failure } : {};
    },
  });
  await show(fake);
  const said = await screen.findByRole('alert');
  expect(said.textContent).toContain(sentence);
  expect(said.textContent).toContain('Organizations found so far: 11.');
  await userEvent.click(box('Branch 1'));
  expect(addSelected().disabled).toBe(false);
  await press('Find the rest');
  await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
  await screen.findByRole('checkbox', { name: 'Branch 1' });
  expect(fake.requests('additions.list')).toHaveLength(2);
});

it('forgets the list when the person leaves', async () => {
  const { fake, unmount } = await show(listing(branches()).fake);
  await screen.findByRole('checkbox', { name: 'Branch 1' });
  expect(fake.requests('additions.leave')).toEqual([]);
  unmount();
  expect(fake.requests('additions.leave')).toHaveLength(1);
});

it('forgets the list when the window is closed', async () => {
  const { fake } = await show(listing(branches()).fake);
  await screen.findByRole('checkbox', { name: 'Branch 1' });
  await fireEvent(window, new Event('pagehide'));
  expect(fake.requests('additions.leave')).toHaveLength(1);
});

it('keeps the choice and says why when adding fails', async () => {
  const { fake } = listing([found(1, 'Graz')]);
  fake.answer('additions', 'add', () => failed('store.full'));
  const { ondone } = await show(fake);
  await waitFor(() => expect(box('Graz').checked).toBe(true));
  await userEvent.click(addSelected());
  expect((await screen.findByRole('alert')).textContent).toContain('The disk is full');
  expect(box('Graz').checked).toBe(true);
  expect(ondone).not.toHaveBeenCalled();
});

it('has a sentence for accounts without Organizations, and leaves the way by ID', async () => {
  const { fake } = listing([]);
  fake.answer('additions', 'list', () => failed('organizations.not-enabled', { status: 403 }));
  await show(fake);
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toContain('Cloudflare has not enabled Organizations for this account');
  screen.getByRole('textbox', { name: 'Organization ID' });
  expect(screen.queryByRole('button', { name: 'Add selected' })).toBeNull();
  await press('Try again');
  expect(fake.requests('additions.list')).toHaveLength(2);
});

it('asks again for rows that could not be had, and not Cloudflare for the list', async () => {
  let isBroken = false;
  const { fake } = listing([found(1, 'Graz'), found(2, 'Linz')], { refuses: () => isBroken });
  await show(fake);
  await screen.findByRole('checkbox', { name: 'Graz' });
  isBroken = true;
  await userEvent.type(filter(), 'l');
  await screen.findByRole('alert');
  isBroken = false;
  await press('Try again');
  await waitFor(() => expect(screen.queryByRole('checkbox', { name: 'Graz' })).toBeNull());
  expect(screen.queryByRole('alert')).toBeNull();
  expect(fake.requests('additions.list')).toHaveLength(1);
});

it('takes back a tick that main refuses, and says why until one is taken', async () => {
  let isBroken = true;
  const { fake } = listing(branches(), { refuses: (call) => call === 'tick' && isBroken });
  await show(fake);
  const first = await screen.findByRole<HTMLInputElement>('checkbox', { name: 'Branch 1' });
  const release = fake.hold('additions.tick');
  await userEvent.click(first);
  await userEvent.click(box('Select all'));
  expect([first.checked, box('Select all').checked]).toEqual([true, true]);
  screen.getByText('11 of 11 selected');
  release();
  await screen.findByRole('alert');
  expect([first.checked, box('Select all').checked]).toEqual([false, false]);
  screen.getByText('0 of 11 selected');
  expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull();
  isBroken = false;
  await userEvent.click(box('Branch 2'));
  await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
  expect(box('Branch 2').checked).toBe(true);
  screen.getByText('1 of 11 selected');
});

it('says to a screen reader how many the filter shows of how many', async () => {
  await show(listing(branches(1_200)).fake);
  await screen.findByRole('checkbox', { name: 'Branch 1' });
  const described = () =>
    document.getElementById(
      screen.getByRole('group', { name: 'Organizations' }).getAttribute('aria-describedby') ?? '',
    )?.textContent;
  expect(described()?.trim()).toBe('1,200 of 1,200 shown');
  await userEvent.type(filter(), 'branch 1199');
  await waitFor(() => expect(described()?.trim()).toBe('1 of 1,200 shown'));
});

it('says when the sign-in sees nothing', async () => {
  await show(listing([]).fake);
  await screen.findByText('No organizations are available to this sign-in.');
  screen.getByRole('button', { name: 'Add by ID' });
});

async function addById(text: string) {
  const field = screen.getByRole('textbox', { name: 'Organization ID' });
  if (text !== '') await userEvent.type(field, text);
  await userEvent.click(screen.getByRole('button', { name: 'Add by ID' }));
  return () =>
    (field.getAttribute('aria-describedby') ?? '')
      .split(' ')
      .map((id) => document.getElementById(id)?.textContent ?? '')
      .join(' ');
}

it.each([
  ['nothing', '', 'Enter an organization ID.'],
  ['not 32 hex characters', 'Albrecht', 'This is not an organization ID.'],
])('asks Cloudflare nothing for %s and says so beside the field', async (_, text, sentence) => {
  const { fake } = await show(listing([]).fake);
  const said = await addById(text);
  expect(said()).toContain(sentence);
  expect(fake.requests('organizations.addById')).toEqual([]);
});

it.each<[FailureCode, string]>([
  ['organization.not-found', 'has no organization with this ID'],
  ['organization.forbidden', 'is not allowed to open the organization'],
  ['organization.already-added', 'already in your list'],
])('says %s beside the field', async (code, sentence) => {
  const { fake } = listing([]);
  fake.answer('organizations', 'addById', () => failed(code, { status: 404 }));
  await show(fake);
  const said = await addById(id(5));
  await waitFor(() => expect(said()).toContain(sentence));
  screen.getByRole('button', { name: 'Details' });
});

it('says what the network did in its own place', async () => {
  const { fake } = listing([]);
  fake.answer('organizations', 'addById', () => failed('network.timed-out'));
  await show(fake);
  const said = await addById(id(5));
  expect((await screen.findByRole('alert')).textContent).toContain('did not answer in time');
  expect(said()).not.toContain('did not answer');
});

it('takes an ID as it is copied, and opens the organization', async () => {
  const { fake } = listing([]);
  fake.answer('organizations', 'addById', ({ organizationId: asked }) =>
    success({ organizationId: asked }),
  );
  const { ondone } = await show(fake);
  await addById(` ${id(0xab).toUpperCase()} `);
  expect(fake.requests('organizations.addById')).toEqual([
    { signInId: signInId(1), organizationId: id(0xab) },
  ]);
  await waitFor(() => expect(ondone).toHaveBeenCalledWith(id(0xab)));
});

it('puts new ones first, and leaves out saved ones where only new ones were asked for', async () => {
  const all = [found(1, 'Albrecht', true), found(2, 'Casa'), found(3, 'Brunn')];
  await show(listing(all).fake);
  await screen.findByRole('checkbox', { name: 'Brunn' });
  expect(screen.getAllByRole('checkbox')).toEqual(
    ['Select all', 'Brunn', 'Casa', 'Albrecht'].map(box),
  );
  cleanup();
  await show(listing(all).fake, true);
  screen.getByRole('heading', { level: 1, name: 'Find new organizations' });
  await screen.findByRole('checkbox', { name: 'Brunn' });
  expect(screen.queryByRole('checkbox', { name: 'Albrecht' })).toBeNull();
  screen.getByText('Already in your list: 1');
});

it('says plainly when there is nothing new', async () => {
  await show(listing([found(1, 'Albrecht', true), found(2, 'Casa', true)]).fake, true);
  const said = await screen.findByRole('alert');
  expect(said.textContent).toMatch(
    /No new organizations\..*All organizations of this sign-in are already in your list\./s,
  );
  expect(screen.queryByRole('button', { name: 'Add selected' })).toBeNull();
});
