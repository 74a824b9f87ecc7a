/** The language: chosen in Settings, it shows everywhere at once, and nothing that is typed is lost. */
import { render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { tick } from 'svelte';
import { afterEach, expect, it } from 'vitest';
import App from '../../../src/renderer/App.svelte';
import { localeIn } from '../../../src/renderer/state/start-language';
import { createApi } from '../../../src/renderer/state/api.svelte';
import { contextOf, WindowState } from '../../../src/renderer/state/window-state';
import { success } from '../../../src/shared/failure';
import { DEFAULT_LOCALE, type Locale } from '../../../src/shared/language';
import { speakAs } from '../../../src/shared/messages/locale';
import { DEFAULT_SETTINGS } from '../../../src/shared/settings';
import { FakeApi } from '../fake-api';
import { field, openPage } from '../organization/page';
import { row } from '../samples';

const GERMAN: Locale = { language: 'de', formats: 'de-DE' };

afterEach(() => speakAs(() => DEFAULT_LOCALE));

function answers(fake: FakeApi): FakeApi {
  return fake
    .lists([row(1, 'Zeppelin'), row(2, 'Ärztehaus'), row(3, 'Birnbaum')])
    .answer('signIns', 'list', () => success([]))
    .answer('settings', 'get', () => success(DEFAULT_SETTINGS))
    .answer('app', 'banners', () => success([]))
    .answer('app', 'painted', () => success(null));
}

/** The root of a page as main writes it. */
function page(lang: string, formats?: string): HTMLElement {
  const root = document.createElement('html');
  root.lang = lang;
  if (formats !== undefined) root.dataset['formats'] = formats;
  return root;
}

it('starts in the language its page names, without waiting for anything', () => {
  const fake = answers(new FakeApi());
  const named = localeIn(page('de', 'de-AT'));
  expect(named).toEqual({ language: 'de', formats: 'de-AT' });
  const state = new WindowState(createApi(fake.bridge), named);
  void state.load();
  expect(document.documentElement.lang).toBe('de');
  render(App, { context: contextOf(state) });
  expect(fake.recorded.map(({ name }) => name)).not.toContain('settings.get');
});

it.each([page('en'), page(''), page('fr', 'fr'), page('de')])(
  'is English with a page that does not say so: %#',
  (root) => {
    expect(localeIn(root)).toEqual(DEFAULT_LOCALE);
  },
);

it('offers the languages by their own names, and main says when another is spoken', async () => {
  const fake = answers(new FakeApi()).answer('settings', 'put', (change) =>
    success({ ...DEFAULT_SETTINGS, ...change } as typeof DEFAULT_SETTINGS),
  );
  const { state, context } = fake.state();
  render(App, { context });
  await state.load();
  state.navigation.settings('general');
  const group = await screen.findByRole('radiogroup', { name: 'Language' });
  await userEvent.click(within(group).getByRole('radio', { name: 'Deutsch' }));
  expect(fake.requests('settings.put')).toEqual([{ language: 'de' }]);
  const list = screen.getByRole('listbox', { name: 'Organizations' });
  expect(document.documentElement.lang).toBe('en');

  fake.emit('localeChanged', GERMAN);
  await tick();
  expect(document.documentElement.lang).toBe('de');
  screen.getByRole('heading', { level: 1, name: 'Einstellungen' });
  for (const tab of ['Zugänge', 'Prüfungen', 'Allgemein', 'Über'])
    screen.getByRole('tab', { name: tab });
  within(screen.getByRole('radiogroup', { name: 'Sprache' })).getByRole('radio', {
    name: 'English',
  });
  screen.getByRole('radio', { name: 'Dunkel' });
  screen.getByRole('searchbox', { name: 'Organisationen suchen' });
  screen.getByText('3 Organisationen');
  for (const filter of ['Alle', 'Zu klären', 'Entwürfe', 'Wartend'])
    screen.getByRole('radio', { name: filter });
  screen.getByRole('option', { name: 'Änderung' });
  screen.getByRole('region', { name: 'Verbindung' });
  screen.getByRole('button', { name: 'Organisation hinzufügen' });
  // The same list, told anew: nothing was thrown away for it.
  expect(screen.getByRole('listbox', { name: 'Organisationen' })).toBe(list);
});

it('changes words under a person who is typing, not the text nor the place', async () => {
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
  await user.type(phone, ' 1');
  expect(phone.value).toBe('+49 30 1');
});
