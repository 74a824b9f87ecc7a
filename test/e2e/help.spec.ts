/**
 * Help and leaving nothing behind: the details for support, what happens when main or the page crashes,
 * light and dark, and *Remove everything from this computer*.
 */
import { readdir } from 'node:fs/promises';
import type { ElectronApplication } from '@playwright/test';
import { sampleCredential } from '../standin';
import { violations } from './support/axe';
import { filesWith } from './support/canary';
import { expect, test } from './support/fixtures';
import { keyringTexts } from './support/keychain';
import { Letterhead } from './support/letterhead';

/** What a stubbed dialog was asked. */
interface Asked {
  message: string;
  detail: string;
  buttons: string[];
}

/** Answers the native dialogs that follow with these buttons; the last answer holds for all others. */
async function answerDialogs(app: ElectronApplication, answers: string[]): Promise<void> {
  await app.evaluate(({ dialog }, given) => {
    const asked: Asked[] = [];
    Object.assign(globalThis, { asked });
    const left = [...given];
    dialog.showMessageBox = ((...args: unknown[]) => {
      const question = args.at(-1) as Asked;
      asked.push(question);
      const label = left.length > 1 ? left.shift()! : left[0]!;
      return Promise.resolve({
        response: question.buttons.indexOf(label),
        checkboxChecked: false,
      });
    }) as typeof dialog.showMessageBox;
  }, answers);
}

const asked = (app: ElectronApplication): Promise<Asked[]> =>
  app.evaluate(() => (globalThis as unknown as { asked: Asked[] }).asked);

const choose = (app: ElectronApplication, id: string): Promise<void> =>
  app.evaluate(({ Menu }, item) => Menu.getApplicationMenu()!.getMenuItemById(item)!.click(), id);

const clipboard = (app: ElectronApplication): Promise<string> =>
  app.evaluate(({ clipboard: board }) => board.readText());

/** Has a new start only be noted: the debugger of the tests cannot follow another process. */
async function noteRelaunch(app: ElectronApplication): Promise<() => boolean> {
  let relaunched = false;
  app.process().stdout!.on('data', (data: Buffer) => {
    if (data.includes('STARTS ANEW')) relaunched = true;
  });
  await app.evaluate(({ app: main }) => {
    main.relaunch = () => void process.stdout.write('STARTS ANEW\n');
  });
  return () => relaunched;
}

