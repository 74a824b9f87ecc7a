/** Second step of adding: the list with filter and select-all, and the way by ID. */
import { cleanup, render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import ChooseStep from '../../../src/renderer/features/add/ChooseStep.svelte';
import type { FoundOrganization } from '../../../src/shared/organization';
import { failed, success, type FailureCode, type Outcome } from '../../../src/shared/failure';
import { FakeApi, later } from '../fake-api';
import { found, id, row, signIn, signInId } from '../samples';

async function show(fake: FakeApi, onlyNew = false) {
  fake
    .answer('signIns', 'list', () => success([signIn(1, 'Head office')]))
    .lists([row(9, 'Saved already')]);
  const ondone = vi.fn();
  const { state, context } = fake.state();
  await state.load();
  render(ChooseStep, {
    props: { signInId: signInId(1), onlyNew, onback: vi.fn(), ondone },
    context,
  });
  return { fake, ondone };
}

const listing = (...all: FoundOrganization[]) =>
  new FakeApi()
    .answer('signIns', 'findOrganizations', () => success(all))
    .answer('organizations', 'add', ({ organizations }) =>
      success({ added: organizations.map(({ id }) => id) }),
    );
const box = (name: string) => screen.getByRole<HTMLInputElement>('checkbox', { name });
const addSelected = () => screen.getByRole<HTMLButtonElement>('button', { name: 'Add selected' });

it('shows that it is listing, then a check box per organization, saved ones marked', async () => {
  const answer = later<Outcome<FoundOrganization[]>>();
  await show(new FakeApi().answer('signIns', 'findOrganizations', () => answer.promise));
  screen.getByText('Asking Cloudflare for the organizations of this sign-in…');
  answer.give(success([found(1, 'Brunn'), found(2, 'Albrecht'), found(3, 'Casa', true)]));
  await screen.findByRole('checkbox', { name: 'Albrecht' });
  expect(box('Casa').disabled).toBe(true);
  screen.getByText('Already in your list');
  expect([box('Albrecht').checked, box('Brunn').checked]).toEqual([false, false]);
  expect(addSelected().disabled).toBe(true);
});

it('chooses the only one beforehand', async () => {
  const { fake, ondone } = await show(listing(found(1, 'Albrecht')));
  await waitFor(() => expect(box('Albrecht').checked).toBe(true));
  await userEvent.click(addSelected());
  expect(fake.requests('organizations.add')).toEqual([
    { signInId: signInId(1), organizations: [{ id: id(1), name: 'Albrecht' }] },
  ]);
  await waitFor(() => expect(ondone).toHaveBeenCalledWith(id(1)));
});

it('selects all that the filter leaves, and opens the first added', async () => {
  const { fake, ondone } = await show(
    listing(
      found(1, 'Vienna North'),
      found(2, 'Vienna South'),
      found(3, 'Graz'),
      found(4, 'Vienna Old', true),
    ),
  );
  await screen.findByRole('checkbox', { name: 'Graz' });
  await userEvent.type(screen.getByRole('searchbox', { name: 'Filter' }), 'vienna');
  expect(screen.queryByRole('checkbox', { name: 'Graz' })).toBeNull();
  await userEvent.click(box('Select all'));
  await userEvent.clear(screen.getByRole('searchbox', { name: 'Filter' }));
  expect(box('Graz').checked).toBe(false);
  expect(box('Select all').indeterminate).toBe(true);
  screen.getByText('2 of 4 selected');
  await userEvent.click(addSelected());
  const [request] = fake.requests('organizations.add') as [{ organizations: { id: string }[] }];
  expect(request.organizations.map(({ id }) => id)).toEqual([id(1), id(2)]);
  await waitFor(() => expect(ondone).toHaveBeenCalledWith(id(1)));
});

it('says when a filter leaves nothing', async () => {
  await show(listing(found(1, 'Graz'), found(2, 'Linz')));
  await screen.findByRole('checkbox', { name: 'Graz' });
  await userEvent.type(screen.getByRole('searchbox', { name: 'Filter' }), 'zzz');
  screen.getByText('No organization with “zzz” in its name or ID.');
});

it('chooses all of thousands', async () => {
  const all = Array.from({ length: 3_000 }, (_, n) => found(n + 1, `Branch ${n}`));
  const { fake } = await show(listing(...all));
  await waitFor(() => expect(box('Select all').disabled).toBe(false));
  expect(screen.getAllByRole('checkbox').length).toBeLessThan(100);
  await userEvent.click(box('Select all'));
  await userEvent.click(addSelected());
  const [request] = fake.requests('organizations.add') as [{ organizations: unknown[] }];
  expect(request.organizations).toHaveLength(3_000);
});

it('keeps the choice and says why when adding fails', async () => {
  const fake = listing(found(1, 'Graz')).answer('organizations', 'add', () => failed('store.full'));
  const { ondone } = await show(fake);
  await waitFor(() => expect(box('Graz').checked).toBe(true));
  await userEvent.click(addSelected());
  expect((await screen.findByRole('alert')).textContent).toContain('The disk is full');
  expect(box('Graz').checked).toBe(true);
  expect(ondone).not.toHaveBeenCalled();
});

it('has a sentence for accounts without Organizations, and leaves the way by ID', async () => {
  let times = 0;
  const fake = new FakeApi().answer('signIns', 'findOrganizations', () => {
    times += 1;
    return failed('organizations.not-enabled', { status: 403 });
  });
  await show(fake);
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toContain('Cloudflare has not enabled Organizations for this account');
  screen.getByRole('textbox', { name: 'Organization ID' });
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(times).toBe(2);
});

it('says when the sign-in sees nothing', async () => {
  await show(listing());
  await screen.findByText('This sign-in sees no organization.');
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
  ['nothing', '', 'Type or paste the ID'],
  ['not 32 hex characters', 'Albrecht', 'This is not an organization ID.'],
  ['one already added', id(9), 'already in your list'],
])('asks Cloudflare nothing for %s and says so beside the field', async (_, text, sentence) => {
  const { fake } = await show(listing());
  const said = await addById(text);
  expect(said()).toContain(sentence);
  expect(fake.requests('organizations.addById')).toEqual([]);
});

it.each<[FailureCode, string]>([
  ['organization.not-found', 'does not know an organization with this ID'],
  ['organization.forbidden', 'may not open the organization'],
  ['organization.already-added', 'already in your list'],
])('says %s beside the field', async (code, sentence) => {
  await show(listing().answer('organizations', 'addById', () => failed(code, { status: 404 })));
  const said = await addById(id(5));
  await waitFor(() => expect(said()).toContain(sentence));
  screen.getByRole('button', { name: 'Details' });
});

it('says what the network did in its own place', async () => {
  await show(listing().answer('organizations', 'addById', () => failed('network.timed-out')));
  const said = await addById(id(5));
  expect((await screen.findByRole('alert')).textContent).toContain('did not answer in time');
  expect(said()).not.toContain('did not answer');
});

it('takes an ID as it is copied, and opens the organization', async () => {
  const fake = listing().answer('organizations', 'addById', ({ id: asked }) =>
    success({ organizationId: asked }),
  );
  const { ondone } = await show(fake);
  await addById(` ${id(0xab).toUpperCase()} `);
  expect(fake.requests('organizations.addById')).toEqual([{ signInId: signInId(1), id: id(0xab) }]);
  await waitFor(() => expect(ondone).toHaveBeenCalledWith(id(0xab)));
});

it('puts new ones first, and leaves out saved ones where only new ones were asked for', async () => {
  const all = [found(1, 'Albrecht', true), found(2, 'Casa'), found(3, 'Brunn')];
  await show(listing(...all));
  await screen.findByRole('checkbox', { name: 'Brunn' });
  expect(screen.getAllByRole('checkbox')).toEqual(
    ['Select all', 'Brunn', 'Casa', 'Albrecht'].map(box),
  );
  cleanup();
  await show(listing(...all), true);
  screen.getByRole('heading', { level: 1, name: 'Find new organizations' });
  await screen.findByRole('checkbox', { name: 'Brunn' });
  expect(screen.queryByRole('checkbox', { name: 'Albrecht' })).toBeNull();
  screen.getByText('Already in your list: 1');
});

it('says plainly when there is nothing new', async () => {
  await show(listing(found(1, 'Albrecht', true), found(2, 'Casa', true)), true);
  const said = await screen.findByRole('alert');
  expect(said.textContent).toMatch(
    /There is nothing new\..*Every organization of this sign-in is already in your list\./s,
  );
  expect(screen.queryByRole('button', { name: 'Add selected' })).toBeNull();
});
