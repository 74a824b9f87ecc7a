/**
 * Cloudflare's own command line, `cf` 0.0.5, against the stand-in: an independent client of the account routes. That
 * version sends no telemetry: it calls only CLOUDFLARE_BASE_URL and, after `cf auth login`, the OAuth server.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { sampleReadOnlyToken, type Standin } from './index';
import { accountAt, idAt, startForTest, tokenOf } from './support';

const program = createRequire(import.meta.url).resolve('cf/bin/cf');
const { href: loopbackOnly } = new URL('loopback-only.mjs', import.meta.url);

/** Runs `cf` in an empty folder. Nothing of the surroundings reaches it but the path of programs. */
async function cf(args: string[], url: string, token: string, accountId = '') {
  const home = await mkdtemp(join(tmpdir(), 'standin-cf-'));
  onTestFinished(() => rm(home, { recursive: true }));
  const env = {
    PATH: process.env['PATH'],
    HOME: home,
    CI: '1',
    CF_NO_PROMPT: '1',
    NO_COLOR: '1',
    CLOUDFLARE_BASE_URL: url,
    CLOUDFLARE_API_TOKEN: token,
    ...(accountId === '' ? {} : { CLOUDFLARE_ACCOUNT_ID: accountId }),
  };
  const all = [`--import=${loopbackOnly}`, program, ...args];
  const ended = await new Promise<{ code: unknown; output: string; errors: string }>((resolve) => {
    execFile(process.execPath, all, { env, cwd: home }, (error, output, errors) =>
      resolve({ code: error?.code ?? 0, output, errors }),
    );
  });
  return { ...ended, written: await readdir(home) };
}

const run = (standin: Standin, ...args: string[]) =>
  cf(args, standin.url, tokenOf(standin).value, accountAt(standin, 0));

it('lists accounts, and reads and updates a profile', { timeout: 60_000 }, async () => {
  const standin = await startForTest();
  const list = await run(standin, 'accounts', 'list');
  expect(JSON.parse(list.output)).toMatchObject(
    [...standin.accounts.values()].map(({ id, name }) => ({ id, name })),
  );
  const fields = { ...standin.profileOf(idAt(standin, 0)), business_name: 'By cf' };
  const put = await run(standin, 'accounts', 'update-extra', '--body', JSON.stringify(fields));
  expect(put).toEqual({ code: 0, output: '""\n', errors: '', written: [] });
  const read = await run(standin, 'accounts', 'get-extra');
  expect(JSON.parse(read.output)).toEqual(fields);
  expect(standin.profileOf(idAt(standin, 0))).toEqual(fields);
  expect(standin.auditLog[0]?.raw.user_agent).toMatch(/^cf-cli/);
  expect(standin.violations).toEqual([]);
});

it('updates one field; the stand-in keeps the others, as the reference says', async () => {
  const standin = await startForTest();
  const before = standin.profileOf(idAt(standin, 0));
  await run(standin, 'accounts', 'update-extra', '--business-phone', '+1 555 0199');
  expect(standin.profileOf(idAt(standin, 0))).toEqual({
    ...before,
    business_phone: '+1 555 0199',
  });
  // The app must not do that: what happens to omitted fields elsewhere is unknown.
  expect(standin.violations).toHaveLength(4);
});

it('reports a refusal', async () => {
  const standin = await startForTest({ tokens: [sampleReadOnlyToken] });
  const put = await run(standin, 'accounts', 'update-extra', '--business-name', 'x');
  expect(put.code).toBe(1);
  expect(put.output + put.errors).toContain('403');
  expect(standin.auditLog).toEqual([]);
});

it('finds no machine by name, not even this one', async () => {
  const standin = await startForTest();
  const away = standin.url.replace('127.0.0.1', 'localhost');
  const list = await cf(['accounts', 'list'], away, tokenOf(standin).value);
  expect(list.code).toBe(1);
  expect(list.output + list.errors).toContain('fetch failed');
  expect(standin.requests).toEqual([]);
});
