/** The IPC gate: foreign pages and malformed requests get a coded failure and nothing else. */
import type { Page } from '@playwright/test';
import { WHOLE_LIST } from '../../src/shared/list-query';
import { expect, test } from './support/fixtures';

type Call = (request?: unknown) => Promise<unknown>;
type Api = Record<string, Record<string, Call>>;

const FIRST_ROWS = { query: WHOLE_LIST, offset: 0, limit: 10 };

const call = (page: Page, namespace: string, name: string, request: unknown = null) =>
  page.evaluate(
    ([namespace, name, request]) =>
      (window as unknown as { letterhead: Api }).letterhead[namespace as string]![name as string]!(
        request,
      ),
    [namespace, name, request],
  );

test('a foreign page still has the bridge, but every call is refused', async ({ launch }) => {
  const { app, page, letterhead } = await launch();
  await expect(letterhead.button('Add organizations')).toBeVisible();
  expect(await call(page, 'signIns', 'list')).toEqual({ ok: true, value: [] });

  await app.evaluate(async ({ BrowserWindow }) => {
    await BrowserWindow.getAllWindows()[0]!.loadURL('data:text/html,<h1>Elsewhere</h1>');
  });
  await expect(page.getByRole('heading', { name: 'Elsewhere' })).toBeVisible();
  expect(await call(page, 'signIns', 'list')).toEqual({
    ok: false,
    failure: { code: 'gate.untrusted-sender' },
  });
  expect(await call(page, 'organizations', 'list', FIRST_ROWS)).toEqual({
    ok: false,
    failure: { code: 'gate.untrusted-sender' },
  });
});

test('malformed requests are refused and change nothing', async ({ launch }) => {
  const { page, letterhead } = await launch();
  await expect(letterhead.button('Add organizations')).toBeVisible();
  const malformed = { ok: false, failure: { code: 'gate.malformed' } };
  const id = 'a'.repeat(32);
  expect(await call(page, 'drafts', 'save', { organizationId: '../x', edits: {} })).toEqual(
    malformed,
  );
  expect(
    await call(page, 'drafts', 'save', { organizationId: id, edits: { business_name: 1 } }),
  ).toEqual(malformed);
  expect(await call(page, 'changes', 'submit', [])).toEqual(malformed);
  expect(await call(page, 'signIns', 'add', { label: 'x', email: 'y', key: {} })).toEqual(
    malformed,
  );
  expect(await call(page, 'app', 'openLink', { url: 'https://example.com/' })).toEqual(malformed);
  expect(
    await call(page, 'organizations', 'list', { query: WHOLE_LIST, offset: 0, limit: 201 }),
  ).toEqual(malformed);
  expect(
    await call(page, 'organizations', 'list', {
      ...FIRST_ROWS,
      query: { ...WHOLE_LIST, search: 1 },
    }),
  ).toEqual(malformed);
  expect(await call(page, 'organizations', 'list', FIRST_ROWS)).toMatchObject({
    ok: true,
    value: { rows: [], total: 0, saved: 0 },
  });
});

test('the window cannot navigate, open windows or frames, or run foreign code', async ({
  launch,
}) => {
  const { app, page, letterhead } = await launch();
  await expect(letterhead.button('Add organizations')).toBeVisible();
  const address = page.url();

  const attempts = await page.evaluate(async () => {
    const violations: string[] = [];
    const frameRefused = new Promise<void>((resolve) =>
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
        violations.push(effectiveDirective);
        if (effectiveDirective === 'frame-src') resolve();
      }),
    );
    const opened = window.open('https://example.com/');
    const frame = document.createElement('iframe');
    frame.src = 'data:text/html,hello';
    document.body.append(frame);
    await frameRefused;
    const script = document.createElement('script');
    let scriptRefused = false;
    try {
      script.src = 'data:text/javascript,window.foreign=1';
      document.body.append(script);
    } catch {
      scriptRefused = true;
    }
    const fetched = await fetch('https://127.0.0.1:1/').then(
      () => true,
      () => false,
    );
    const permission = await navigator.permissions.query({ name: 'geolocation' });
    return {
      opened: opened !== null,
      fetched,
      scriptRefused,
      foreign: 'foreign' in window,
      permission: permission.state,
      violations,
      node: 'process' in window || 'require' in window,
    };
  });
  expect(attempts).toMatchObject({
    opened: false,
    fetched: false,
    scriptRefused: true,
    foreign: false,
    node: false,
  });
  expect(attempts.permission).toBe('denied');
  expect(attempts.violations).toEqual(expect.arrayContaining(['frame-src', 'connect-src']));

  await page.evaluate(() => {
    location.href = 'https://example.com/';
  });
  await page.evaluate(() => document.title);
  expect(page.url()).toBe(address);
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
  const preferences = await app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]!.webContents;
    return (
      contents as unknown as { getLastWebPreferences(): Record<string, unknown> }
    ).getLastWebPreferences();
  });
  expect(preferences).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webSecurity: true,
  });
});
