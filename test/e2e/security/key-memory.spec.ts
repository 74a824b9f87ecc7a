/**
 * How long the key is in main's memory, seen in heap snapshots of main. (Whether the keychain is asked again shows
 * less: a request that waits could still hold the key.)
 */
import { readFile, rm } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import type { ElectronApplication, Page } from '@playwright/test';
import { createCalls } from '../../faults/support/calls';
import { sampleSignIn, sampleToken, type Standin } from '../../standin';
import { expect, test } from '../support/fixtures';
import { answerMessageBoxes, shownMessageBoxes } from '../support/native-ui';

/** Whether main's JavaScript heap holds the key after a garbage collection. */
async function isInMain(app: ElectronApplication, folder: string, key: string): Promise<boolean> {
  const path = await app.evaluate(
    (_electron, file) => process.getBuiltinModule('node:v8').writeHeapSnapshot(file),
    join(folder, 'main.heapsnapshot'),
  );
  const snapshot = await readFile(path);
  await rm(path);
  return snapshot.includes(key);
}

/** Starts a refresh of this organization. Resolves with whether it succeeded. */
const refresh = (page: Page, entryId: string): Promise<boolean> =>
  page.evaluate(async (id) => {
    const { letterhead } = window as unknown as {
      letterhead: { organizations: { refresh(request: unknown): Promise<{ ok: boolean }> } };
    };
    return (await letterhead.organizations.refresh({ entryId: id })).ok;
  }, entryId);

test('sleep and lock end the key’s time in memory', async ({ launch, standin, userData }) => {
  const [organization] = [...standin.organizations.values()];
  const { key } = standin.signIns[0]!;
  const { app, page, letterhead } = await launch();
  await letterhead.setUpOne(organization!);
  for (const event of ['suspend', 'lock-screen']) {
    expect(await refresh(page, organization!.id)).toBe(true);
    expect(await isInMain(app, userData, key)).toBe(true);
    await app.evaluate(({ powerMonitor }, name) => {
      powerMonitor.emit(name);
    }, event);
    // A request of the opened page may still be under way. Without the event, the key would stay for 60 s.
    await expect.poll(() => isInMain(app, userData, key), { message: event }).toBe(false);
  }
});

/** Leaves the next question open until the returned function confirms it. */
async function leaveOpen(app: ElectronApplication): Promise<() => Promise<void>> {
  await app.evaluate(({ dialog }) => {
    const show = dialog.showMessageBox;
    dialog.showMessageBox = (() =>
      new Promise((resolve) => {
        dialog.showMessageBox = show;
        const confirmQuestion = () => {
          Reflect.deleteProperty(globalThis, 'confirmQuestion');
          resolve({ response: 0, checkboxChecked: false });
        };
        Object.assign(globalThis, { confirmQuestion });
      })) as typeof show;
  });
  const isOpen = () => app.evaluate(() => 'confirmQuestion' in globalThis);
  return async () => {
    await expect.poll(isOpen).toBe(true);
    await app.evaluate(() => {
      (globalThis as unknown as { confirmQuestion: () => void }).confirmQuestion();
    });
  };
}

test('a secret whose question is open', async ({ launch, userData }) => {
  const { app, page, letterhead } = await launch();
  await letterhead.openAdd();
  for (const { kind, event, secret } of [
    { kind: 'token', event: 'suspend', secret: sampleToken.value },
    { kind: 'token', event: 'lock-screen', secret: sampleToken.value },
    { kind: 'key', event: 'suspend', secret: sampleSignIn.key },
  ] as const) {
    await test.step(`a ${kind} whose question is open is forgotten on ${event}, and the question starts again`, async () => {
      const confirm = await leaveOpen(app);
      if (kind === 'token') await letterhead.signInWithToken();
      else await letterhead.signIn();
      await expect.poll(() => app.evaluate(() => 'confirmQuestion' in globalThis)).toBe(true);
      expect(await isInMain(app, userData, secret)).toBe(true);
      await app.evaluate(({ powerMonitor }, name) => {
        powerMonitor.emit(name);
      }, event);
      await expect.poll(() => isInMain(app, userData, secret)).toBe(false);
      await confirm();
      await expect(page.getByRole('alert')).toContainText(
        'Letterhead no longer has what you entered',
      );
    });
  }
  // The form still has what was typed, and the question is asked again.
  await answerMessageBoxes(app, ['Add']);
  await letterhead.button('Continue').click();
  await expect(letterhead.button('Add selected')).toBeVisible();
  expect(await shownMessageBoxes(app)).toHaveLength(1);
});

test.describe('a request that waits for the rate limit', () => {
  const limits = { perUser: 60, perUserWindowMs: 300_000, provoked: true };
  test.use({ standinOptions: { organizations: 2, limits } });

  /** Uses up the user's limit except for one request, as another tool with the same key would. */
  async function leaveOneRequest({ url, signIns }: Standin): Promise<void> {
    const headers = { 'x-auth-email': signIns[0]!.email, 'x-auth-key': signIns[0]!.key };
    for (let left = '2'; left !== '1';) {
      const answer = await new Promise<IncomingMessage>((resolve, reject) => {
        get(`${url}/user`, { headers }, resolve).on('error', reject);
      });
      answer.resume();
      left = /r=(\d+)/.exec(String(answer.headers['ratelimit']))?.[1] ?? '1';
    }
  }

  test('holds no key', async ({ launch, standin, userData }) => {
    const [organization] = [...standin.organizations.values()];
    const { key } = standin.signIns[0]!;
    const { app, page, letterhead } = await launch();
    await letterhead.setUpOne(organization!);
    // The app refreshes a page a moment after it is opened; then it sends nothing by itself.
    standin.requests.length = 0;
    await createCalls(page).value('organizations', 'open', { entryId: organization!.id });
    await expect
      .poll(() => standin.requests.map(({ route, status }) => `${route} ${status}`))
      .toContain(`/organizations/${organization!.id}/profile 200`);
    await leaveOneRequest(standin);
    // Its answer tells the app that no request is left.
    expect(await refresh(page, organization!.id)).toBe(true);
    const answered = standin.requests.length;
    let isWaiting = true;
    const waiting = refresh(page, organization!.id).finally(() => (isWaiting = false));
    expect(await isInMain(app, userData, key)).toBe(true);
    await app.evaluate(({ powerMonitor }) => {
      powerMonitor.emit('suspend');
    });
    expect(await isInMain(app, userData, key)).toBe(false);
    expect(isWaiting).toBe(true);
    expect(standin.requests).toHaveLength(answered);
    // The app is closed while the refresh waits.
    waiting.catch(() => undefined);
  });
});
