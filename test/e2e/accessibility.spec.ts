/**
 * Every screen, dialog and state: axe finds nothing in light and in dark, nothing moves where a person
 * wants no motion, at 200 % nothing is cut off or covered, and there is one region with role status.
 */
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { sampleCredential } from '../standin';
import { checkScreen } from './screens/check-screen';
import { adding, deciding, offline, saving, type OnScreen } from './screens/organizations';
import { files, jobs, many, settings, issue } from './screens/rest';
import {
  attention,
  building,
  damage,
  damaged,
  keychainAsks,
  manyUnread,
  neverRead,
  withoutKeychain,
} from './screens/edge-cases';
import { expect, test } from './support/fixtures';
import { addAllOrganizations } from './support/initial-fetch';
import { makeCredentials, seedUserData } from './support/seed-user-data';
import type { RunningApp } from './support/start';

const COUNT = 12;
// Many screens one after the other, on machines that are slow, too.
test.describe.configure({ timeout: 300_000 });
test.use({ standinOptions: { organizations: COUNT } });

/** Looks at every screen of a walk, and tells at its end all that is wrong. */
async function everyScreen(
  running: RunningApp,
  walk: (visit: OnScreen) => Promise<void>,
): Promise<void> {
  const wrong: string[] = [];
  await walk(async (screen) => {
    wrong.push(...(await checkScreen(running, screen)));
  });
  expect(wrong).toEqual([]);
}

test('every screen of adding and saving', async ({ launch, standin }) => {
  const running = await launch();
  await everyScreen(running, async (visit) => {
    await adding(running, visit);
    await saving(running, standin, visit);
  });
});

test('every screen of deciding, and without a network', async ({ launch, standin }) => {
  const running = await launch();
  await addAllOrganizations(running.letterhead, COUNT);
  await everyScreen(running, async (visit) => {
    await attention(running, visit);
    await deciding(running, standin, visit);
    await offline(running, standin, visit);
  });
});

test('every screen of changing many, and of files', async ({ launch, standin, userData }) => {
  const running = await launch();
  await addAllOrganizations(running.letterhead, COUNT);
  await everyScreen(running, async (visit) => {
    await many(running, standin, visit);
    await jobs(running, standin, visit);
    await files(running, standin, visit, join(userData, 'file.csv'));
  });
});

test('every screen of settings, help and leaving', async ({ launch, standin }) => {
  const running = await launch();
  await addAllOrganizations(running.letterhead, COUNT);
  await everyScreen(running, async (visit) => {
    await settings(running, visit);
    await issue(running, standin, visit);
  });
});

test('a profile never read, and a keychain that is perhaps asking', async ({
  launch,
  standin,
  keyring,
}) => {
  const running = await launch();
  await everyScreen(running, (visit) => neverRead(running, standin, visit));
  await running.close();
  keyring.freeze();
  const again = await launch();
  await everyScreen(again, (visit) => keychainAsks(again, standin, visit));
});

test.describe('with two sign-ins', () => {
  test.use({
    standinOptions: {
      organizations: COUNT,
      credentials: [sampleCredential, ...makeCredentials(1)],
    },
  });

  test('every screen of profiles that are not read yet', async ({ launch, standin }) => {
    const running = await launch();
    await everyScreen(running, (visit) => manyUnread(running, standin, visit));
  });
});

test.describe('with more than are built at once', () => {
  test.use({ standinOptions: { organizations: 2_001 } });

  test('every screen of a list that is being prepared', async ({
    launch,
    standin,
    keyring,
    userData,
  }) => {
    seedUserData(userData, standin, keyring);
    // With an index of this name elsewhere, building it gets nearly to the end and never there.
    const database = new DatabaseSync(join(userData, 'letterhead.db'));
    database.exec('DROP TABLE organization_row; CREATE INDEX row_by_place ON setting (value)');
    database.close();
    const running = await launch();
    await everyScreen(running, (visit) => building(running, visit));
  });
});

test('every screen of a damaged database', async ({ launch, standin, userData }) => {
  const running = await launch();
  await running.letterhead.setUpOne([...standin.organizations.values()][0]!);
  await running.close();
  await damage(userData);
  const again = await launch();
  await everyScreen(again, (visit) => damaged(again, visit));
});

test.describe('without a keychain', () => {
  test.use({ keyringState: 'none' });

  test('every screen without a keychain', async ({ launch, standin }) => {
    const running = await launch();
    await everyScreen(running, (visit) => withoutKeychain(running, standin, visit));
  });
});
