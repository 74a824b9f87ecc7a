/** Second step of adding organizations: the list with filter and *Select all*. */
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { failed } from '../../../src/shared/result';
import type { ListedOrganization } from '../../scripted/available-list';
import { descriptionOf } from '../dom';
import { deferred } from '../fake-api';
import { found, id, signIn } from '../samples';
import { fakeListing, renderChoose } from './render-choose';

/** Organizations to choose from. With eleven or more, nothing is preselected. */
const branches = (count = 11): ListedOrganization[] =>
  Array.from({ length: count }, (_, n) => found(n + 1, `Branch ${n + 1}`));
const checkbox = (name: string) => screen.getByRole<HTMLInputElement>('checkbox', { name });
const press = (name: string) => userEvent.click(screen.getByRole('button', { name }));
const addSelected = () => screen.getByRole<HTMLButtonElement>('button', { name: 'Add selected' });
const filter = () => screen.getByRole<HTMLInputElement>('searchbox', { name: 'Filter' });

it('shows that it is listing, then a checkbox per organization, marking those already added', async () => {
  const listingEnd = deferred<null>();
  const all = [found(1, 'Brunn'), found(2, 'Albrecht'), found(3, 'Casa', true)];
  await renderChoose(fakeListing(all, { until: () => listingEnd.promise }).fake);
  screen.getByText('Asking Cloudflare for this sign-in’s organizations…');
  expect(screen.queryByRole('button', { name: 'Add selected' })).toBeNull();
  listingEnd.resolve(null);
  await screen.findByRole('checkbox', { name: 'Albrecht' });
  expect(checkbox('Casa').disabled).toBe(true);
  screen.getByText('Already in your list');
});

it.each([
  ['the only one', 1],
  ['up to ten', 10],
])('preselects %s, and opens the first', async (_, count) => {
  const { fake, added } = fakeListing(branches(count));
  const { ondone } = await renderChoose(fake);
  await waitFor(() => expect(checkbox('Branch 1').checked).toBe(true));
  expect(checkbox('Select all').checked).toBe(true);
  await userEvent.click(addSelected());
  await waitFor(() => expect(ondone).toHaveBeenCalledWith(id(1)));
  expect(added).toEqual(branches(count).map((branch) => branch.id));
});

it('preselects none of more than ten', async () => {
  await renderChoose(fakeListing(branches()).fake);
  await screen.findByRole('checkbox', { name: 'Branch 11' });
  expect(checkbox('Branch 11').checked).toBe(false);
  expect(addSelected().disabled).toBe(true);
  screen.getByText('0 selected');
});

it('reserves the line that names the sign-in until main has reported it', async () => {
  const { fake } = await renderChoose(fakeListing(branches(2)).fake);
  const line = () => document.querySelector('header p')?.textContent;
  fake.emit('signInsChanged', []);
  await waitFor(() => expect(line()).toBe(''));
  fake.emit('signInsChanged', [signIn(1, 'Head office')]);
  await waitFor(() => expect(line()).toBe('Organizations available to Head office'));
});

it('is left with Escape, unless that would lose what was selected or typed', async () => {
  const { onback } = await renderChoose(fakeListing(branches(2)).fake);
  await screen.findByRole('checkbox', { name: 'Branch 2' });
  expect(screen.queryByRole('textbox', { name: /ID/ })).toBeNull();
  await press('Add an organization by its ID');
  const id = screen.getByRole('textbox', { name: /ID/ });
  await userEvent.type(id, '1{Escape}');
  expect(onback).not.toHaveBeenCalled();
  await userEvent.type(id, '{Backspace}{Escape}');
  expect(onback).toHaveBeenCalledTimes(1);
  await userEvent.click(checkbox('Branch 2'));
  await userEvent.keyboard('{Escape}');
  expect(onback).toHaveBeenCalledTimes(1);
});

it('selects and deselects one by one', async () => {
  const { fake, added } = fakeListing(branches());
  await renderChoose(fake);
  await userEvent.click(await screen.findByRole('checkbox', { name: 'Branch 2' }));
  await userEvent.click(checkbox('Branch 4'));
  expect(checkbox('Select all').indeterminate).toBe(true);
  await userEvent.click(checkbox('Branch 2'));
  await waitFor(() => screen.getByText('1 selected'));
  expect([checkbox('Branch 2').checked, checkbox('Branch 4').checked]).toEqual([false, true]);
  await userEvent.click(addSelected());
  await waitFor(() => expect(added).toEqual([id(4)]));
});

