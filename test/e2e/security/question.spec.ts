/**
 * A page that was taken over cannot add its attacker's sign-in, nor redirect a saved one to it: the person confirms
 * every new email and token in a dialog of the system, which the page can neither answer nor multiply.
 */
import { execFileSync } from 'node:child_process';
import type { ElectronApplication } from '@playwright/test';
import type { LetterheadApi } from '../../../src/shared/contract/bridge';
import { createCalls } from '../../faults/support/calls';
import { sampleSignIn, sampleNewKey, sampleNewToken, sampleToken } from '../../standin';
import { expect, test } from '../support/fixtures';
import { storedKeychainTexts } from '../support/keychain';
import { answerMessageBoxes, showQuestions, shownMessageBoxes } from '../support/native-ui';
import { windowsOf } from '../support/search-windows';

const MOVED = 'moved@brightwater.example';

/** What a hostile page adds. */
const signIn = (changes: object = {}) => ({
  kind: 'key' as const,
  label: 'Evil',
  email: sampleSignIn.email,
  key: sampleSignIn.key,
  keep: 'keychain' as const,
  readOnly: false,
  ...changes,
});

/** Sets the question's clock, in seconds. */
const setClock = (app: ElectronApplication, seconds: number): Promise<void> =>
  app.evaluate((_electron, now) => {
    process.uptime = () => now;
  }, seconds);

/** Lets the pause after *Cancel* pass at once: it lasts a second on main’s clock. */
const passPause = (app: ElectronApplication): Promise<void> =>
  app.evaluate(() => {
    const now = performance.now.bind(performance);
    performance.now = () => now() + 5_000;
  });

/** Presses keys in the dialog that is open, besides the main window, and waits until that dialog is gone. */
async function pressInDialog(app: ElectronApplication, main: string, ...keys: string[]) {
  await expect.poll(() => windowsOf(app)).toHaveLength(2);
  const dialog = windowsOf(app).find((id) => id !== main)!;
  // There is no window manager that would focus it.
  execFileSync('xdotool', ['windowfocus', '--sync', dialog, 'key', ...keys]);
  await expect.poll(() => windowsOf(app)).not.toContain(dialog);
}

test('a sign-in that the page adds is sent and stored only after Add in a dialog of the system', async ({
  launch,
  standin,
  keyring,
}) => {
  const { app, page, close } = await launch();
  await showQuestions(app);
  // Every launch checks once whether Cloudflare answers.
  await expect.poll(() => standin.requests.length).toBe(1);
  const { outcome } = createCalls(page);
  const [main] = windowsOf(app) as [string];

  // Both from the page, the second right after the first is answered: the pause lasts only a second.
  const refusedTwice = page.evaluate(async (request) => {
    const { letterhead } = window as unknown as { letterhead: LetterheadApi };
    return [await letterhead.signIns.add(request), await letterhead.signIns.add(request)];
  }, signIn());
  await expect.poll(() => windowsOf(app)).toHaveLength(2);
  // More calls open no more dialogs.
  const flood = Array.from({ length: 20 }, (_, index) =>
    outcome('signIns', 'add', signIn({ email: `evil-${index}@evil.example`, keep: 'session' })),
  );
  for (const refused of await Promise.all(flood)) {
    expect(refused).toEqual({ ok: false, failure: { code: 'sign-in.confirm-later' } });
  }
  expect(windowsOf(app)).toHaveLength(2);
  // Enter cancels, because the page may open the dialog while the person is typing.
  await pressInDialog(app, main, 'Return');
  expect(await refusedTwice).toEqual([
    { ok: false, failure: { code: 'sign-in.not-confirmed' } },
    { ok: false, failure: { code: 'sign-in.confirm-later' } },
  ]);
  expect(windowsOf(app)).toEqual([main]);
  expect(standin.requests).toHaveLength(1);
  expect(storedKeychainTexts(keyring).join()).not.toContain(sampleSignIn.key);
  expect(await outcome('signIns', 'list')).toEqual({ ok: true, value: [] });

  await setClock(app, 100);
  let second: Promise<unknown> = refusedTwice;
  await expect(async () => {
    let isRefused = false;
    second = outcome('signIns', 'add', signIn());
    void second.then(() => (isRefused = true));
    await expect.poll(() => isRefused || windowsOf(app).length === 2).toBe(true);
    expect(isRefused).toBe(false);
  }).toPass();
  // An Add that comes too soon does not count, because the page may open the dialog while the person is clicking.
  await setClock(app, 101);
  await pressInDialog(app, main, 'shift+Tab', 'Return');
  await expect.poll(() => windowsOf(app)).toHaveLength(2);
  expect(standin.requests).toHaveLength(1);
  await setClock(app, 103);
  await pressInDialog(app, main, 'shift+Tab', 'Return');
  expect(await second).toMatchObject({ ok: true });
  expect(storedKeychainTexts(keyring)).toContain(sampleSignIn.key);

  await test.step('the app quits while the question is open, and stores nothing', async () => {
    await setClock(app, 300);
    const evil = { email: 'evil@evil.example', key: sampleNewKey };
    // The page is gone before the answer.
    outcome('signIns', 'add', signIn(evil)).catch(() => undefined);
    await expect.poll(() => windowsOf(app)).toHaveLength(2);
    await close();
    const sent = standin.requests.map(({ headers }) => headers['x-auth-email']);
    expect(sent).not.toContain(evil.email);
    expect(storedKeychainTexts(keyring).join()).not.toContain(evil.key);
  });
});

