/** The language of window, menu and dialogs: the system's by default, then the chosen one. */
import type { ElectronApplication } from '@playwright/test';
import { sampleSignIn } from '../standin';
import { expect, test } from './support/fixtures';
import { chooseMenuItem } from './support/native-ui';
import { appUser } from './support/packaged';

/** All labels of the application menu, without their mnemonics. */
function menuLabels(app: ElectronApplication): Promise<string[]> {
  return app.evaluate(({ Menu }) => {
    const all = (menu: Electron.Menu): string[] =>
      menu.items
        .filter(({ type }) => type !== 'separator')
        .flatMap(({ label, submenu }) => [
          label.replace('&', ''),
          ...(submenu ? all(submenu) : []),
        ]);
    return all(Menu.getApplicationMenu()!);
  });
}

test.describe('on a German computer', () => {
  test.use({ variables: { LANG: 'de_DE.UTF-8' } });

  test('everything is German from the start', async ({ launch, standin }) => {
    const [first] = [...standin.organizations.values()];
    const { app, page } = await launch();
    await expect(page.getByRole('heading', { name: 'Willkommen bei Letterhead' })).toBeVisible();
    await expect(page.locator('html')).toHaveAttribute('lang', 'de');
    expect(await menuLabels(app)).toEqual([
      'Datei',
      'Organisationen hinzufügen…',
      'Änderungen durchsehen…',
      'Entwurf verwerfen',
      'Importieren…',
      'Exportieren…',
      'Einstellungen…',
      'Beenden',
      'Bearbeiten',
      'Rückgängig',
      'Wiederholen',
      'Ausschneiden',
      'Kopieren',
      'Einfügen',
      'Löschen',
      'Alles auswählen',
      'Briefkopf kopieren',
      'Organisationen suchen',
      'In der Tabelle suchen und ersetzen…',
      'Ansicht',
      'Liste',
      'Tabelle',
      'Aktualisieren',
      'Aktivität',
      'Originalgröße',
      'Vergrößern',
      'Verkleinern',
      'Vollbild',
      // An installed app has no developer tools.
      ...(appUser ? [] : ['Entwicklerwerkzeuge']),
      'Fenster',
      'Minimieren',
      'Zoomen',
      'Fenster schließen',
      'Hilfe',
      'Handbuch',
      'Tastenkürzel',
      'Angaben für den Support kopieren…',
      'Protokolle anzeigen',
      'Über Letterhead',
    ]);

    await page.getByRole('button', { name: 'Organisationen hinzufügen' }).click();
    await page.getByRole('radio', { name: 'E‑Mail-Adresse und Global API Key' }).check();
    await page.getByRole('textbox', { name: 'Name für diesen Zugang' }).fill('Zentrale');
    await page.getByRole('textbox', { name: 'E‑Mail-Adresse des Kontos' }).fill(sampleSignIn.email);
    await page.getByLabel('Global API Key', { exact: true }).fill(sampleSignIn.key);
    await page.getByRole('button', { name: 'Weiter', exact: true }).click();
    await page.getByRole('checkbox', { name: 'Alle auswählen' }).uncheck();
    await page.getByRole('checkbox', { name: first!.name, exact: true }).check();
    await page.getByRole('button', { name: 'Ausgewählte hinzufügen' }).click();
    await page.getByRole('listbox', { name: 'Organisationen' }).getByRole('option').click();
    await expect(page.getByRole('textbox', { name: 'Firmenname' })).toHaveValue(
      first!.profile!.business_name,
    );
    await page.getByRole('textbox', { name: 'Firmentelefon' }).fill('+49 30 1');
    await page.getByRole('button', { name: 'Änderungen durchsehen' }).click();
    const review = page.getByRole('dialog', { name: 'Änderungen durchsehen' });
    await expect(review).toContainText(`Geändert wird 1 Feld von ${first!.name}.`);
    await review.getByRole('button', { name: 'Änderungen speichern' }).click();
    await expect(page.getByRole('main').getByRole('status')).toContainText(
      'Gespeichert und von Cloudflare bestätigt',
    );
    expect(standin.profileOf(first!.id)!.business_phone).toBe('+49 30 1');

    // The texts of a system dialog come from main.
    await app.evaluate(({ dialog }) => {
      dialog.showSaveDialog = (...args: unknown[]) => {
        Object.assign(globalThis, { saveDialog: args.at(-1) });
        return Promise.resolve({ canceled: true, filePath: '' });
      };
    });
    await chooseMenuItem(app, 'export');
    const dialog = page.getByRole('dialog', { name: 'Exportieren' });
    await dialog.getByRole('button', { name: 'Exportieren' }).click();
    await expect
      .poll(() =>
        app.evaluate(() => (globalThis as { saveDialog?: { title: string } }).saveDialog?.title),
      )
      .toBe('Organisationen exportieren');
  });
});

test('a new language applies immediately, keeps typed text, and survives a relaunch', async ({
  launch,
  standin,
}) => {
  const [first] = [...standin.organizations.values()];
  const running = await launch();
  const { app, page, letterhead } = running;
  await letterhead.setUpOne(first!);
  await letterhead.field('business_phone').fill('+49 89 7');
  await chooseMenuItem(app, 'settings');
  await page.getByRole('tab', { name: 'General' }).click();
  await page.getByRole('radio', { name: 'Deutsch' }).check();
  await expect(page.getByRole('heading', { level: 1, name: 'Einstellungen' })).toBeVisible();
  await expect(page.getByRole('searchbox', { name: 'Organisationen suchen' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
  await expect.poll(() => menuLabels(app)).toContain('Bearbeiten');
  await page.getByRole('listbox', { name: 'Organisationen' }).getByRole('option').click();
  await expect(page.getByRole('textbox', { name: 'Firmentelefon' })).toHaveValue('+49 89 7');
  await expect(page.getByText('1 Feld bearbeitet, hier gespeichert')).toBeVisible();
  await running.close();

  const again = await launch();
  await expect(again.page.locator('html')).toHaveAttribute('lang', 'de');
  await again.page.getByRole('listbox', { name: 'Organisationen' }).getByRole('option').click();
  await expect(again.page.getByRole('textbox', { name: 'Firmentelefon' })).toHaveValue('+49 89 7');
  expect(await menuLabels(again.app)).toContain('Datei');
  await chooseMenuItem(again.app, 'settings');
  await again.page.getByRole('tab', { name: 'Allgemein' }).click();
  await again.page.getByRole('radio', { name: 'Systemsprache' }).check();
  await expect(again.page.getByRole('heading', { name: 'Settings' })).toBeVisible();
  await expect.poll(() => menuLabels(again.app)).toContain('Edit');
});
