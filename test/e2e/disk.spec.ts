/**
 * Disk faults while the app runs. The window keeps typed text and says that the text is not stored and why.
 * The text is stored automatically once that is possible. test/faults covers launching on such a disk.
 */
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FailureCode } from '../../src/shared/failure';
import { describeFailure } from '../../src/shared/messages/describe-failure';
import { fillDiskOf, lockDatabase, smallDisk, stopWriting, type UndoFault } from './support/disk';
import { confirmCancel, saveButton } from './support/fill-and-save';
import { expect, test } from './support/fixtures';
import { addAllOrganizations } from './support/initial-fetch';
import { answerFileDialogs, chooseMenuItem } from './support/native-ui';

interface DiskFault {
  name: string;
  code: FailureCode;
  /** The disk with the app's data, if not the usual one. */
  disk?: string;
  begin(userData: string, pid: number): UndoFault | Promise<UndoFault>;
}

const diskFaults: DiskFault[] = [
  {
    name: 'a database locked by another program',
    code: 'database.busy',
    begin: (userData) => lockDatabase(join(userData, 'letterhead.db'), 'to writing'),
  },
  {
    name: 'a failing disk',
    code: 'database.io',
    begin: (userData, pid) => stopWriting(join(userData, 'letterhead.db'), pid),
  },
];
if (smallDisk) {
  diskFaults.push({
    name: 'a full disk',
    code: 'database.full',
    disk: smallDisk,
    begin: (userData) => fillDiskOf(join(userData, 'letterhead.db')),
  });
}

/** Enough organizations that their long texts do not fit, while those of a slice do, also on a much faster computer. */
const COUNT = 160;
/** For so many requests on a busy machine. */
const SENDING = { timeout: 90_000 };
/** Characters of each text. */
const LONG = 12_000;
/** Room for a few of these texts in the log, but not for all. */
const ROOM = 3 * 2 ** 20;

/** An import, a paste, a replacement, and a save that is canceled, while the disk is full. */
function describeBatches(): void {
  test.describe(() => {
    test.use({ standinOptions: { organizations: COUNT } });

    test('a full disk: an import, a paste, a replacement and a save say why they stop, and do the rest once there is space', async ({
      launch,
      standin,
      userData,
    }) => {
      const { app, page, letterhead } = await launch();
      await addAllOrganizations(letterhead, COUNT);
      await letterhead.waitUntilFetched();
      const database = join(userData, 'letterhead.db');
      const { what, next } = describeFailure({ code: 'database.full' }, { retries: true });
      const line = page.locator('.batch').getByRole('group');
      const made = `Drafts in ${COUNT} organizations`;

      await test.step('an import', async () => {
        const path = join(userData, 'list.csv');
        const rows = [...standin.organizations.keys()].map((id, n) => `${id},+49 30 ${n}`);
        await writeFile(path, ['id,Business phone', ...rows].join('\n'));
        await answerFileDialogs(app, path);
        await chooseMenuItem(app, 'import');
        const strip = page.getByRole('region', { name: 'Import list.csv' });
        const make = strip.getByRole('button', { name: `Make drafts in ${COUNT} organizations` });
        await expect(make).toBeEnabled();
        const undoFault = await fillDiskOf(database);
        await make.click();
        await expect(strip.getByRole('alert')).toContainText(what);
        undoFault();
        await make.click();
        await expect(line).toContainText(`list.csv · ${made}`);
        await expect(strip).toBeHidden();
      });

      /** Says why it stops in the middle, and does the rest by itself. */
      const expectStopped = async (undoFault: UndoFault): Promise<void> => {
        const alert = line.getByRole('alert');
        await expect(alert).toContainText(`${what} ${next}`);
        const progress = line.getByRole('progressbar');
        const done = await progress.evaluate((bar: HTMLProgressElement) => bar.value);
        expect(done).toBeGreaterThan(0);
        expect(done).toBeLessThan(COUNT);
        undoFault();
        await expect(line).toContainText(made);
        await expect(alert).toBeHidden();
      };
      const first = page.getByRole('gridcell', { name: /^Address, / }).first();
      const find = page.getByRole('textbox', { name: 'Find in cells' });
      const expectCells = async (text: string): Promise<void> => {
        await find.fill(text);
        await expect(page.getByText(`${COUNT} cells in ${COUNT} organizations`)).toBeVisible();
      };

      await test.step('a paste of a large block, in its middle', async () => {
        const text = `${'High Street '.repeat(LONG / 12)}\r\n`.repeat(COUNT);
        await app.evaluate(({ clipboard }, copied) => clipboard.writeText(copied), text);
        await first.click();
        const undoFault = await fillDiskOf(database, ROOM);
        await page.keyboard.press('Control+v');
        await expectStopped(undoFault);
      });

      await test.step('a replacement, in its middle', async () => {
        await chooseMenuItem(app, 'replace');
        await expectCells('High Street');
        await page.getByRole('textbox', { name: 'Replace with' }).fill('Low Street');
        await page.getByRole('checkbox', { name: `Also replace ${COUNT} edited fields` }).check();
        const undoFault = await fillDiskOf(database, ROOM);
        await page.getByRole('button', { name: 'Replace all' }).click();
        await expectStopped(undoFault);
        await expectCells('Low Street Low Street');
      });

      await test.step('a save, and canceling it', async () => {
        await standin.goOffline();
        await page.getByRole('radio', { name: 'Changes' }).click();
        const save = saveButton(letterhead, 2 * COUNT);
        await expect(save).toBeEnabled();
        let undoFault = await fillDiskOf(database);
        await save.click();
        await expect(page.getByRole('tabpanel').getByRole('alert')).toContainText(what);
        await expect(save).toBeEnabled();
        undoFault();
        await save.click();
        const current = page.getByRole('region', { name: 'Current saves' });
        const cancel = current.getByRole('button', { name: 'Cancel…' });
        await expect(cancel).toBeVisible();
        undoFault = await fillDiskOf(database);
        await cancel.click();
        await confirmCancel(letterhead, 'keep');
        const question = letterhead.dialog('Cancel remaining changes');
        await expect(question.getByRole('alert')).toContainText(what);
        undoFault();
        await confirmCancel(letterhead, 'keep');
        await expect(current).toContainText(`${COUNT} canceled`);
        // All of it, not only what was canceled by the time that the tab loaded its drafts.
        await page.getByRole('tab', { name: /^Waiting/ }).click();
        await page.getByRole('tab', { name: /^To save/ }).click();
        // What was canceled is a draft again, and starts unticked.
        const canceled = page.getByRole('checkbox', { name: /^Canceled / });
        await canceled.check();
        await expect(save).toBeEnabled();
        await standin.goOnline();
        await save.click();
        await expect(current).toContainText(`${COUNT} organizations saved and confirmed`, SENDING);
      });
    });
  });
}

