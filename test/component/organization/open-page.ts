/** Renders the organization page over a fake main. */
import { render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { tick } from 'svelte';
import { onTestFinished } from 'vitest';
import OrganizationPage from '../../../src/renderer/features/organization/OrganizationPage.svelte';
import { FIELD_NAMES } from '../../../src/shared/profile';
import { fieldsAsText } from '../../../src/renderer/features/organization/entries/as-text.svelte';
import type { Connection } from '../../../src/shared/connection';
import { success } from '../../../src/shared/result';
import type { OrganizationView } from '../../../src/shared/organization';
import { textOf } from '../dom';
import { FakeApi } from '../fake-api';
import { ONLINE } from '../../scripted/idle-main';
import { ENTRY_ID, SIGN_IN, view } from './samples';

/** Opens the organization page with the view `opened`: in a new window, or in the window `before` of `api`. */
export async function openPage(
  opened: OrganizationView = view(),
  {
    connection = ONLINE,
    api = new FakeApi(),
    before,
  }: { connection?: Connection; api?: FakeApi; before?: ReturnType<FakeApi['state']> } = {},
) {
  api
    .answer('organizations', 'open', () => success(opened))
    .answer('connection', 'get', () => success(connection))
    .answer('signIns', 'list', () => success([SIGN_IN]))
    .answer('drafts', 'save', () => success(null));
  const window = before ?? api.state();
  onTestFinished(() => fieldsAsText.clear());
  const { state, context } = window;
  await Promise.all([state.connection.load(), state.signIns.load()]);
  state.navigation.openOrganization(ENTRY_ID);
  const rendered = render(OrganizationPage, { context });
  await screen.findByRole('heading', { level: 1, name: opened.name });
  return {
    api,
    state,
    window,
    user: userEvent.setup(),
    unmount: rendered.unmount,
    /** Sends a new view of the page. */
    async receive(newView: OrganizationView) {
      api.emit('organizationChanged', newView);
      await tick();
    },
    /** Sends a menu command. */
    async menu(command: 'save' | 'refresh' | 'discard' | 'undo' | 'copy-letterhead') {
      api.emit('menuCommand', { command });
      await tick();
    },
  };
}

/** A text field by its label. */
export const field = (label: string) =>
  screen.getByRole<HTMLInputElement | HTMLTextAreaElement>('textbox', { name: label });

/** The controls of the fields of the profile, in order. */
export const profileControls = () =>
  screen
    .getAllByRole<HTMLInputElement | HTMLTextAreaElement>('textbox')
    .filter(({ name }) => FIELD_NAMES.some((one) => one === name));

/** A button by its full name. */
export const button = (name: string) => screen.getByRole<HTMLButtonElement>('button', { name });

/** The button behind which the metadata is folded. */
export const METADATA_BUTTON = /^Used by other software · (Edit|Show)$/;

/** Opens the folded metadata. */
export const openMetadata = (user: ReturnType<typeof userEvent.setup>) =>
  user.click(screen.getByRole('button', { name: METADATA_BUTTON }));

/** Switches a field from the form of its JSON text to the text. */
export const showText = (user: ReturnType<typeof userEvent.setup>, label: string) =>
  user.click(button(`Edit as text, ${label}`));

/** The text of the status region. */
export const status = () => textOf(screen.getByRole('status'));

/** Chooses an item of *More actions*. */
export async function chooseAction(user: ReturnType<typeof userEvent.setup>, name: string) {
  await user.click(button('More actions'));
  await user.click(await screen.findByRole('menuitem', { name }));
}

/** Chooses an item of *More actions* and returns the dialog it opens. */
export async function choose(user: ReturnType<typeof userEvent.setup>, name: string) {
  await chooseAction(user, `${name}…`);
  return within(await screen.findByRole('dialog'));
}
