/**
 * Walks through every screen, dialog and state and checks each: no axe violations in light and dark, no
 * motion when motion is reduced, nothing cut off or covered at 200 %, at most one status region.
 */
import { join } from 'node:path';
import { sampleCredential } from '../standin';
import { bulkChange, concurrentJobs, csvFiles } from './screens/bulk';
import { checkScreen, type OnScreen } from './screens/check-screen';
import {
  damagedDatabase,
  keychainNotAnswering,
  listRebuild,
  needsAttention,
  profileNeverFetched,
  unreadProfiles,
  withoutKeychain,
} from './screens/edge-cases';
import {
  addOrganizations,
  resolveConflict,
  saveChange,
  workOffline,
} from './screens/organizations';
import { brokenSignIn, settingsTabs } from './screens/settings';
import { blockListRebuild, zeroDatabase } from './support/damage';
import { expect, test } from './support/fixtures';
import { addAllOrganizations } from './support/initial-fetch';
import { makeCredentials, seedUserData } from './support/seed-user-data';
import type { RunningApp } from './support/start';

const COUNT = 12;
// Each test checks many screens, also on slow machines.
test.describe.configure({ timeout: 300_000 });
test.use({ standinOptions: { organizations: COUNT } });

/** Checks every screen of a walk and reports everything that is wrong at its end. */
async function checkScreens(
  running: RunningApp,
  walk: (onScreen: OnScreen) => Promise<void>,
): Promise<void> {
  const issues: string[] = [];
  await walk(async (screen) => {
    issues.push(...(await checkScreen(running, screen)));
  });
  expect(issues).toEqual([]);
}

test('screens of adding organizations and saving', async ({ launch, standin }) => {
  const running = await launch();
  await checkScreens(running, async (onScreen) => {
    await addOrganizations(running, onScreen);
    await saveChange(running, standin, onScreen);
  });
});

test('screens of attention, conflicts, history, and being offline', async ({ launch, standin }) => {
  const running = await launch();
  await addAllOrganizations(running.letterhead, COUNT);
  await checkScreens(running, async (onScreen) => {
    await needsAttention(running, onScreen);
    await resolveConflict(running, standin, onScreen);
    await workOffline(running, standin, onScreen);
  });
});

test('screens of bulk changes and CSV files', async ({ launch, standin, userData }) => {
  const running = await launch();
  await addAllOrganizations(running.letterhead, COUNT);
  await checkScreens(running, async (onScreen) => {
    await bulkChange(running, standin, onScreen);
    await concurrentJobs(running, standin, onScreen);
    await csvFiles(running, standin, onScreen, join(userData, 'file.csv'));
  });
});

test('screens of Settings and of a broken sign-in', async ({ launch, standin }) => {
  const running = await launch();
  await addAllOrganizations(running.letterhead, COUNT);
  await checkScreens(running, async (onScreen) => {
    await settingsTabs(running, onScreen);
    await brokenSignIn(running, standin, onScreen);
  });
});

test('screens of a profile that was never fetched, and of a keychain that does not answer', async ({
  launch,
  standin,
  keyring,
}) => {
  const running = await launch();
  await checkScreens(running, (onScreen) => profileNeverFetched(running, standin, onScreen));
  await running.close();
  keyring.freeze();
  const again = await launch();
  await checkScreens(again, (onScreen) => keychainNotAnswering(again, standin, onScreen));
});

test.describe('with two sign-ins', () => {
  test.use({
    standinOptions: {
      organizations: COUNT,
      credentials: [sampleCredential, ...makeCredentials(1)],
    },
  });

  test('screens of profiles that are not fetched yet', async ({ launch, standin }) => {
    const running = await launch();
    await checkScreens(running, (onScreen) => unreadProfiles(running, standin, onScreen));
  });
});

test.describe('with more rows than one rebuild slice', () => {
  test.use({ standinOptions: { organizations: 2_001 } });

  test('screen of a list that is being rebuilt', async ({ launch, standin, keyring, userData }) => {
    seedUserData(userData, standin, keyring);
    blockListRebuild(userData);
    const running = await launch();
    await checkScreens(running, (onScreen) => listRebuild(running, onScreen));
  });
});

test('screens after the database was damaged', async ({ launch, standin, userData }) => {
  const running = await launch();
  await running.letterhead.setUpOne([...standin.organizations.values()][0]!);
  await running.close();
  await zeroDatabase(userData);
  const again = await launch();
  await checkScreens(again, (onScreen) => damagedDatabase(again, onScreen));
});

test.describe('without a keychain', () => {
  test.use({ keyringState: 'none' });

  test('screens without a keychain', async ({ launch, standin }) => {
    const running = await launch();
    await checkScreens(running, (onScreen) => withoutKeychain(running, standin, onScreen));
  });
});