test('a token that the page adds is stored only after a question of the system that names its accounts', async ({
  launch,
  standin,
  keyring,
}) => {
  const { app, page } = await launch();
  await answerMessageBoxes(app, ['Cancel', 'Add']);
  const { outcome } = createCalls(page);
  const token = {
    kind: 'token' as const,
    label: 'Evil',
    key: sampleToken.value,
    keep: 'keychain' as const,
    readOnly: false,
  };
  const failure = { code: 'sign-in.not-confirmed' };
  expect(await outcome('signIns', 'add', token)).toMatchObject({ ok: false, failure });
  expect(storedKeychainTexts(keyring).join()).not.toContain(sampleToken.value);
  expect(await outcome('signIns', 'list')).toEqual({ ok: true, value: [] });
  const [shown] = await shownMessageBoxes(app);
  expect(shown?.message).toBe('Add this API token to Letterhead?');
  // The page chose the label, so the question does not show it.
  expect(shown?.detail).not.toContain('Evil');
  for (const { name } of standin.accounts.values()) expect(shown?.detail).toContain(name);
  // Until then Cloudflare was only asked what the token is and opens.
  const sent = standin.requests.filter(({ headers }) => 'authorization' in headers);
  expect(new Set(sent.map(({ route }) => route))).toEqual(
    new Set(['/user/tokens/verify', '/user', '/accounts']),
  );

  await expect(async () => {
    expect(await outcome('signIns', 'add', token)).toMatchObject({ ok: true });
  }).toPass();
  expect(storedKeychainTexts(keyring)).toContain(sampleToken.value);
  const signInId = (await createCalls(page).value('signIns', 'list'))[0]!.id;
  // Another token could open the accounts of someone else, so it is asked about, too.
  standin.tokens.push({
    ...structuredClone(sampleNewToken),
    accounts: [...standin.accounts.keys()],
  });
  await answerMessageBoxes(app, ['Cancel']);
  const replaced = { signInId, key: sampleNewToken.value, keep: 'keychain' as const };
  await expect(async () => {
    expect(await outcome('signIns', 'replaceKey', replaced)).toMatchObject({ ok: false, failure });
  }).toPass();
  expect(storedKeychainTexts(keyring)).toContain(sampleToken.value);
  expect(storedKeychainTexts(keyring).join()).not.toContain(sampleNewToken.value);
});

/** The attacker's tokens, one for each bit of a key. Whoever made a token sees when it was used. */
const tokenOf = (bit: number): string => `cfut_${String(bit).padStart(48, '0')}`;
const idOf = (bit: number): string => bit.toString(16).padStart(32, '0');
const BITS = 37 * 4;

test('a page cannot leak a typed key by the tokens that it lets main verify', async ({
  launch,
  standin,
}) => {
  const { app, page, letterhead } = await launch();
  for (let bit = 0; bit < BITS; bit += 1) {
    standin.tokens.push({ ...structuredClone(sampleToken), id: idOf(bit), value: tokenOf(bit) });
  }
  await letterhead.setUpAccounts(['Brightwater Bristol']);
  const signInId = (await createCalls(page).value('signIns', 'list'))[0]!.id;
  await letterhead.openAdd();
  await letterhead.chooseKind('key');
  const { key } = sampleSignIn;
  await page.getByLabel('Global API Key', { exact: true }).fill(key);
  await answerMessageBoxes(app, ['Cancel']);
  standin.requests.length = 0;
  // Were the first token answered before the next call arrived, its refused question would already stop the others.
  const holds = [1, 2, 3].map((nth) => standin.hold({ path: '/user/tokens/verify', nth }));
  // A call for each bit that is set, adding a sign-in or replacing a token. Nobody clicks.
  const calling = page.evaluate(async (id) => {
    type Call = (request: unknown) => Promise<{ failure?: { code: string } }>;
    const { letterhead } = window as unknown as { letterhead: { signIns: Record<string, Call> } };
    const { add, replaceKey } = letterhead.signIns as { add: Call; replaceKey: Call };
    const typed = document.querySelector<HTMLInputElement>('input[type=password]')!.value;
    const bits = [...typed].flatMap((digit) =>
      [8, 4, 2, 1].map((mask) => (parseInt(digit, 16) & mask) !== 0),
    );
    const isSet = bits.flatMap((set, bit) => (set ? [bit] : []));
    const outcomes = await Promise.all(
      isSet.map((bit, index) => {
        const token = `cfut_${String(bit).padStart(48, '0')}`;
        return index % 2 === 0
          ? add({ kind: 'token', label: 'x', key: token, keep: 'session', readOnly: true })
          : replaceKey({ signInId: id, key: token, keep: 'session' });
      }),
    );
    return outcomes.map(({ failure }) => failure?.code ?? 'ok');
  }, signInId);
  const another = 'Check another API token with Cloudflare?';
  await expect
    .poll(async () => (await shownMessageBoxes(app)).map(({ message }) => message))
    .toContain(another);
  for (const hold of holds) hold.release();
  const calls = await calling;
  expect(calls.length).toBeGreaterThan(20);
  expect([...new Set(calls)].sort()).toEqual(['sign-in.confirm-later', 'sign-in.not-confirmed']);
  const verified = new Set(standin.requests.map(({ tokenId }) => tokenId).filter(Boolean));
  expect([...verified].filter((id) => id !== sampleToken.id)).toHaveLength(3);
});

