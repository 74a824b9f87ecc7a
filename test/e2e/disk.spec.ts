/**
 * The disk in trouble while the app runs: what is typed stays in the window, it says that it is not kept
 * and why, and keeps it by itself as soon as there is room. Starts on such a disk are in test/faults.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FailureCode } from '../../src/shared/failure';
import { describeFailure } from '../../src/shared/messages/describe-failure';
import {
  canMount,
  fillDisk,
  holdDatabase,
  mountSmallDisk,
  stopWriting,
  type Heal,
} from './support/disk';
import { expect, test } from './support/fixtures';
import { appUser } from './support/packaged';

interface Issue {
  name: string;
  code: FailureCode;
  /** Before the app starts. */
  prepare?(userData: string): Heal;
  begin(userData: string, pid: number): Heal | Promise<Heal>;
}

const troubles: Issue[] = [
  {
    name: 'a database another program holds',
    code: 'store.busy',
    begin: (userData) => holdDatabase(join(userData, 'letterhead.db'), 'to writing'),
  },
];
// The limit that makes a disk fail also ends the shared memory of a window in its sandbox.
if (!appUser) {
  troubles.push({
    name: 'a disk that fails',
    code: 'store.io',
    begin: (_, pid) => stopWriting(pid),
  });
}
if (canMount) {
  troubles.push({
    name: 'a full disk',
    code: 'store.full',
    prepare: (userData) => mountSmallDisk(userData, 64),
    begin: (userData) => fillDisk(userData),
  });
}

for (const { name, code, prepare, begin } of troubles) {
  test(`${name}: said, nothing typed is lost, and kept when it can be`, async ({
    launch,
    standin,
    userData,
  }) => {
    const undo = prepare?.(userData);
    try {
      const [first] = [...standin.organizations.values()];
      const running = await launch();
      const { page, letterhead } = running;
      await letterhead.setUpOne(first!);
      const heal = await begin(userData, running.app.process().pid!);
      const phone = letterhead.field('Business phone');
      await phone.fill('+44 20 7946 0111');

      const { what, next } = describeFailure({ code }, { retries: true });
      const bar = page.getByRole('alert').filter({ hasText: 'not saved on this computer yet' });
      await expect(bar).toContainText(`${what} ${next}`);
      const banner = page.getByRole('region', { name: 'Messages' }).getByText(what);
      await expect(banner).toBeVisible();
      // Saving says the same, and leaves the form as it is.
      await letterhead.save();
      const review = letterhead.dialog('Review changes');
      await expect(review.getByRole('alert')).toContainText(what);
      await letterhead.button('Back to editing').click();
      await expect(phone).toHaveValue('+44 20 7946 0111');
      expect(standin.requests.some(({ method }) => method === 'PUT')).toBe(false);

      heal();
      await expect(page.getByText('1 unsent change, saved on this computer')).toBeVisible();
      await expect(banner).toBeHidden();
      await running.kill();
      const again = await launch();
      await again.letterhead.open(first!.name);
      await expect(again.letterhead.field('Business phone')).toHaveValue('+44 20 7946 0111');
      await again.letterhead.save();
      await again.letterhead.expectSaved();
      await again.close();
      expect((await readdir(userData)).filter((file) => file.includes('damaged'))).toEqual([]);
    } finally {
      undo?.();
    }
  });
}

test('a page left and entered again shows the newest text, although it could not be kept', async ({
  launch,
  standin,
  userData,
}) => {
  const [first, second] = [...standin.organizations.values()];
  const running = await launch();
  const { page, letterhead } = running;
  await letterhead.setUp([first!.name, second!.name]);
  await letterhead.open(first!.name);
  await letterhead.typeDraft('Business phone', 'an older text');
  const heal = await holdDatabase(join(userData, 'letterhead.db'), 'to writing');
  await letterhead.field('Business phone').fill('the newest text');
  await letterhead.open(second!.name);
  await letterhead.open(first!.name);
  await expect(letterhead.field('Business phone')).toHaveValue('the newest text');
  await letterhead.field('Business email').fill('typed@after.example');

  heal();
  await expect(page.getByText('2 unsent changes, saved on this computer')).toBeVisible();
  await running.kill();
  const again = await launch();
  await again.letterhead.open(first!.name);
  await expect(again.letterhead.field('Business phone')).toHaveValue('the newest text');
  await expect(again.letterhead.field('Business email')).toHaveValue('typed@after.example');
});

test('closing asks first while the newest text could not be kept', async ({
  launch,
  standin,
  userData,
}) => {
  const [first] = [...standin.organizations.values()];
  const running = await launch();
  const { page, letterhead, app } = running;
  await letterhead.setUpOne(first!);
  const heal = await holdDatabase(join(userData, 'letterhead.db'), 'to writing');
  await letterhead.field('Business phone').fill('the newest text');
  const asked = await app.evaluate(
    ({ dialog, BrowserWindow }) =>
      new Promise<string>((resolve) => {
        dialog.showMessageBox = (...given: unknown[]) => {
          const { message } = given.at(-1) as { message: string };
          resolve(message);
          return Promise.resolve({ response: 0, checkboxChecked: false });
        };
        BrowserWindow.getAllWindows()[0]!.close();
      }),
  );
  expect(asked).toContain(first!.name);
  await expect(letterhead.field('Business phone')).toHaveValue('the newest text');
  heal();
  await expect(page.getByText('1 unsent change, saved on this computer')).toBeVisible();
});
