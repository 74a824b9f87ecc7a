/**
 * The data file is deleted, replaced or moved away while the app runs, as by a synchronized folder or a restored
 * backup: nothing is called saved, a dialog says what happened, and nothing that was typed is lost.
 */
import type { ElectronApplication } from '@playwright/test';
import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Standin } from '../standin';
import { expect, test } from './support/fixtures';
import type { Letterhead } from './support/letterhead';
import {
  captureRelaunch,
  holdMessageBoxes,
  pressButton,
  shownMessageBoxes,
} from './support/native-ui';
import { giveToAppUser } from './support/packaged';
import type { RunningApp } from './support/start';

const FILE = 'letterhead.db';
const TYPED = '+44 20 7946 0222';
const WHAT = 'Letterhead’s data file was moved, replaced or deleted';

test.afterEach(async ({ userData }) => {
  for (const end of ['-old', '-backup']) await rm(userData + end, { recursive: true, force: true });
});

/** Deletes the database with everything that belongs to it. */
async function deleteDatabase(userData: string): Promise<void> {
  const names = await readdir(userData);
  await Promise.all(
    names.filter((name) => name.startsWith(FILE)).map((name) => rm(join(userData, name))),
  );
}

/** Starts the app with an organization that has an earlier draft, which is saved. */
async function startWithDraft(launch: () => Promise<RunningApp>, standin: Standin) {
  const [first] = [...standin.organizations.values()];
  const running = await launch();
  await running.letterhead.setUpOne(first!);
  await running.letterhead.typeDraft({ business_email: 'earlier@draft.example' });
  return { ...running, name: first!.name };
}

/** Moves the file, types a text, and expects that the window calls it not saved, and a dialog with this text. */
async function expectNotSaved(
  { app, page, letterhead }: RunningApp,
  move: () => Promise<void>,
  detail: string,
  typed = TYPED,
): Promise<void> {
  await holdMessageBoxes(app);
  await move();
  await letterhead.field('business_phone').fill(typed);
  const bar = page.getByRole('alert').filter({ hasText: 'not saved on this computer yet' });
  await expect(bar).toBeVisible();
  await expect(page.getByRole('region', { name: 'Messages' })).toContainText(WHAT);
  await expect.poll(() => shownMessageBoxes(app)).not.toHaveLength(0);
  const [box] = await shownMessageBoxes(app);
  expect(box!.message).toBe(WHAT);
  expect(box!.detail).toContain(detail);
  expect(box!.buttons).toEqual(['Save and restart', 'Try again', 'Quit without saving']);
}

async function expectTexts(letterhead: Letterhead, name: string, typed = TYPED): Promise<void> {
  await letterhead.open(name);
  await expect(letterhead.field('business_phone')).toHaveValue(typed);
  await expect(letterhead.field('business_email')).toHaveValue('earlier@draft.example');
}

/** The number of requests for profiles so far. */
const profileRequests = (standin: Standin): number =>
  standin.requests.filter(({ route }) => route.endsWith('/profile')).length;

/** Expects the draft that was saved before the file was moved. */
async function expectEarlierDraft({ letterhead }: RunningApp, name: string): Promise<void> {
  await letterhead.open(name);
  await expect(letterhead.field('business_email')).toHaveValue('earlier@draft.example');
}

/** The two that leave least; test/unit/database/moved-file.test.ts has the other ways. */
const GONE: [what: string, typed: string, move: (userData: string) => Promise<void>][] = [
  ['the file is deleted with its log', TYPED, deleteDatabase],
  ['the folder is renamed', '+44 20 7946 0333', (userData) => rename(userData, `${userData}-old`)],
];

test('the file is gone: everything is saved again in its place, with what was typed since', async ({
  launch,
  standin,
  userData,
}) => {
  const { name, ...first } = await startWithDraft(launch, standin);
  let running: RunningApp = first;
  for (const [what, typed, move] of GONE) {
    await test.step(what, async () => {
      const { app } = running;
      const { ended, relaunched } = await captureRelaunch(app);
      const detail = 'it can save it again in the same place';
      await expectNotSaved(running, () => move(userData), detail, typed);
      await pressButton(app, 'Try again');
      await expect.poll(() => shownMessageBoxes(app)).toHaveLength(2);
      await pressButton(app, 'Save and restart');
      await ended;
      expect(relaunched()).toBe(true);

      running = await launch();
      await expectTexts(running.letterhead, name, typed);
      await expect(running.page.getByText('set it aside')).toBeHidden();
    });
  }
  // The sign-in still works, too.
  await running.letterhead.save();
  await running.letterhead.expectSaved();
});

test('the file is replaced by an older one: everything is kept beside it, and can be put into it', async ({
  launch,
  seed,
  standin,
  userData,
}) => {
  const [first] = [...standin.organizations.values()];
  seed(first!);
  const backup = `${userData}-backup`;
  await mkdir(backup);
  await copyFile(join(userData, FILE), join(backup, FILE));
  giveToAppUser(join(backup, FILE));

  const running = await launch();
  await running.letterhead.open(first!.name);
  await running.letterhead.typeDraft({ business_email: 'earlier@draft.example' });
  const { ended, relaunched } = await captureRelaunch(running.app);
  await expectNotSaved(
    running,
    () => rename(join(backup, FILE), join(userData, FILE)),
    'it can save it in a second file',
  );
  await pressButton(running.app, 'Save and restart');
  await ended;
  expect(relaunched()).toBe(true);

  const { page, letterhead } = await launch();
  await expect(page.getByText('was replaced while Letterhead was open')).toBeVisible();
  await expect(page.getByText(/letterhead\.replaced-/)).toBeVisible();
  await letterhead.open(first!.name);
  await expect(letterhead.field('business_phone')).toHaveValue(first!.profile!.business_phone);
  await letterhead.button('Recover readable data').click();
  await expect(page.getByText(/Recovered organizations/)).toBeVisible();
  await expectTexts(letterhead, first!.name);
  expect(standin.requests.filter(({ method }) => method === 'PUT')).toEqual([]);
});