it('selects all that match the filter', async () => {
  const { fake, added } = fakeListing([
    ...branches(),
    found(21, 'Vienna North'),
    found(22, 'Vienna South'),
    found(23, 'Vienna Old', true),
  ]);
  await renderChoose(fake);
  await screen.findByRole('checkbox', { name: 'Branch 1' });
  await userEvent.type(filter(), 'vienna');
  await waitFor(() => expect(screen.queryByRole('checkbox', { name: 'Branch 1' })).toBeNull());
  await userEvent.click(checkbox('Select all'));
  expect([checkbox('Vienna North').checked, checkbox('Vienna South').checked]).toEqual([
    true,
    true,
  ]);
  await userEvent.clear(filter());
  await screen.findByRole('checkbox', { name: 'Branch 1' });
  expect(checkbox('Branch 1').checked).toBe(false);
  expect(checkbox('Select all').indeterminate).toBe(true);
  screen.getByText('2 selected');
  await userEvent.click(addSelected());
  await waitFor(() => expect(added).toEqual([id(21), id(22)]));
});

it('filters by the last typed text, however fast the typing', async () => {
  const { fake } = fakeListing([found(1, 'Graz'), found(2, 'Linz')]);
  await renderChoose(fake);
  await screen.findByRole('checkbox', { name: 'Graz' });
  await userEvent.type(filter(), 'zzz');
  await screen.findByText('No organization with “zzz” in its name or ID.');
  await userEvent.clear(filter());
  await userEvent.type(filter(), 'lin');
  await screen.findByRole('checkbox', { name: 'Linz' });
  expect(screen.queryByRole('checkbox', { name: 'Graz' })).toBeNull();
});

it('loads only the visible part of 100,000, more while scrolling, and adds all', async () => {
  const { fake, added } = fakeListing(branches(100_000));
  await renderChoose(fake);
  await screen.findByRole('checkbox', { name: 'Branch 1' });
  expect(screen.getAllByRole('checkbox').length).toBeLessThan(100);
  await userEvent.click(checkbox('Select all'));

  const rows = screen.getByRole('group', { name: 'Organizations' });
  rows.scrollTop = 45 * 50_000;
  await fireEvent.scroll(rows);
  await screen.findByRole('checkbox', { name: 'Branch 50001' });
  expect(checkbox('Branch 50001').checked).toBe(true);
  expect(screen.queryByRole('checkbox', { name: 'Branch 1' })).toBeNull();
  expect(screen.getAllByRole('checkbox').length).toBeLessThan(100);
  for (const { limit } of fake.requests('additions.rows') as { limit: number }[]) {
    expect(limit).toBeLessThanOrEqual(200);
  }
  await waitFor(() => screen.getByText('100,000 selected'));
  await userEvent.click(addSelected());
  await waitFor(() => expect(added).toHaveLength(100_000));
});

it('keeps the focused checkbox rendered, wherever the list is scrolled', async () => {
  await renderChoose(fakeListing(branches(5_000)).fake);
  const first = await screen.findByRole('checkbox', { name: 'Branch 1' });
  first.focus();
  const rows = screen.getByRole('group', { name: 'Organizations' });
  rows.scrollTop = 45 * 4_000;
  await fireEvent.scroll(rows);
  await screen.findByRole('checkbox', { name: 'Branch 4001' });
  expect(document.activeElement).toBe(first);
  expect(checkbox('Branch 1')).toBe(first);
});

it('shows the progress of a long listing, and can stop it', async () => {
  const listingEnd = deferred<null>();
  const { fake } = fakeListing(branches(), { until: () => listingEnd.promise });
  await renderChoose(fake);
  fake.emit('additionsChanged', { listing: { found: 12_000, total: 100_000 }, addition: null });
  const bar = await screen.findByRole('progressbar', { name: 'Finding organizations' });
  expect(bar.getAttribute('aria-valuetext')).toBe('12,000 of 100,000 found');
  fake.emit('additionsChanged', { listing: { found: 13_000, total: null }, addition: null });
  await waitFor(() => expect(bar.getAttribute('aria-valuetext')).toBe('13,000 found so far'));
  await press('Stop');
  expect(fake.requests('additions.stopFetching')).toHaveLength(1);
  listingEnd.resolve(null);
  await screen.findByRole('checkbox', { name: 'Branch 1' });
});

