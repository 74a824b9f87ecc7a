/**
 * Updates from a local server, with a real download, installer and relaunch as on Windows: nothing is lost, and a file
 * that does not match its published hash, or is signed by someone else, is never started.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { trust } from '../package/support/trust';
import { signedByCompany } from '../standin/self-signed';
import { expect } from './support/fixtures';
import { NEXT, VERSION } from './support/next-version';
import { appUser } from './support/packaged';
import { FILE, sha512, startUpdateServer, type UpdateServer } from './support/update-server';
import {
  checkForUpdates,
  connectToNextVersion,
  downloadOf,
  isNotReplaced,
  openAbout,
  test,
} from './support/update-fixtures';

type Tls = Awaited<ReturnType<typeof signedByCompany>>;

/** The other server's name. A different one than that of the update server, which is an address. */
const OTHER = 'localhost';

/** With another server, which offers the same update, and whose certificate the system trusts. */
const otherServerTest = test.extend<{ otherServer: UpdateServer; home: string; tls: Tls }>({
  tls: async ({ browserName: _ }, use) => use(await signedByCompany(OTHER)),

  home: async ({ tls }, use) => {
    const home = await mkdtemp(join(tmpdir(), 'letterhead-home-'));
    trust(home, { uid: process.getuid!(), gid: process.getgid!() }, tls.ca);
    await use(home);
    await rm(home, { recursive: true, force: true });
  },

  otherServer: async ({ tls: { key, cert }, updates }, use) => {
    const server = await startUpdateServer(NEXT, updates.content, { host: OTHER, key, cert });
    await use(server);
    await server.close();
  },

  variables: ({ variables, home }, use) => use({ ...variables, HOME: home }),
});

const READY = `Letterhead ${NEXT} is ready.`;

