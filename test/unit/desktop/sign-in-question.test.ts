/** The question about an email or a token, with a fake of Electron's dialog. */
import { EventEmitter } from 'node:events';
import type { BrowserWindow, MessageBoxOptions } from 'electron';
import { beforeEach, expect, it, vi } from 'vitest';

const electron = vi.hoisted(() => ({
  shown: [] as MessageBoxOptions[],
  answer: (_options: MessageBoxOptions): Promise<number> => Promise.resolve(0),
}));
vi.mock('electron', () => ({
  dialog: {
    showMessageBox: async (_window: unknown, options: MessageBoxOptions) => {
      electron.shown.push(options);
      return { response: await electron.answer(options) };
    },
  },
}));
const { createSignInQuestion } = await import('../../../src/main/desktop/sign-in-question');

const window = Object.assign(new EventEmitter(), { isVisible: () => true });
const current = (): BrowserWindow => window as unknown as BrowserWindow;
/** A person who takes two seconds for each answer. */
const unhurried = (): (() => number) => {
  let now = 0;
  return () => (now += 2_000);
};
const question = { about: 'email', email: 'office@brightwater.example', replaces: null } as const;

beforeEach(() => {
  electron.shown = [];
  electron.answer = () => Promise.resolve(0);
});

it('names the email; only the button that adds confirms, and Enter and Escape cancel', async () => {
  const ask = createSignInQuestion(current, unhurried());
  expect(await ask(question)).toBe(true);
  const [shown] = electron.shown;
  expect(shown?.message).toBe('Add the sign-in for office@brightwater.example to Letterhead?');
  expect(shown).toMatchObject({ buttons: ['Add', 'Cancel'], defaultId: 1, cancelId: 1 });
  electron.answer = () => Promise.resolve(1);
  expect(await ask(question)).toBe(false);
  expect(window.listenerCount('closed')).toBe(0);
});

it('names both emails of a change, and shows nothing that could reorder or hide a part of it', async () => {
  const replaces = `old\u202e\n\u200b@b.example${'x'.repeat(1_000)}`;
  await createSignInQuestion(current, unhurried())({ ...question, replaces });
  const message = electron.shown[0]?.message ?? '';
  expect(message).toMatch(/^Change .* from old\ufffd{3}@b\.examplex+ to office@brightwater\.ex/);
  expect(message.length).toBeLessThan(400);
});

it('the answer is no without a visible window, or if it is closed while the question is open', async () => {
  expect(await createSignInQuestion(() => null)(question)).toBe(false);
  const hidden = { isVisible: () => false } as BrowserWindow;
  expect(await createSignInQuestion(() => hidden)(question)).toBe(false);
  expect(electron.shown).toEqual([]);
  electron.answer = ({ signal }) =>
    new Promise((resolve) => signal!.addEventListener('abort', () => resolve(0)));
  const answer = createSignInQuestion(current, unhurried())(question);
  window.emit('closed');
  expect(await answer).toBe(false);
});

it('a confirmation within 1.5 s does not count, and the question is shown again, at most three times', async () => {
  let now = 0;
  const ask = createSignInQuestion(current, () => now);
  const delays = [0, 1_499, 1_500];
  electron.answer = () => {
    now += delays.shift()!;
    return Promise.resolve(0);
  };
  expect(await ask(question)).toBe(true);
  expect(electron.shown).toHaveLength(3);
  delays.push(100, 100, 100, 1_500);
  expect(await ask(question)).toBe(false);
  expect(electron.shown).toHaveLength(6);
  expect(window.listenerCount('closed')).toBe(0);
});

const tokenQuestion = {
  about: 'token',
  tokenId: 'a'.repeat(32),
  accounts: ['Bristol', 'Online Shop'],
  total: 2,
  readOnly: false,
  replaces: null,
} as const;

it('names the accounts that a token opens, and not its id', async () => {
  const ask = createSignInQuestion(current, unhurried());
  expect(await ask(tokenQuestion)).toBe(true);
  expect(await ask({ ...tokenQuestion, total: 12, replaces: 'Shops' })).toBe(true);
  const [added, replaced] = electron.shown;
  expect(added).toMatchObject({ buttons: ['Add', 'Cancel'], defaultId: 1, cancelId: 1 });
  expect(added?.message).toBe('Add this API token to Letterhead?');
  expect(added?.detail).toContain('\u2022 Bristol\n\u2022 Online Shop\n\n');
  expect(replaced?.buttons).toEqual(['Replace', 'Cancel']);
  expect(replaced?.message).toContain('\u201cShops\u201d');
  expect(replaced?.detail).toContain('\u2022 Online Shop\nand 10 more\n');
  expect(JSON.stringify(electron.shown)).not.toContain(tokenQuestion.tokenId);
});

it.each([
  [null, 'Cloudflare does not say which accounts it opens.'],
  [3, 'Cloudflare does not say which accounts it opens.'],
  [0, 'Cloudflare lists no account for it.'],
])('says so if Cloudflare names no account of a token: of %s', async (total, text) => {
  await createSignInQuestion(current, unhurried())({ ...tokenQuestion, accounts: [], total });
  const detail = electron.shown[0]?.detail;
  expect(detail).toMatch(new RegExp(`^${text}\n`));
  // It has no profiles that could be read.
  expect(detail?.includes('their profiles')).toBe(total !== 0);
});

it.each([
  [true, 'Letterhead can read their profiles. Continue only if'],
  [false, 'Letterhead can read and change their profiles. Continue only if'],
])('says what Letterhead can do with a token: read-only %s', async (readOnly, text) => {
  await createSignInQuestion(current, unhurried())({ ...tokenQuestion, readOnly });
  expect(electron.shown[0]?.detail).toContain(text);
});

it('shows no name of an account that could hide or reorder a part of the question', async () => {
  const accounts = [`evil\u202e\n\n\u200b\u2028${'x'.repeat(1_000)}`, 'Shop'];
  await createSignInQuestion(
    current,
    unhurried(),
  )({ ...tokenQuestion, accounts, replaces: 'a\nb' });
  const [shown] = electron.shown;
  expect(shown?.detail).toMatch(/\u2022 evil\ufffd{5}x{1,60}\u2026\n\u2022 Shop\n/);
  expect(shown?.message).not.toContain('\n');
});