it.each([
  ['stopped', null, 'You stopped the search before it was finished.'],
  ['failed', { code: 'network.timed-out' as const }, 'did not answer in time'],
])('uses the found part of a listing that %s, and finds the rest', async (_, failure, message) => {
  let tries = 0;
  const { fake } = fakeListing(branches(), {
    end: () => {
      tries += 1;
      return tries === 1 ? { isComplete: false, failure } : {};
    },
  });
  await renderChoose(fake);
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toContain(message);
  expect(alert.textContent).toContain('Organizations found so far: 11.');
  await userEvent.click(checkbox('Branch 1'));
  expect(addSelected().disabled).toBe(false);
  await press('Find the rest');
  await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
  await screen.findByRole('checkbox', { name: 'Branch 1' });
  expect(fake.requests('additions.list')).toHaveLength(2);
});

it('shows what was found with the rest, also if rows were asked for when that began', async () => {
  let listed = [found(1, 'Graz')];
  let isComplete = false;
  const { fake } = fakeListing([], {
    organizations: () => listed,
    end: () => (isComplete ? {} : { isComplete: false, failure: null }),
  });
  await renderChoose(fake);
  await screen.findByRole('checkbox', { name: 'Graz' });
  const release = fake.hold('additions.rows');
  await userEvent.type(filter(), 'z');
  listed = [found(1, 'Graz'), found(2, 'Linz')];
  isComplete = true;
  await press('Find the rest');
  await waitFor(() => expect(fake.requests('additions.list')).toHaveLength(2));
  release();
  await screen.findByRole('checkbox', { name: 'Linz' });
});

it('opens nothing once the person has left the step', async () => {
  const { fake } = fakeListing(branches());
  const { ondone, unmount } = await renderChoose(fake);
  await userEvent.click(await screen.findByRole('checkbox', { name: 'Branch 1' }));
  const release = fake.hold('additions.add');
  await userEvent.click(addSelected());
  unmount();
  release();
  await new Promise(requestAnimationFrame);
  expect(ondone).not.toHaveBeenCalled();
});

it('discards the list when the user leaves the page', async () => {
  const { fake, unmount } = await renderChoose(fakeListing(branches()).fake);
  await screen.findByRole('checkbox', { name: 'Branch 1' });
  expect(fake.requests('additions.leave')).toEqual([]);
  unmount();
  expect(fake.requests('additions.leave')).toHaveLength(1);
});

it('discards the list when the window is closed', async () => {
  const { fake } = await renderChoose(fakeListing(branches()).fake);
  await screen.findByRole('checkbox', { name: 'Branch 1' });
  await fireEvent(window, new Event('pagehide'));
  expect(fake.requests('additions.leave')).toHaveLength(1);
});

it('keeps the selection and shows why when adding fails', async () => {
  const { fake } = fakeListing([found(1, 'Graz')]);
  fake.answer('additions', 'add', () => failed('database.full'));
  const { ondone } = await renderChoose(fake);
  await waitFor(() => expect(checkbox('Graz').checked).toBe(true));
  await userEvent.click(addSelected());
  expect((await screen.findByRole('alert')).textContent).toContain('The disk is full');
  expect(checkbox('Graz').checked).toBe(true);
  expect(ondone).not.toHaveBeenCalled();
});

it('has a message for accounts without Organizations, and still offers adding by ID', async () => {
  const { fake } = fakeListing([]);
  fake.answer('additions', 'list', () => failed('organizations.not-enabled', { status: 403 }));
  await renderChoose(fake);
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toContain('Cloudflare has not enabled Organizations for this account');
  screen.getByRole('textbox', { name: 'Organization ID' });
  expect(screen.queryByRole('button', { name: 'Add selected' })).toBeNull();
  await press('Try again');
  expect(fake.requests('additions.list')).toHaveLength(2);
});