for (const { name, code, disk, begin } of diskFaults) {
  test.describe(() => {
    if (disk) {
      // There is one small disk, which the tests that fill it share: one after the other.
      test.describe.configure({ mode: 'default' });
      test.use({ disk });
      describeBatches();
    }

    test(`${name}: shows why, loses no typed text, and stores it once possible`, async ({
      launch,
      standin,
      userData,
    }) => {
      const [first] = [...standin.organizations.values()];
      const running = await launch();
      const { page, letterhead } = running;
      await letterhead.setUpOne(first!);
      const undoFault = await begin(userData, running.app.process().pid!);
      const phone = letterhead.field('business_phone');
      await phone.fill('+44 20 7946 0111');

      const { what, next } = describeFailure({ code }, { retries: true });
      const bar = page.getByRole('alert').filter({ hasText: 'not saved on this computer yet' });
      await expect(bar).toBeVisible();
      const messages = page.getByRole('region', { name: 'Messages' });
      await expect(messages).toContainText(`${what} ${next}`);
      const banner = messages.getByText(what);
      await expect(banner).toBeVisible();
      // The reason is said once.
      await expect(bar).toHaveText('1 field edited, not saved on this computer yet.');
      // Saving shows the same message and does not change the form.
      await letterhead.save();
      const review = letterhead.dialog('Review changes');
      await expect(review.getByRole('alert')).toContainText(what);
      await letterhead.button('Back to editing').click();
      await expect(phone).toHaveValue('+44 20 7946 0111');
      expect(standin.requests.some(({ method }) => method === 'PUT')).toBe(false);

      undoFault();
      await expect(page.getByText('1 field edited, saved on this computer')).toBeVisible();
      await expect(banner).toBeHidden();
      await running.kill();
      const again = await launch();
      await again.letterhead.open(first!.name);
      await expect(again.letterhead.field('business_phone')).toHaveValue('+44 20 7946 0111');
      await again.letterhead.save();
      await again.letterhead.expectSaved();
      await again.close();
      expect((await readdir(userData)).filter((file) => file.includes('damaged'))).toEqual([]);
    });
  });
}

test('a page that is left and opened again shows the newest text even if it could not be stored', async ({
  launch,
  standin,
  userData,
}) => {
  const [first, second] = [...standin.organizations.values()];
  const running = await launch();
  const { page, letterhead } = running;
  await letterhead.setUp([first!.name, second!.name]);
  await letterhead.open(first!.name);
  await letterhead.typeDraft({ business_phone: 'an older text' });
  const undoFault = await lockDatabase(join(userData, 'letterhead.db'), 'to writing');
  await letterhead.field('business_phone').fill('the newest text');
  await letterhead.open(second!.name);
  await letterhead.open(first!.name);
  await expect(letterhead.field('business_phone')).toHaveValue('the newest text');
  await letterhead.field('business_email').fill('typed@after.example');

  undoFault();
  await expect(page.getByText('2 fields edited, saved on this computer')).toBeVisible();
  await running.kill();
  const again = await launch();
  await again.letterhead.open(first!.name);
  await expect(again.letterhead.field('business_phone')).toHaveValue('the newest text');
  await expect(again.letterhead.field('business_email')).toHaveValue('typed@after.example');

  await test.step('closing the window asks first while the newest text is not stored', async () => {
    const { page, letterhead, app } = again;
    const undoFault = await lockDatabase(join(userData, 'letterhead.db'), 'to writing');
    await letterhead.field('business_name').fill('an even newer text');
    const question = await app.evaluate(
      ({ dialog, BrowserWindow }) =>
        new Promise<string>((resolve) => {
          dialog.showMessageBox = (...args: unknown[]) => {
            const { message } = args.at(-1) as { message: string };
            resolve(message);
            return Promise.resolve({ response: 0, checkboxChecked: false });
          };
          BrowserWindow.getAllWindows()[0]!.close();
        }),
    );
    expect(question).toContain(first!.name);
    await expect(letterhead.field('business_name')).toHaveValue('an even newer text');
    undoFault();
    await expect(page.getByText('3 fields edited, saved on this computer')).toBeVisible();
  });
});
