/**
 * Updates against a local update server, with a real replacement and a real restart: nothing is lost on
 * the way, and what is not as it was announced never gets into the place of the running version.
 */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checkScreen } from './screens/check-screen';
import { expect } from './support/fixtures';
import { NEXT, VERSION } from './support/next-version';
import { appUser } from './support/packaged';
import { sha512, startUpdateServer, type UpdateServer } from './support/update-server';
import { connectToNextVersion, isOld, look, openAbout, test } from './support/update-fixtures';

const READY = `Letterhead ${NEXT} is ready.`;

// A packaged app takes no address of another update server.
if (!appUser) {
  test('what is ready is installed by quitting, quietly, and nobody is counted', async ({
    launch,
    updates,
    place,
    userData,
  }) => {
    const running = await launch();
    await openAbout(running);
    expect(updates.asked).toEqual([]);
    await look(running);
    const banner = running.page.getByRole('region', { name: 'Messages' });
    await expect(banner).toContainText(READY);
    expect(isOld(place)).toBe(true);
    await banner.getByRole('button', { name: 'Dismiss' }).click();
    await expect(banner).toBeHidden();
    await expect(running.page.getByText(READY)).toBeVisible();
    await running.close();
    expect(isOld(place)).toBe(false);
    // Nothing of it is left beside it, and nothing was started.
    const files = ['Letterhead.AppImage', 'app-update.yml', 'cache', 'next'];
    expect(readdirSync(dirname(place.image)).sort()).toEqual(files);
    expect(existsSync(join(userData, '.updaterId'))).toBe(false);
    for (const { headers } of updates.asked) {
      expect(Object.keys(headers).filter((name) => /auth|cookie|key/i.test(name))).toEqual([]);
      expect(headers['x-user-staging-id'] ?? '').toMatch(/^[0-]*$/);
    }
  });

  test('Restart now: what is typed and what waits comes along and is sent by the next version', async ({
    launch,
    standin,
    place,
  }) => {
    const [first, second] = [...standin.organizations.values()];
    const running = await launch();
    const { letterhead } = running;
    await letterhead.setUp([first!.name, second!.name]);
    for (const { name, profile } of [second!, first!]) {
      await letterhead.open(name);
      await expect(letterhead.field('Business name')).toHaveValue(profile!.business_name);
    }
    await look(running);
    await expect(letterhead.button('Restart now').first()).toBeVisible();

    await standin.goOffline();
    await letterhead.open(first!.name);
    await letterhead.saveField('Business phone', '+44 20 7946 0801');
    await letterhead.expectWaiting();
    await letterhead.open(second!.name);
    const ended = new Promise((resolve) => running.app.process().once('exit', resolve));
    await letterhead.field('Business email').fill('typed@while.updating.example');
    // At once: the pause after which typing is kept has not passed.
    await letterhead.button('Restart now').click();
    await ended;
    expect(isOld(place)).toBe(false);

    const next = await connectToNextVersion(place);
    await next.open(second!.name);
    await expect(next.field('Business email')).toHaveValue('typed@while.updating.example');
    await next.open(first!.name);
    await next.expectWaiting();
    await standin.goOnline();
    await next.tryAgain();
    await next.expectSaved();
    expect(standin.profileOf(first!.id)!.business_phone).toBe('+44 20 7946 0801');
    await next.button('Settings').click();
    await next.page.getByRole('tab', { name: 'About' }).click();
    await expect(next.page.getByText(`Version ${NEXT}`)).toBeVisible();
  });

  for (const [what, sums] of [
    ['another hash than announced', () => ({ sha512: sha512(Buffer.from('another file')) })],
    ['no hash', () => ({})],
    // electron-updater alone would take this one.
    ['only a weaker hash', ({ weakSums }: UpdateServer) => weakSums],
  ] as const) {
    test(`a file with ${what} is refused, and the running version stays`, async ({
      launch,
      updates,
      place,
    }) => {
      updates.announced = { version: NEXT, sums: sums(updates) };
      const running = await launch();
      await look(running);
      await expect(running.page.getByText(/does not match the published version/)).toBeVisible();
      await expect(running.page.getByText(READY)).toBeHidden();
      await running.close();
      expect(isOld(place)).toBe(true);
    });
  }

  test('a file that was changed after its download is refused, and the next start says so', async ({
    launch,
    place,
  }) => {
    const running = await launch();
    await look(running);
    await expect(running.page.getByText(READY).first()).toBeVisible();
    const [file] = readdirSync(place.pending).filter((name) => name.endsWith('.AppImage'));
    writeFileSync(join(place.pending, file!), '#!/bin/sh\nrm -rf everything\n');
    await running.close();
    expect(isOld(place)).toBe(true);
    const again = await launch();
    await openAbout(again);
    await expect(again.page.getByText(/does not match the published version/)).toBeVisible();
  });

  test('a disk that takes nothing, a place that cannot be taken: said, and nothing is changed', async ({
    launch,
    place,
    updates,
  }) => {
    const running = await launch();
    updates.announced = { version: 'twelve', sums: {} };
    await look(running);
    await expect(
      running.page.getByText(/Letterhead does not understand the update server’s answer/),
    ).toBeVisible();
    updates.announced = { version: NEXT, sums: updates.rightSums };
    const cache = dirname(dirname(place.pending));
    writeFileSync(cache, 'a file in the place of the folder');
    await running.letterhead.button('Check for updates').click();
    await expect(running.page.getByText(/could not be saved on this computer/)).toBeVisible();
    await rm(cache);
    await running.letterhead.button('Check for updates').click();
    await expect(running.page.getByText(READY).first()).toBeVisible();
    await rm(place.image);
    await mkdir(join(place.image, 'not empty'), { recursive: true });
    await running.close();
    expect(readdirSync(place.image)).toEqual(['not empty']);
    const again = await launch();
    await openAbout(again);
    await expect(again.page.getByText(/could not replace this one/)).toBeVisible();
  });

  for (const version of [VERSION, '0.0.1', `${NEXT}-beta.1`]) {
    test(`version ${version} is not newer, so nothing is downloaded`, async ({
      launch,
      updates,
    }) => {
      updates.announced = { ...updates.announced, version };
      const running = await launch();
      await look(running);
      await expect(running.page.getByText('This is the newest version.')).toBeVisible();
      expect(updates.files()).toEqual(['/latest-linux.yml']);
    });
  }

  test('switched off: no request, and what was downloaded before is not installed', async ({
    launch,
    updates,
    place,
  }) => {
    const running = await launch();
    const { page, letterhead } = running;
    await look(running);
    await expect(page.getByText(READY).first()).toBeVisible();
    const before = updates.asked.length;
    await page.getByRole('tab', { name: 'General' }).click();
    const choice = page.getByRole('radiogroup', { name: 'Updates' });
    await choice.getByRole('radio', { name: 'Off' }).check();
    await expect(letterhead.button('Restart now')).toBeHidden();
    await running.close();
    expect(isOld(place)).toBe(true);

    const again = await launch();
    await openAbout(again);
    await expect(again.page.getByText('check for updates: they are off')).toBeVisible();
    await expect(again.letterhead.button('Check for updates')).toBeHidden();
    await again.close();
    expect(updates.asked.length).toBe(before);
  });

  test('switched off under way, or quit: what is under way ends, and another look begins anew', async ({
    launch,
    updates,
    place,
  }) => {
    const running = await launch();
    const { page, letterhead } = running;
    const choose = async (choice: string): Promise<void> => {
      await page.getByRole('tab', { name: 'General' }).click();
      const group = page.getByRole('radiogroup', { name: 'Updates' });
      await group.getByRole('radio', { name: choice }).check();
      await page.getByRole('tab', { name: 'About' }).click();
    };
    await openAbout(running);
    for (const [stallsAt, words] of [
      ['look', 'Checking for updates…'],
      ['file', `Letterhead ${NEXT} is being downloaded.`],
    ] as const) {
      updates.stallsAt = stallsAt;
      const before = updates.asked.length;
      await letterhead.button('Check for updates').click();
      await expect(page.getByText(words)).toBeVisible();
      await expect.poll(() => updates.asked.length).toBe(before + (stallsAt === 'look' ? 1 : 2));
      await choose('Off');
      await expect(page.getByText('check for updates: they are off')).toBeVisible();
      await expect.poll(updates.open, stallsAt).toBe(0);
      await choose('Automatic');
    }
    await letterhead.button('Check for updates').click();
    await expect(page.getByText(`Letterhead ${NEXT} is being downloaded.`)).toBeVisible();
    await running.close();
    expect(isOld(place)).toBe(true);

    updates.stallsAt = null;
    updates.breaksOff = true;
    const again = await launch();
    await look(again);
    await expect(again.page.getByText('The update server cannot be reached')).toBeVisible();
    updates.breaksOff = false;
    await again.letterhead.button('Check for updates').click();
    await expect(again.page.getByText(READY).first()).toBeVisible();
  });

  test('a request that is sent on to somebody else is not made there', async ({
    launch,
    updates,
    place,
  }) => {
    const elsewhere = await startUpdateServer(NEXT, Buffer.from('#!/bin/sh\n'), '127.0.0.2');
    updates.sentOnTo = elsewhere.url;
    const running = await launch();
    await look(running);
    await expect(running.page.getByText('The update server cannot be reached')).toBeVisible();
    await running.close();
    expect(elsewhere.asked).toEqual([]);
    await elsewhere.close();
    expect(isOld(place)).toBe(true);
  });

  test('what is ready, above a page and in Settings, looked at in every way', async ({
    launch,
    standin,
  }) => {
    test.setTimeout(300_000);
    const [first] = [...standin.organizations.values()];
    const running = await launch();
    await running.letterhead.setUpOne(first!);
    await look(running);
    await expect(running.page.getByText(READY).first()).toBeVisible();
    const wrong = await checkScreen(running, 'about, ready');
    await running.letterhead.button('Back').click();
    await expect(running.letterhead.heading(first!.name)).toBeVisible();
    wrong.push(...(await checkScreen(running, 'an organization, ready')));
    expect(wrong).toEqual([]);
  });

  test.describe('a build that the system updates', () => {
    test.use({ isImage: false });

    test('tells and does nothing else; put away, it does not come back', async ({
      launch,
      updates,
    }) => {
      const running = await launch();
      await look(running);
      const banner = running.page.getByRole('region', { name: 'Messages' });
      await expect(banner).toContainText(`Letterhead ${NEXT} is available.`);
      await expect(banner).toContainText('Get it where you got this version');
      await expect(running.letterhead.button('Restart now')).toBeHidden();
      await banner.getByRole('button', { name: 'Dismiss' }).click();
      await expect(banner).toBeHidden();
      await running.letterhead.button('Check for updates').click();
      await expect(running.page.getByText(`Letterhead ${NEXT} is available.`)).toBeVisible();
      await running.close();
      expect(new Set(updates.files())).toEqual(new Set(['/latest-linux.yml']));

      const again = await launch();
      await look(again);
      await expect(again.page.getByText(`Letterhead ${NEXT} is available.`)).toHaveCount(1);
    });
  });
}