test('a file that is put back is used again, and what could not be saved is saved into it', async ({
  launch,
  standin,
  userData,
}) => {
  const running = await startWithDraft(launch, standin);
  const { app, page, name } = running;
  const away = join(userData, 'away.db');
  await expectNotSaved(running, () => rename(join(userData, FILE), away), 'put the file back');
  await rename(away, join(userData, FILE));
  await pressButton(app, 'Try again');
  await expect(page.getByText('2 fields edited, saved on this computer')).toBeVisible();
  expect(await shownMessageBoxes(app)).toHaveLength(1);
  await running.kill();
  const again = await launch();
  await expectTexts(again.letterhead, name);
});

test('quitting without saving writes nothing, and the next launch does not have what was never called saved', async ({
  launch,
  standin,
  userData,
}) => {
  const running = await startWithDraft(launch, standin);
  const { app } = running;
  const { ended, relaunched } = await captureRelaunch(app);
  await expectNotSaved(running, () => deleteDatabase(userData), 'nothing can be saved right now');
  await pressButton(app, 'Quit without saving');
  await ended;
  expect(relaunched()).toBe(false);
  expect((await readdir(userData)).filter((name) => name.endsWith('.db'))).toEqual([]);
  const { letterhead } = await launch();
  await expect(letterhead.button('Add organizations')).toBeVisible();
});

test('nothing is sent from a database that is gone', async ({ launch, standin, userData }) => {
  const [first] = [...standin.organizations.values()];
  const running = await launch();
  const { app, letterhead } = running;
  await letterhead.setUpOne(first!);
  await standin.goOffline();
  await letterhead.saveField('business_phone', 'waiting');
  await letterhead.expectWaiting();
  const { ended } = await captureRelaunch(app);
  await holdMessageBoxes(app);
  await deleteDatabase(userData);
  const before = profileRequests(standin);
  await standin.goOnline();
  // The app may have tried by itself by then, and have no such button any more.
  void letterhead
    .button('Try now')
    .click()
    .catch(() => undefined);
  await expect.poll(() => shownMessageBoxes(app)).toHaveLength(1);
  expect(profileRequests(standin)).toBe(before);
  await pressButton(app, 'Save and restart');
  await ended;

  // It may be sent before the page is open, which then has nothing to say about it.
  const again = await launch();
  await again.letterhead.open(first!.name);
  await expect.poll(() => standin.profileOf(first!.id)?.business_phone).toBe('waiting');
  await expect(again.letterhead.field('business_phone')).toHaveValue('waiting');
  await expect(again.letterhead.button('Review changes')).toBeHidden();
});

const ENDS: [string, (app: ElectronApplication) => Promise<unknown>][] = [
  [
    'the window is closed',
    (app) => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.close()),
  ],
  ['the app is quit', (app) => app.evaluate(({ app: main }) => main.quit())],
];

test('the app ends although its data file is gone, and the next launch has everything', async ({
  launch,
  standin,
  userData,
}) => {
  const { name, ...started } = await startWithDraft(launch, standin);
  let app: ElectronApplication = started.app;
  /** Starts the app that the next step ends. */
  const relaunch = async (): Promise<void> => {
    const again = await launch();
    await expectEarlierDraft(again, name);
    app = again.app;
  };

  for (const [what, end] of ENDS) {
    await test.step(`${what} although nothing was written since the file was deleted: asks first, and keeps everything`, async () => {
      const { ended, relaunched } = await captureRelaunch(app);
      await holdMessageBoxes(app);
      await deleteDatabase(userData);
      await end(app);
      await expect.poll(() => shownMessageBoxes(app)).toHaveLength(1);
      const [box] = await shownMessageBoxes(app);
      expect(box!.message).toBe(WHAT);
      // Asking again neither ends the app nor opens a second dialog.
      await end(app);
      expect(await shownMessageBoxes(app)).toHaveLength(1);
      await pressButton(app, 'Save and restart');
      await ended;
      expect(relaunched()).toBe(true);
      await relaunch();
    });
  }

  await test.step('the window closes as asked once the file is put back', async () => {
    const { ended, relaunched } = await captureRelaunch(app);
    await holdMessageBoxes(app);
    const away = join(userData, 'away.db');
    await rename(join(userData, FILE), away);
    await ENDS[0]![1](app);
    await expect.poll(() => shownMessageBoxes(app)).toHaveLength(1);
    await rename(away, join(userData, FILE));
    await pressButton(app, 'Try again');
    await ended;
    expect(relaunched()).toBe(false);
    await relaunch();
  });

  await test.step('the system ends the app: everything is saved without a question', async () => {
    const { ended } = await captureRelaunch(app);
    await holdMessageBoxes(app);
    await deleteDatabase(userData);
    app.process().kill('SIGTERM');
    await ended;
    await relaunch();
  });
});
