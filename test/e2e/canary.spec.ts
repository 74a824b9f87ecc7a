/**
 * A key or token exists only in the keychain and, while in use, in main: in no file or log, in no IPC message
 * except the one that submits it, and nowhere in the window once the sign-in is accepted or its form is left.
 */
import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LetterheadApi } from '../../src/shared/contract/bridge';
import { createCalls } from '../faults/support/calls';
import { sampleNewToken } from '../standin';
import { expect, test } from './support/fixtures';
import {
  filesWith,
  isInMemory,
  messagesWith,
  placesInWindow,
  recordMessages,
} from './support/canary';
import { readClipboard } from './support/native-ui';

test('after a normal session the key is nowhere it must not be', async ({
  launch,
  standin,
  userData,
}) => {
  const { key, email } = standin.signIns[0]!;
  const [first, second] = [...standin.organizations.values()];
  const { app, page, letterhead, close } = await launch();
  await recordMessages(app);

  await letterhead.openAdd();
  await letterhead.signIn({ key: `Bearer ${key}\n` });
  await expect(letterhead.button('Add selected')).toBeVisible();
  expect(await placesInWindow(page, key)).toEqual([]);
  await letterhead.choose([first!.name, second!.name]);

  await letterhead.open(first!.name);
  await letterhead.saveField('business_phone', '+44 20 7946 0999');
  await letterhead.expectSaved();

  // A failure whose message quotes the key must not pass it on.
  standin.faults.add({ mode: '403-9103', times: 2 });
  await letterhead.refresh();
  await expect(
    page.getByText('Cloudflare does not recognize this email and key').first(),
  ).toBeVisible();

  expect(await placesInWindow(page, key)).toEqual([]);
  expect(await isInMemory(page, key)).toBe(false);
  const messages = await messagesWith(app, key);
  expect(messages.total).toBeGreaterThan(10);
  expect(messages.found).toEqual(['request call:signIns.add']);

  await close();
  expect(await filesWith(userData, key)).toEqual([]);
  const withEmail = await filesWith(userData, email);
  expect(withEmail).toContain(join(userData, 'letterhead.db'));
  expect(withEmail.filter((path) => !path.includes('letterhead.db'))).toEqual([]);
});

test('after a session with a token that was replaced and expired, neither token is where it must not be', async ({
  launch,
  standin,
  userData,
}) => {
  const [token] = standin.tokens;
  const [account] = [...standin.accounts.values()];
  const newToken = { ...structuredClone(sampleNewToken), accounts: token!.accounts };
  standin.tokens.push(newToken);
  const secrets = [token!.value, newToken.value];
  const { app, page, letterhead, close } = await launch();
  await recordMessages(app);

  await letterhead.openAdd();
  await letterhead.signInWithToken({ token: `Bearer ${token!.value}\n` });
  await expect(letterhead.button('Add selected')).toBeVisible();
  expect(await placesInWindow(page, token!.value)).toEqual([]);
  await letterhead.choose([account!.name]);
  await letterhead.open(account!.name);
  await letterhead.saveField('business_phone', '+44 20 7946 0999');
  await letterhead.expectSaved();

  // A refusal whose message quotes the token must not pass it on.
  token!.status = 'expired';
  await letterhead.refresh();
  await letterhead.expectText('This API token has expired.');
  await letterhead.button('Replace token').first().click();
  const dialog = letterhead.dialog('Replace token');
  await dialog.getByLabel('API token', { exact: true }).fill(newToken.value);
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  await letterhead.refresh();
  await expect(page.getByText('This API token has expired.')).toHaveCount(0);
  await letterhead.saveField('business_phone', '+44 20 7946 0998');
  await letterhead.expectSaved();
  const used = new Set(standin.requests.map(({ tokenId }) => tokenId));
  expect([...used].filter((id) => id !== null)).toEqual([token!.id, newToken.id]);

  await createCalls(page).value('support', 'copySupportDetails');
  const details = await readClipboard(app);
  expect(details).toContain('Sign-in A: stored');
  for (const hidden of [...secrets, token!.id, newToken.id, account!.name, account!.id]) {
    expect(details).not.toContain(hidden);
  }
  for (const [index, secret] of secrets.entries()) {
    expect(await placesInWindow(page, secret)).toEqual([]);
    expect(await isInMemory(page, secret)).toBe(false);
    const messages = await messagesWith(app, secret);
    expect(messages.total).toBeGreaterThan(10);
    expect(messages.found).toEqual([`request call:signIns.${index === 0 ? 'add' : 'replaceKey'}`]);
  }
  await close();
  for (const secret of secrets) expect(await filesWith(userData, secret)).toEqual([]);
});

test('a key that was refused is found in its field only, and a planted leak in every place', async ({
  launch,
  standin,
  userData,
}) => {
  const { page, letterhead, app, close } = await launch();

  await test.step('a key that was refused stays in its field only, and is nowhere once the form is left', async () => {
    const wrongKey = '0123456789abcdef0123456789abcdef01234';
    await letterhead.openAdd();
    await letterhead.signIn({ key: wrongKey });
    await letterhead.expectText('Cloudflare does not recognize this email and key.');
    expect(await placesInWindow(page, wrongKey)).toEqual(['input value']);
    await letterhead.button('Back').click();
    await expect(letterhead.button('Add organizations')).toBeVisible();
    expect(await placesInWindow(page, wrongKey)).toEqual([]);
    expect(await isInMemory(page, wrongKey)).toBe(false);
  });

  await test.step('a leak planted in any of these places is found', async () => {
    const { key } = standin.signIns[0]!;
    await recordMessages(app);

    await mkdir(join(userData, 'logs'), { recursive: true });
    await appendFile(join(userData, 'logs', 'main.log'), `x-auth-key: ${key}\n`);
    await writeFile(join(userData, 'wide.bin'), Buffer.from(`..${key}`, 'utf16le'));
    const files = await filesWith(userData, key);
    expect(files).toContain(join(userData, 'logs', 'main.log'));
    expect(files).toContain(join(userData, 'wide.bin'));

    await page.evaluate((text) => {
      const { letterhead } = window as unknown as { letterhead: LetterheadApi };
      const input = document.createElement('input');
      input.type = 'password';
      input.value = text;
      input.title = text;
      document.body.append(input, text);
      (globalThis as Record<string, unknown>)['planted'] = { text: `${text}` };
      const query = {
        search: text,
        filter: 'all',
        signIn: null,
        parent: null,
        label: null,
        group: 'none',
        order: 'name',
      } as const;
      return letterhead.organizations.list({ query, offset: 0, limit: 1 });
    }, key);
    expect(await placesInWindow(page, key)).toEqual(
      expect.arrayContaining(['input value', 'input attribute title', 'text']),
    );
    expect(await isInMemory(page, key)).toBe(true);
    expect((await messagesWith(app, key)).found).toContain('request call:organizations.list');
    await app.evaluate(({ BrowserWindow }, text) => {
      BrowserWindow.getAllWindows()[0]!.webContents.send('event:planted', { text });
    }, key);
    expect((await messagesWith(app, key)).found).toContain('event event:planted');
    await close();
  });
});