test('a person who mistypes a token four times is asked before the next one is sent, and can continue', async ({
  launch,
  standin,
}) => {
  const { app, page, letterhead } = await launch();
  await answerMessageBoxes(app, ['Check token', 'Add']);
  await letterhead.openAdd();
  const verified = () => standin.requests.filter(({ route }) => route === '/user/tokens/verify');
  for (const [index, last] of ['x', 'y', 'z'].entries()) {
    await letterhead.signInWithToken({ token: `${sampleToken.value.slice(0, -1)}${last}` });
    await expect.poll(verified).toHaveLength(index + 1);
    await expect(page.getByText('Cloudflare does not recognize this API token.')).toBeVisible();
    await expect(letterhead.button('Continue')).toBeEnabled();
  }
  expect(await shownMessageBoxes(app)).toEqual([]);
  await letterhead.signInWithToken();
  await expect(letterhead.button('Add selected')).toBeVisible();
  const [first, second, ...further] = await shownMessageBoxes(app);
  expect(first?.message).toBe('Check another API token with Cloudflare?');
  expect(first?.detail).toContain('already checked three tokens');
  expect(second?.message).toBe('Add this API token to Letterhead?');
  expect(further).toEqual([]);
  expect(standin.violations).toEqual([]);
});

test('a new email of a saved sign-in asks, a new key does not', async ({ launch, standin }) => {
  const [organization] = [...standin.organizations.values()];
  const { app, page, letterhead } = await launch();
  await letterhead.setUpOne(organization!);
  const { outcome, value } = createCalls(page);
  const signInId = (await value('signIns', 'list'))[0]!.id;
  standin.signIns[0]!.email = MOVED;
  standin.requests.length = 0;
  await answerMessageBoxes(app, ['Cancel', 'Change']);
  const sent = (email: string) =>
    standin.requests.filter(({ headers }) => headers['x-auth-email'] === email);

  await letterhead.button('Settings').click();
  await letterhead.actOnSignIn('Change email');
  const dialog = letterhead.dialog('Change email');
  await dialog.getByRole('textbox', { name: 'Account email' }).fill(MOVED);
  await page.keyboard.press('Enter');
  await expect(dialog).toContainText('You did not confirm this email');
  await expect(dialog.getByRole('textbox', { name: 'Account email' })).toHaveValue(MOVED);
  expect(sent(MOVED)).toEqual([]);
  await passPause(app);
  await dialog.getByRole('textbox', { name: 'Account email' }).press('Enter');
  await expect(dialog).toBeHidden();
  const shown = await shownMessageBoxes(app);
  expect(shown.map(({ message }) => message)).toEqual(
    Array(2).fill(`Change the email of a sign-in from ${sampleSignIn.email} to ${MOVED}?`),
  );

  standin.setKey(sampleSignIn.userId, sampleNewKey);
  const replaced = { signInId, key: sampleNewKey, keep: 'keychain' as const };
  expect(await outcome('signIns', 'replaceKey', replaced)).toMatchObject({ ok: true });
  expect(await shownMessageBoxes(app)).toHaveLength(2);
});

test('after Cancel the form says so and keeps what was typed', async ({ launch, standin }) => {
  const { app, page, letterhead } = await launch();
  await answerMessageBoxes(app, ['Cancel', 'Add']);
  await letterhead.openAdd();
  await letterhead.signIn();
  await expect(page.getByRole('alert')).toContainText('You did not confirm this email');
  const key = page.getByLabel('Global API Key', { exact: true });
  await expect(key).toHaveValue(sampleSignIn.key);
  expect(standin.requests.filter(({ headers }) => 'x-auth-key' in headers)).toEqual([]);
  await passPause(app);
  await letterhead.button('Continue').click();
  await expect(letterhead.button('Add selected')).toBeVisible();
  const [shown] = await shownMessageBoxes(app);
  expect(shown?.message).toBe(`Add the sign-in for ${sampleSignIn.email} to Letterhead?`);
});