it('retries rows that could not be loaded without listing at Cloudflare again', async () => {
  let isBroken = false;
  const { fake } = fakeListing([found(1, 'Graz'), found(2, 'Linz')], { refuses: () => isBroken });
  await renderChoose(fake);
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

it('forgets why a filter could not be loaded once the one before is back', async () => {
  let isBroken = false;
  const { fake } = fakeListing([found(1, 'Graz'), found(2, 'Linz')], { refuses: () => isBroken });
  await renderChoose(fake);
  await screen.findByRole('checkbox', { name: 'Graz' });
  isBroken = true;
  await userEvent.type(filter(), 'l');
  await screen.findByRole('button', { name: 'Try again' });
  await userEvent.clear(filter());
  await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
  expect(checkbox('Graz').checked).toBe(true);
});

it('reverts a selection that main refuses, and shows why until one succeeds', async () => {
  let isBroken = true;
  const { fake } = fakeListing(branches(), { refuses: (call) => call === 'tick' && isBroken });
  await renderChoose(fake);
  const first = await screen.findByRole<HTMLInputElement>('checkbox', { name: 'Branch 1' });
  const release = fake.hold('additions.tick');
  await userEvent.click(first);
  await userEvent.click(checkbox('Select all'));
  expect([first.checked, checkbox('Select all').checked]).toEqual([true, true]);
  screen.getByText('11 selected');
  release();
  await screen.findByRole('alert');
  expect([first.checked, checkbox('Select all').checked]).toEqual([false, false]);
  screen.getByText('0 selected');
  expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull();
  isBroken = false;
  await userEvent.click(checkbox('Branch 2'));
  await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
  expect(checkbox('Branch 2').checked).toBe(true);
  screen.getByText('1 selected');
});

it('says how many of the selected ones the filter hides, and shows them', async () => {
  await renderChoose(fakeListing(branches(25)).fake);
  await screen.findByRole('checkbox', { name: 'Branch 1' });
  await userEvent.click(checkbox('Select all'));
  await screen.findByText('25 selected');
  await userEvent.type(filter(), 'branch 25');
  await screen.findByText('25 selected, 24 of them hidden by the filter');
  await press('Clear the filter');
  await screen.findByText('25 selected');
  expect(filter().value).toBe('');
  expect(document.activeElement).toBe(filter());
  expect(screen.queryByRole('button', { name: 'Clear the filter' })).toBeNull();
});

it('describes for screen readers how many organizations the filter shows', async () => {
  await renderChoose(fakeListing(branches(1_200)).fake);
  await screen.findByRole('checkbox', { name: 'Branch 1' });
  const description = () => descriptionOf(screen.getByRole('group', { name: 'Organizations' }));
  expect(description().trim()).toBe('1,200 of 1,200 shown');
  await userEvent.type(filter(), 'branch 1199');
  await waitFor(() => expect(description().trim()).toBe('1 of 1,200 shown'));
});

it('can be scrolled with the keyboard while the chosen organizations are being added', async () => {
  const { fake } = fakeListing(branches(5_000));
  const added = deferred<void>();
  fake.answer('additions', 'add', () => added.promise.then(() => failed('database.full')));
  await renderChoose(fake);
  await userEvent.click(await screen.findByRole('checkbox', { name: 'Branch 1' }));
  const rows = screen.getByRole('group', { name: 'Organizations' });
  Object.defineProperty(rows, 'scrollHeight', { value: 5_000 * 45 });
  expect(rows.tabIndex).toBe(-1);
  await userEvent.click(addSelected());
  await waitFor(() => expect(checkbox('Branch 1').disabled).toBe(true));
  expect(rows.tabIndex).toBe(0);
  added.resolve();
  await waitFor(() => expect(checkbox('Branch 1').disabled).toBe(false));
  expect(rows.tabIndex).toBe(-1);
});

it('announces that the filter matches nothing in a live region that was there before', async () => {
  await renderChoose(fakeListing(branches()).fake);
  await screen.findByRole('checkbox', { name: 'Branch 1' });
  const live = screen.getByRole('group', { name: 'Organizations' }).querySelector('[aria-live]');
  expect(live?.textContent.trim()).toBe('');
  await userEvent.type(filter(), 'zzz');
  await screen.findByText('No organization with “zzz” in its name or ID.');
  expect(live?.textContent.trim()).toBe('No organization with “zzz” in its name or ID.');
});

it('says when the sign-in has no organizations', async () => {
  await renderChoose(fakeListing([]).fake);
  await screen.findByText('No organizations are available to this sign-in.');
  screen.getByRole('button', { name: 'Add by ID' });
});

it('lists new organizations first, and hides added ones when only new ones are requested', async () => {
  const all = [found(1, 'Albrecht', true), found(2, 'Casa'), found(3, 'Brunn')];
  await renderChoose(fakeListing(all).fake);
  await screen.findByRole('checkbox', { name: 'Brunn' });
  expect(screen.getAllByRole('checkbox')).toEqual(
    ['Select all', 'Brunn', 'Casa', 'Albrecht'].map(checkbox),
  );
  cleanup();
  await renderChoose(fakeListing(all).fake, true);
  screen.getByRole('heading', { level: 1, name: 'Find new organizations' });
  await screen.findByRole('checkbox', { name: 'Brunn' });
  expect(screen.queryByRole('checkbox', { name: 'Albrecht' })).toBeNull();
  screen.getByText('3 found, 1 of them already in your list');
});

it('says when there is nothing new', async () => {
  await renderChoose(fakeListing([found(1, 'Albrecht', true), found(2, 'Casa', true)]).fake, true);
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toMatch(
    /No new organizations\..*All organizations of this sign-in are already in your list\./s,
  );
  expect(screen.queryByRole('button', { name: 'Add selected' })).toBeNull();
});

describe('Enter', () => {
  /** What can be ticked. */
  const vienna = () => [...branches(), found(21, 'Vienna North'), found(22, 'Vienna South')];

  it('in the filter selects the only match, then adds it', async () => {
    const { fake, added } = fakeListing(vienna());
    await renderChoose(fake);
    await screen.findByRole('checkbox', { name: 'Vienna North' });
    await userEvent.type(filter(), 'vienna s');
    await waitFor(() => expect(screen.getAllByRole('checkbox')).toHaveLength(2));
    await userEvent.keyboard('{Enter}');
    await waitFor(() => expect(checkbox('Vienna South').checked).toBe(true));
    expect(added).toEqual([]);
    await userEvent.keyboard('{Enter}');
    await waitFor(() => expect(added).toEqual([id(22)]));
  });

  it('in the filter selects nothing while it confirms an input method', async () => {
    const { fake } = fakeListing(vienna());
    await renderChoose(fake);
    await screen.findByRole('checkbox', { name: 'Vienna North' });
    await userEvent.type(filter(), 'vienna s');
    await waitFor(() => expect(screen.getAllByRole('checkbox')).toHaveLength(2));
    await fireEvent.keyDown(filter(), { key: 'Enter', isComposing: true });
    expect(fake.requests('additions.tick')).toEqual([]);
  });

  it('in the filter adds nothing while something selected is out of view', async () => {
    const { fake, added } = fakeListing(vienna());
    await renderChoose(fake);
    await userEvent.click(await screen.findByRole('checkbox', { name: 'Branch 2' }));
    await userEvent.type(filter(), 'vienna');
    await waitFor(() => expect(screen.getAllByRole('checkbox')).toHaveLength(3));
    await userEvent.keyboard('{Enter}');
    await userEvent.clear(filter());
    await waitFor(() => expect(screen.getAllByRole('checkbox').length).toBeGreaterThan(3));
    expect(added).toEqual([]);
    await userEvent.keyboard('{Enter}');
    await waitFor(() => expect(added).toEqual([id(2)]));
  });

  it('on a checkbox adds what is selected', async () => {
    const { fake, added } = fakeListing(branches(2));
    await renderChoose(fake);
    await waitFor(() => expect(checkbox('Branch 2').checked).toBe(true));
    checkbox('Branch 1').focus();
    await userEvent.keyboard('{Enter}');
    await waitFor(() => expect(added).toEqual([id(1), id(2)]));
  });
});

it.each([
  `https://dash.cloudflare.com/${id(4)}/members?to=${id(3)}`,
  `https://dash.cloudflare.com/organizations/${id(4).toUpperCase()}`,
])('finds the ID in a pasted address: %s', async (address) => {
  await renderChoose(fakeListing(branches()).fake);
  await screen.findByRole('checkbox', { name: 'Branch 3' });
  await userEvent.click(filter());
  await userEvent.paste(address);
  await waitFor(() => expect(screen.queryByRole('checkbox', { name: 'Branch 3' })).toBeNull());
  checkbox('Branch 4');
});
