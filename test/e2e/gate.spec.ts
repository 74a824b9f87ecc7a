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

test('the gate', async ({ launch }) => {
  const { app, page, letterhead } = await launch();
  await expect(letterhead.button('Add organizations')).toBeVisible();

  await test.step('malformed requests are refused and change nothing', async () => {
    const malformed = { ok: false, failure: { code: 'gate.malformed' } };
    const id = 'a'.repeat(32);
    expect(await call(page, 'drafts', 'save', { entryId: '../x', edits: {} })).toEqual(malformed);
    expect(
      await call(page, 'drafts', 'save', { entryId: id, edits: { business_name: 1 } }),
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

  await test.step('a foreign page still has the bridge, but every call is refused', async () => {
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
});