// A packaged app does not accept another update server.
if (!appUser) {
  test('quitting installs a ready update silently, and sends nothing that identifies the user', async ({
    launch,
    updates,
    installation,
    userData,
  }) => {
    const running = await launch();
    await openAbout(running);
    expect(updates.requests).toEqual([]);
    // Redirects of the update server to itself are followed.
    updates.redirectTo = updates.url;
    await checkForUpdates(running);
    const banner = running.page.getByRole('region', { name: 'Messages' });
    await expect(banner).toContainText(READY);
    expect(updates.paths()).toContain('/moved/latest-linux.yml');
    expect(isNotReplaced(installation)).toBe(true);
    await banner.getByRole('button', { name: 'Close' }).click();
    await expect(banner).toBeHidden();
    await expect(running.page.getByText(READY)).toBeVisible();
    await running.close();
    // Silently, and without starting the app again.
    expect(readFileSync(installation.installed, 'utf8')).toBe('--updated /S\n');
    expect(existsSync(join(userData, '.updaterId'))).toBe(false);
    for (const { headers } of updates.requests) {
      expect(Object.keys(headers).filter((name) => /auth|cookie|key/i.test(name))).toEqual([]);
      expect(headers['x-user-staging-id'] ?? '').toMatch(/^[0-]*$/);
    }
  });

  test('Restart now keeps drafts and waiting changes, which the next version sends', async ({
    launch,
    standin,
    installation,
  }) => {
    const [first, second] = [...standin.organizations.values()];
    const running = await launch();
    const { letterhead } = running;
    await letterhead.setUp([first!.name, second!.name]);
    for (const { name, profile } of [second!, first!]) {
      await letterhead.open(name);
      await expect(letterhead.field('business_name')).toHaveValue(profile!.business_name);
    }
    await checkForUpdates(running);
    await expect(letterhead.button('Restart now').first()).toBeVisible();

    await standin.goOffline();
    await letterhead.open(first!.name);
    await letterhead.saveField('business_phone', '+44 20 7946 0801');
    await letterhead.expectWaiting();
    await letterhead.open(second!.name);
    const ended = new Promise((resolve) => running.app.process().once('exit', resolve));
    await letterhead.field('business_email').fill('typed@while.updating.example');
    // Immediately, before the autosave delay has passed.
    await letterhead.button('Restart now').click();
    await ended;
    expect(isNotReplaced(installation)).toBe(false);

    const next = await connectToNextVersion(installation);
    await next.open(second!.name);
    await expect(next.field('business_email')).toHaveValue('typed@while.updating.example');
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

  otherServerTest(
    'what is not the published file of a newer version is refused, and the running version stays',
    async ({ launch, updates, otherServer, installation }) => {
      const running = await launch();
      const { page } = running;
      const { release } = updates;
      await test.step('a version that is the same, older, or not final is not newer, so nothing is downloaded', async () => {
        const asked: string[] = [];
        for (const version of [VERSION, '0.0.1', `${NEXT}-beta.1`]) {
          updates.release = { ...updates.release, version };
          await checkForUpdates(running);
          asked.push('/latest-linux.yml');
          await expect.poll(() => updates.paths()).toEqual(asked);
          await expect(page.getByText('This is the newest version.')).toBeVisible();
        }
        expect(updates.paths()).toEqual(asked);
      });

      const refused = page.getByText(/does not match the published version/);
      for (const [what, hashes] of [
        ['another hash than published', { sha512: sha512(Buffer.from('another file')) }],
        ['no hash', {}],
        // electron-updater itself would accept this one.
        ['only a weaker hash', updates.weakHashes],
      ] as const) {
        await test.step(`a file with ${what} is refused, and the running version stays`, async () => {
          // Its answer replaces the message of the one before.
          updates.release = { version: VERSION, hashes: {} };
          await checkForUpdates(running);
          await expect(refused).toBeHidden();
          updates.release = { version: NEXT, hashes };
          await checkForUpdates(running);
          await expect(refused).toBeVisible();
          await expect(page.getByText(READY)).toBeHidden();
        });
      }

      // Another server, which has the update and a trusted certificate.
      updates.release = release;
      const unreachable = page.getByText('The update server cannot be reached');
      await test.step('is not asked because of a redirect', async () => {
        updates.redirectTo = otherServer.url;
        await checkForUpdates(running);
        await expect(unreachable).toBeVisible();
      });
      updates.redirectTo = null;
      // Its answer replaces the message.
      updates.release = { ...release, version: VERSION };
      await checkForUpdates(running);
      await expect(unreachable).toBeHidden();
      await test.step('is not asked because the metadata names it', async () => {
        updates.release = release;
        updates.fileUrl = `${otherServer.url}/${updates.fileUrl}`;
        await checkForUpdates(running);
        await expect(unreachable).toBeVisible();
      });
      await running.close();
      expect(otherServer.requests).toEqual([]);
      expect(isNotReplaced(installation)).toBe(true);
    },
  );

  test('a file changed after its download is refused, and the next launch says so', async ({
    launch,
    installation,
  }) => {
    const running = await launch();
    await checkForUpdates(running);
    await expect(running.page.getByText(READY).first()).toBeVisible();
    writeFileSync(downloadOf(installation), 'rm -rf everything\n');
    await running.close();
    expect(isNotReplaced(installation)).toBe(true);
    const again = await launch();
    await openAbout(again);
    await expect(again.page.getByText(/does not match the published version/)).toBeVisible();
  });

  test.describe('with another signature', () => {
    test.use({ signer: 'CN=Someone else' });

    test('a file signed by someone else is refused, and the running version stays', async ({
      launch,
      installation,
    }) => {
      const running = await launch();
      await checkForUpdates(running);
      await expect(running.page.getByText(/not signed by the publisher/)).toBeVisible();
      await running.close();
      expect(isNotReplaced(installation)).toBe(true);
    });
  });

  test('shows unreadable metadata, a failed download and a failed installation, and changes nothing', async ({
    launch,
    installation,
    updates,
  }) => {
    const running = await launch();
    updates.release = { version: 'twelve', hashes: {} };
    await checkForUpdates(running);
    await expect(
      running.page.getByText(/Letterhead does not understand the update server’s answer/),
    ).toBeVisible();
    updates.release = { version: NEXT, hashes: updates.correctHashes };
    const cache = dirname(dirname(installation.pending));
    writeFileSync(cache, 'a file where the folder should be');
    await running.letterhead.button('Check for updates').click();
    await expect(running.page.getByText(/could not be saved on this computer/)).toBeVisible();
    await rm(cache);
    await running.letterhead.button('Check for updates').click();
    await expect(running.page.getByText(READY).first()).toBeVisible();
    await rm(downloadOf(installation));
    await running.close();
    expect(isNotReplaced(installation)).toBe(true);
    const again = await launch();
    await openAbout(again);
    await expect(again.page.getByText(/could not be installed/)).toBeVisible();
  });

  test('switched off: sends no request and does not install an earlier download', async ({
    launch,
    updates,
    installation,
  }) => {
    const running = await launch();
    const { page, letterhead } = running;
    await checkForUpdates(running);
    await expect(page.getByText(READY).first()).toBeVisible();
    const before = updates.requests.length;
    await page.getByRole('tab', { name: 'General' }).click();
    const choice = page.getByRole('radiogroup', { name: 'Updates' });
    await choice.getByRole('radio', { name: 'Off' }).check();
    await expect(letterhead.button('Restart now')).toBeHidden();
    await running.close();
    expect(isNotReplaced(installation)).toBe(true);

    const again = await launch();
    await openAbout(again);
    await expect(again.page.getByText('Updates are turned off in Settings, General')).toBeVisible();
    await expect(again.letterhead.button('Check for updates')).toBeHidden();
    await again.close();
    expect(updates.requests.length).toBe(before);
  });

  test('switching off or quitting aborts a running check or download; the next check starts over', async ({
    launch,
    updates,
    installation,
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
    for (const [stallsAt, progress] of [
      ['metadata', 'Checking for updates…'],
      ['file', `Downloading Letterhead ${NEXT}.`],
    ] as const) {
      updates.stallsAt = stallsAt;
      await letterhead.button('Check for updates').click();
      await expect(page.getByText(progress)).toBeVisible();
      const asked = stallsAt === 'metadata' ? '/latest-linux.yml' : `/${FILE}`;
      await expect.poll(() => updates.paths().at(-1)).toBe(asked);
      await choose('Off');
      await expect(page.getByText('Updates are turned off in Settings, General')).toBeVisible();
      await expect.poll(updates.openCount, stallsAt).toBe(0);
      await choose('Automatic');
    }
    await letterhead.button('Check for updates').click();
    await expect(page.getByText(`Downloading Letterhead ${NEXT}.`)).toBeVisible();
    await running.close();
    expect(isNotReplaced(installation)).toBe(true);

    updates.stallsAt = null;
    updates.breaksOff = true;
    const again = await launch();
    await checkForUpdates(again);
    await expect(again.page.getByText('The update server cannot be reached')).toBeVisible();
    updates.breaksOff = false;
    await again.letterhead.button('Check for updates').click();
    await expect(again.page.getByText(READY).first()).toBeVisible();
  });

  test.describe('a build that the package manager updates', () => {
    test.use({ isSelfUpdating: false });

    test('shows a new version but downloads nothing; a dismissed notice does not return', async ({
      launch,
      updates,
    }) => {
      const running = await launch();
      await checkForUpdates(running);
      const banner = running.page.getByRole('region', { name: 'Messages' });
      await expect(banner).toContainText(`Letterhead ${NEXT} is available.`);
      await expect(banner).toContainText('Get it where you got this version');
      await expect(running.letterhead.button('Restart now')).toBeHidden();
      await banner.getByRole('button', { name: 'Close' }).click();
      await expect(banner).toBeHidden();
      await running.letterhead.button('Check for updates').click();
      await expect(running.page.getByText(`Letterhead ${NEXT} is available.`)).toBeVisible();
      await running.close();
      expect(new Set(updates.paths())).toEqual(new Set(['/latest-linux.yml']));

      const again = await launch();
      await checkForUpdates(again);
      await expect(again.page.getByText(`Letterhead ${NEXT} is available.`)).toHaveCount(1);
    });
  });
}