test('the details for support are shown, then exactly those are copied, without anything of a person', async ({
  launch,
  standin,
}) => {
  const [first] = [...standin.organizations.values()];
  const { app, page, letterhead } = await launch();
  await letterhead.setUpOne(first!);
  await letterhead.field('Business phone').fill('+44 20 7946 0123');
  await expect(page.getByText('1 change, kept on this computer')).toBeVisible();
  await choose(app, 'support');
  const dialog = letterhead.dialog('Details for support');
  const box = dialog.getByRole('textbox', { name: 'What is copied' });
  await expect(box).toHaveValue(/Sign-in A: stored; 1 organizations/);
  await expect(box).toHaveValue(/Drafts: 1/);
  expect(await violations(page)).toEqual([]);
  const shown = await box.inputValue();
  await expect(dialog.getByRole('button', { name: 'Copy' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(dialog.getByText('Copied', { exact: true })).toBeVisible();
  expect(await clipboard(app)).toBe(shown);
  const { email, key } = sampleCredential;
  const texts = [email, key, first!.name, first!.id, ...Object.values(first!.profile!)];
  for (const text of texts.map(String).filter((one) => one.length > 5)) {
    expect(shown).not.toContain(text);
  }
  await page.screenshot({ path: 'test-results/help-details.png' });
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
});

test('Show logs opens their folder, from the menu and from Settings', async ({
  launch,
  userData,
}) => {
  const { app, page, letterhead } = await launch();
  await expect(letterhead.button('Add organizations')).toBeVisible();
  await app.evaluate(({ shell }) => {
    const opened: string[] = [];
    Object.assign(globalThis, { opened });
    shell.openPath = (path) => Promise.resolve(String(opened.push(path) && ''));
  });
  const opened = () => app.evaluate(() => (globalThis as unknown as { opened: string[] }).opened);
  await choose(app, 'logs');
  await expect.poll(opened).toHaveLength(1);
  await choose(app, 'settings');
  await page.getByRole('tab', { name: 'About' }).click();
  await letterhead.button('Show logs').click();
  await expect.poll(opened).toHaveLength(2);
  expect((await opened())[0]).toContain(userData);
  expect(await readdir(userData)).toContain('logs');
});

test('a page that crashes while somebody types comes back with the draft', async ({
  launch,
  standin,
  userData,
}) => {
  const [first] = [...standin.organizations.values()];
  const { app, page, letterhead } = await launch();
  await letterhead.setUpOne(first!);
  await letterhead.field('Business phone').fill('+44 20 7946 0777');
  await expect(page.getByText('1 change, kept on this computer')).toBeVisible();
  await answerDialogs(app, ['Copy details', 'Restart the window']);
  const comesBack = app.waitForEvent('window');
  await app.evaluate(({ BrowserWindow }) =>
    process.kill(BrowserWindow.getAllWindows()[0]!.webContents.getOSProcessId(), 'SIGKILL'),
  );
  await expect.poll(() => asked(app)).toHaveLength(2);
  const [question, again] = await asked(app);
  expect(question!.message).toBe('The window stopped working');
  expect(question!.buttons).toEqual(['Restart the window', 'Copy details', 'Quit']);
  expect(again!.detail).toContain('The details are on the clipboard');
  expect(await clipboard(app)).toContain('Sign-in A: stored');
  const after = new Letterhead(await comesBack);
  await expect(after.heading(first!.name)).toBeVisible();
  await expect(after.field('Business phone')).toHaveValue('+44 20 7946 0777');
  // Nothing of the window that crashed is left, and the new one can do what a window can.
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
  await after.save();
  await expect(after.status).toContainText('Saved and confirmed by Cloudflare');
  const files = await readdir(userData, { recursive: true });
  expect(files.filter((name) => name.endsWith('.dmp'))).toEqual([]);
});

test('a page that hangs is told; it goes on by itself, or the window starts again', async ({
  launch,
  standin,
}) => {
  const [first] = [...standin.organizations.values()];
  const { app, letterhead } = await launch();
  await letterhead.setUpOne(first!);
  await answerDialogs(app, ['Wait', 'Restart the window']);
  const comesBack = app.waitForEvent('window');
  // What Electron says after half a minute without an answer; the page itself stays as it is.
  const hang = () =>
    app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]!.emit('unresponsive' as never),
    );
  await hang();
  await expect.poll(() => asked(app)).toHaveLength(1);
  expect((await asked(app))[0]!.message).toBe('The window does not answer');
  expect((await asked(app))[0]!.buttons).toContain('Wait');
  await expect(letterhead.heading(first!.name)).toBeVisible();
  await hang();
  const after = new Letterhead(await comesBack);
  await expect(after.heading(first!.name)).toBeVisible();
});

test('an error nobody caught in main is told, without its words, and the app starts anew', async ({
  launch,
  standin,
  userData,
}) => {
  const [first] = [...standin.organizations.values()];
  const { app, page, letterhead } = await launch();
  await letterhead.setUpOne(first!);
  await letterhead.field('Business phone').fill('+44 20 7946 0888');
  await expect(page.getByText('1 change, kept on this computer')).toBeVisible();
  const relaunched = await noteRelaunch(app);
  await answerDialogs(app, ['Copy details', 'Restart']);
  const ended = new Promise<void>((resolve) => app.process().once('exit', () => resolve()));
  await app.evaluate(() => {
    setTimeout(() => {
      throw new TypeError('quoting secret-text-of-somebody');
    }, 0);
  });
  await ended;
  expect(relaunched()).toBe(true);
  expect(await filesWith(userData, 'secret-text-of-somebody')).toEqual([]);
  expect(await filesWith(userData, 'main: TypeError')).toHaveLength(1);

  const again = await launch();
  await again.letterhead.open(first!.name);
  await expect(again.letterhead.field('Business phone')).toHaveValue('+44 20 7946 0888');
});

test('the appearance is chosen, kept, and there before the window opens', async ({ launch }) => {
  const colour = (app: ElectronApplication) =>
    app.evaluate(({ BrowserWindow, nativeTheme }) => ({
      source: nativeTheme.themeSource,
      behind: BrowserWindow.getAllWindows()[0]!.getBackgroundColor().toLowerCase(),
    }));
  const first = await launch();
  // A window that is not there yet hears no menu.
  await expect(first.letterhead.button('Add organizations')).toBeVisible();
  await choose(first.app, 'settings');
  await first.page.getByRole('tab', { name: 'General' }).click();
  await expect(first.page.getByRole('radio', { name: 'As the system' })).toBeChecked();
  expect(await violations(first.page)).toEqual([]);
  await first.page.getByRole('radio', { name: 'Dark' }).check();
  await expect.poll(() => colour(first.app)).toEqual({ source: 'dark', behind: '#181b22' });
  await first.page.emulateMedia({ colorScheme: null });
  const background = () =>
    first.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await expect.poll(background).toBe('rgb(24, 27, 34)');
  await first.page.screenshot({ path: 'test-results/help-general-dark.png' });
  await first.page.getByRole('radio', { name: 'Light' }).check();
  await expect.poll(background).toBe('rgb(246, 245, 243)');
  await first.page.screenshot({ path: 'test-results/help-general-light.png' });
  await expect.poll(() => colour(first.app)).toEqual({ source: 'light', behind: '#f6f5f3' });
  await first.page.getByRole('radio', { name: 'Dark' }).check();
  await expect.poll(() => colour(first.app)).toMatchObject({ source: 'dark' });
  await first.close();
  const second = await launch();
  expect(await colour(second.app)).toEqual({ source: 'dark', behind: '#181b22' });
});

test('everything goes: files, keys, and what was typed; the app begins with the welcome', async ({
  launch,
  standin,
  userData,
  keyring,
}) => {
  const [first, second] = [...standin.organizations.values()];
  const { app, page, letterhead } = await launch();
  await letterhead.setUp([first!.name, second!.name]);
  await letterhead.open(first!.name);
  await letterhead.field('Business phone').fill('+44 20 7946 0111 TYPED');
  await expect(page.getByText('1 change, kept on this computer')).toBeVisible();
  await standin.goOffline();
  await letterhead.open(second!.name);
  await letterhead.field('Business name').fill('Waiting Name Ltd');
  await letterhead.save();
  await expect(letterhead.status).toContainText('Waiting to send');

  await letterhead.button('Settings').click();
  await page.getByRole('tab', { name: 'General' }).click();
  await letterhead.button('Remove everything…').click();
  const dialog = letterhead.dialog('Remove everything from this computer');
  await expect(dialog.getByText('2 organizations with their copies')).toBeVisible();
  await expect(dialog.getByText('1 draft that')).toBeVisible();
  await expect(dialog.getByText('1 waiting change that')).toBeVisible();
  await expect(dialog.getByText('1 sign-in with its key')).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused();
  expect(await violations(page)).toEqual([]);
  await page.screenshot({ path: 'test-results/help-everything.png' });
  const { key, email } = sampleCredential;
  const gone = [
    ...[key, email, first!.name, second!.name, first!.id, 'Head office', 'Waiting Name Ltd'],
    ...['+44 20 7946 0111 TYPED', first!.profile!.business_email, 'logs/main.log'],
  ];
  // What is looked for must be there before, or nothing is proved.
  expect(await filesWith(userData, first!.name)).not.toEqual([]);
  expect(keyringTexts(keyring)).toContain(key);

  const relaunched = await noteRelaunch(app);
  const ended = new Promise<void>((resolve) => app.process().once('exit', () => resolve()));
  await dialog.getByRole('button', { name: 'Remove everything', exact: true }).click();
  await ended;
  expect(relaunched()).toBe(true);
  for (const text of gone) expect(await filesWith(userData, text), text).toEqual([]);
  expect(keyringTexts(keyring)).toEqual([]);

  await standin.goOnline();
  const again = await launch();
  await expect(again.letterhead.button('Add organizations')).toBeVisible();
  for (const text of gone) expect(await filesWith(userData, text), text).toEqual([]);
});

test('a locked keychain is said, nothing goes; the rest goes without the keys if the person wants', async ({
  launch,
  standin,
  keyring,
  userData,
}) => {
  const [first] = [...standin.organizations.values()];
  const { app, page, letterhead } = await launch();
  await letterhead.setUpOne(first!);
  await keyring.lock();
  await letterhead.button('Settings').click();
  await page.getByRole('tab', { name: 'General' }).click();
  await letterhead.button('Remove everything…').click();
  const dialog = letterhead.dialog('Remove everything from this computer');
  await dialog.getByRole('button', { name: 'Remove everything', exact: true }).click();
  await expect(dialog.getByRole('alert')).toContainText('Not removed: ');
  await expect(dialog.getByRole('alert')).toContainText('are all still here');
  await page.screenshot({ path: 'test-results/help-everything-locked.png' });
  expect(await violations(page)).toEqual([]);
  expect(await filesWith(userData, first!.name)).not.toEqual([]);

  const relaunched = await noteRelaunch(app);
  const ended = new Promise<void>((resolve) => app.process().once('exit', () => resolve()));
  await dialog.getByRole('button', { name: 'Remove all but the keys' }).click();
  await ended;
  expect(relaunched()).toBe(true);
  expect(await filesWith(userData, first!.name)).toEqual([]);
  await keyring.unlock();
  expect(keyringTexts(keyring)).toContain(sampleCredential.key);
  const again = await launch();
  await again.letterhead.openAdd();
  await expect(again.letterhead.button('Remove the keys')).toBeVisible();
});
