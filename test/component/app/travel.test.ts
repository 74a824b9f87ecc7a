/** Going from place to place with keys: into the form, to the next organization, back and forward, between regions. */
import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import '../../../src/renderer/screens';
import '../../../src/renderer/state/travel-keys';
import App from '../../../src/renderer/App.svelte';
import { failed, success } from '../../../src/shared/result';
import { deferred, FakeApi } from '../fake-api';
import { view } from '../organization/samples';
import { row } from '../samples';

const ROWS = [row(1, 'Albrecht'), row(2, 'Berger'), row(3, 'Conrad')];

/**
 * @param gone the ids of organizations that were removed
 * @param until when pages load
 */
async function show(
  gone: readonly string[] = [],
  until: () => Promise<unknown> = () => Promise.resolve(),
) {
  const fake = new FakeApi()
    .setRows(ROWS)
    .answer('organizations', 'open', async ({ entryId }) => {
      await until();
      return gone.includes(entryId)
        ? failed('organization.not-saved-here')
        : success(view({ id: entryId, name: ROWS.find(({ id }) => id === entryId)!.name }));
    })
    .answer('drafts', 'save', () => success(null));
  const { state, context } = fake.state();
  render(App, { context });
  await state.load();
  await screen.findByRole('option', { name: /^Albrecht/ });
  return { fake, state };
}

const heading = (name: string) => screen.findByRole('heading', { level: 1, name });
const list = () => screen.getByRole('listbox', { name: 'Organizations' });
const focusedField = () => document.activeElement?.getAttribute('name');
const press = (keys: string) => userEvent.keyboard(keys);

it('goes into the form with Enter, and stays in the list with Space', async () => {
  await show();
  list().focus();
  await press(' ');
  await heading('Albrecht');
  expect(document.activeElement).toBe(list());
  await press('{ArrowDown}{Enter}');
  await heading('Berger');
  await waitFor(() => expect(focusedField()).toBe('business_name'));
  list().focus();
  await press('{Enter}');
  await waitFor(() => expect(focusedField()).toBe('business_name'));
});

it('leaves the focus in the search to which the person went while the page was loading', async () => {
  const opened = deferred<null>();
  const { fake } = await show([], () => opened.promise);
  list().focus();
  await press('{Enter}');
  await waitFor(() => expect(fake.requests('organizations.open')).toHaveLength(1));
  const search = screen.getByRole<HTMLInputElement>('searchbox');
  search.focus();
  await press('B');
  opened.resolve(null);
  await heading('Albrecht');
  await screen.findByRole('textbox', { name: 'Business name' });
  await press('erger');
  expect(document.activeElement).toBe(search);
  expect(search.value).toBe('Berger');
  expect(fake.requests('drafts.save')).toEqual([]);
});

it('opens the next and the previous organization in the same field, and stops at the ends', async () => {
  await show();
  list().focus();
  await press('{Enter}');
  await heading('Albrecht');
  await waitFor(() => expect(focusedField()).toBe('business_name'));
  document.querySelector<HTMLElement>('[name="business_phone"]')!.focus();
  await press('{Alt>}{ArrowDown}{/Alt}');
  await heading('Berger');
  await waitFor(() => expect(focusedField()).toBe('business_phone'));
  await press('{Alt>}{ArrowDown}{/Alt}');
  await heading('Conrad');
  await waitFor(() => expect(focusedField()).toBe('business_phone'));
  await press('{Alt>}{ArrowDown}{/Alt}');
  await press('{Alt>}{ArrowUp}{/Alt}');
  await heading('Berger');
  await waitFor(() => expect(focusedField()).toBe('business_phone'));
});

it('goes back and forward through the pages, also after a button has gone back', async () => {
  const { state } = await show();
  state.navigation.openOrganization(ROWS[0]!.id);
  await heading('Albrecht');
  state.navigation.settings();
  await heading('Settings');
  state.navigation.openOrganization(ROWS[1]!.id);
  await heading('Berger');
  await press('{Alt>}{ArrowLeft}{/Alt}');
  await heading('Settings');
  await press('{Alt>}{ArrowLeft}{/Alt}');
  await heading('Albrecht');
  await press('{Alt>}{ArrowLeft}{/Alt}');
  await heading('Albrecht');
  await press('{Alt>}{ArrowRight}{/Alt}{Alt>}{ArrowRight}{/Alt}');
  await heading('Berger');
  state.navigation.settings();
  await userEvent.click(await screen.findByRole('button', { name: 'Back' }));
  await heading('Berger');
  await press('{Alt>}{ArrowLeft}{/Alt}');
  await heading('Settings');
});

it('goes back to the page that was closed beside the table', async () => {
  const { state } = await show();
  state.navigation.openOrganization(ROWS[0]!.id);
  await heading('Albrecht');
  state.navigation.openOrganization(ROWS[1]!.id);
  await heading('Berger');
  state.navigation.closePage();
  await press('{Alt>}{ArrowLeft}{/Alt}');
  await heading('Berger');
});

it('goes back past an organization that was removed', async () => {
  const gone: string[] = [];
  const { fake, state } = await show(gone);
  state.navigation.openOrganization(ROWS[0]!.id);
  await heading('Albrecht');
  state.navigation.openOrganization(ROWS[1]!.id);
  await heading('Berger');
  state.navigation.settings();
  await heading('Settings');
  gone.push(ROWS[1]!.id);
  fake.emit('organizationsChanged', { commit: fake.list.commit, ids: null, removed: [...gone] });
  await press('{Alt>}{ArrowLeft}{/Alt}');
  await heading('Albrecht');
});

it('leaves what is typed for a new sign-in alone', async () => {
  const { state } = await show();
  state.navigation.openOrganization(ROWS[0]!.id);
  await heading('Albrecht');
  state.navigation.add();
  await heading('Add organizations');
  await press('{Alt>}{ArrowLeft}{/Alt}');
  await heading('Add organizations');
});

it('moves with F6 between the list, the page and its bar, and back to the field that was left', async () => {
  const { state } = await show();
  state.navigation.openOrganization(ROWS[0]!.id);
  await heading('Albrecht');
  list().focus();
  await press('{F6}');
  expect(focusedField()).toBe('business_name');
  const phone = document.querySelector<HTMLElement>('[name="business_phone"]')!;
  await userEvent.type(phone, '1');
  await press('{F6}');
  expect(document.activeElement?.closest('[data-bar]')).not.toBeNull();
  await press('{F6}');
  expect(document.activeElement).toBe(list());
  await press('{F6}');
  expect(document.activeElement).toBe(phone);
  await press('{Shift>}{F6}{/Shift}');
  expect(document.activeElement).toBe(list());
});
