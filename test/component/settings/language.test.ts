/** The language: a choice in Settings applies everywhere immediately and keeps typed text. */
import { render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { tick } from 'svelte';
import { afterEach, expect, it } from 'vitest';
// The window imports the pages after its first paint. Imported here, they are there without a delay.
import '../../../src/renderer/screens';
import App from '../../../src/renderer/App.svelte';
import { success, type Result } from '../../../src/shared/result';
import { DEFAULT_LOCALE, type Locale } from '../../../src/shared/language';
import { locale, setLocaleSource } from '../../../src/shared/messages/locale';
import { DEFAULT_SETTINGS } from '../../../src/shared/settings';
import { deferred, FakeApi } from '../fake-api';
import { field, openPage } from '../organization/open-page';
import { row } from '../samples';

const GERMAN: Locale = { language: 'de', formats: 'de-DE' };

afterEach(() => setLocaleSource(() => DEFAULT_LOCALE));

function answerCalls(fake: FakeApi): FakeApi {
  return fake.setRows([row(1, 'Zeppelin'), row(2, 'Ärztehaus'), row(3, 'Birnbaum')]);
}

it('starts in the language of main before anything is rendered', async () => {
  const fake = answerCalls(new FakeApi()).answer('app', 'locale', () =>
    success({ language: 'de', formats: 'de-AT' }),
  );
  const { context } = await fake.loadedState();
  expect([document.documentElement.lang, locale().formats]).toEqual(['de', 'de-AT']);
  render(App, { context });
  expect(fake.recorded.map(({ name }) => name)).not.toContain('settings.get');
});

it('is English until main answers, and an event wins over an older answer', async () => {
  const slow = deferred<Result<Locale>>();
  const fake = new FakeApi().answer('app', 'locale', () => slow.promise);
  const { state } = fake.state();
  const loading = state.language.load();
  expect(locale()).toEqual(DEFAULT_LOCALE);
  fake.emit('localeChanged', { language: 'de', formats: 'de-DE' });
  slow.resolve(success({ language: 'en', formats: 'en-GB' }));
  await loading;
  expect([document.documentElement.lang, locale().formats]).toEqual(['de', 'de-DE']);
});

it('offers languages by their own names, and switches when main sends the new locale', async () => {
  const fake = answerCalls(new FakeApi()).answer('settings', 'update', (change) =>
    success({ ...DEFAULT_SETTINGS, ...change } as typeof DEFAULT_SETTINGS),
  );
  const { state, context } = fake.state();
  render(App, { context });
  await state.load();
  await state.loadRest();
  state.navigation.settings('general');
  const group = await screen.findByRole('radiogroup', { name: 'Language' });
  await userEvent.click(within(group).getByRole('radio', { name: 'Deutsch' }));
  expect(fake.requests('settings.update')).toEqual([{ language: 'de' }]);
  const list = screen.getByRole('listbox', { name: 'Organizations' });
  expect(document.documentElement.lang).toBe('en');

  fake.emit('localeChanged', GERMAN);
  await tick();
  expect(document.documentElement.lang).toBe('de');
  screen.getByRole('heading', { level: 1, name: 'Einstellungen' });
  for (const tab of ['Zugänge', 'Allgemein', 'Über']) screen.getByRole('tab', { name: tab });
  within(screen.getByRole('radiogroup', { name: 'Sprache' })).getByRole('radio', {
    name: 'English',
  });
  screen.getByRole('radio', { name: 'Dunkel' });
  screen.getByRole('searchbox', { name: 'Organisationen suchen' });
  screen.getByText('3 Organisationen');
  for (const filter of ['Alle', 'Zu klären', 'Änderungen'])
    screen.getByRole('radio', { name: filter });
  // Its menu is loaded after the list.
  await screen.findByRole('option', { name: 'Letzte Änderung' });
  screen.getByRole('region', { name: 'Verbindung' });
  screen.getByRole('button', { name: 'Organisation hinzufügen' });
  // The same element, so nothing was rendered from scratch.
  expect(screen.getByRole('listbox', { name: 'Organisationen' })).toBe(list);
});

it('switches labels while the user is typing, and keeps text and focus', async () => {
  const { api, user } = await openPage();
  const phone = field('Business phone');
  await user.clear(phone);
  await user.type(phone, '+49 30');
  api.emit('localeChanged', GERMAN);
  await tick();
  expect(field('Firmentelefon')).toBe(phone);
  expect(document.activeElement).toBe(phone);
  expect(phone.value).toBe('+49 30');
  screen.getByRole('button', { name: 'Änderungen durchsehen' });
  for (const tab of ['Profil', 'Verlauf']) screen.getByRole('tab', { name: tab });
  await user.type(phone, ' 1');
  expect(phone.value).toBe('+49 30 1');
});

it('switches the texts of a question that is open', async () => {
  const { api, user } = await openPage();
  // The question waits for what would be lost.
  api.answer('organizations', 'removal', () => new Promise(() => {}));
  await user.click(screen.getByRole('button', { name: 'More actions' }));
  await user.click(await screen.findByRole('menuitem', { name: 'Remove organization…' }));
  const dialog = within(await screen.findByRole('dialog'));
  dialog.getByRole('button', { name: 'Cancel' });
  api.emit('localeChanged', GERMAN);
  await tick();
  dialog.getByRole('button', { name: 'Abbrechen' });
});
