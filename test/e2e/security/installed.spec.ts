/**
 * A build that takes itself for an installed one, started in hostile makePackageEnvironment: the key goes nowhere
 * and is written nowhere. The same makePackageEnvironment around an unpackaged build do get it, so the trap works.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DANGEROUS_SWITCHES } from '../../../src/main/desktop/command-line';
import { hostileSwitches, hostileVariables, writtenInto, type Trap } from '../../package/hostile';
import { startStandin, type Standin } from '../../standin';
import { selfSigned } from '../../standin/self-signed';
import { createPackagedLookalike } from '../support/executable';
import { filesWith } from '../support/canary';
import { executable } from '../support/executable';
import { expect, test as base } from '../support/fixtures';

interface Report {
  isPackaged: boolean;
  left: string[];
  outcome: { ok: boolean; failure?: { code: string } };
  env: Record<string, string>;
}

const root = process.getuid?.() === 0;

const test = base.extend<{ trapped: Standin; trap: Trap }>({
  trapped: async ({ browserName: _ }, use) => {
    const tls = selfSigned();
    const trapped = await startStandin({ organizations: 1, tls });
    await use(Object.assign(trapped, { cert: tls.cert }));
    await trapped.close();
  },
  trap: async ({ trapped, userData }, use) => {
    const folder = join(userData, 'trap');
    mkdirSync(folder);
    const { cert } = trapped as unknown as { cert: string };
    await use({ folder, port: Number(new URL(trapped.url).port), cert });
  },
});

/** How long a start may take before it is ended, ms. */
const LIMIT_MS = 90_000;

/** Starts a build and waits for its end; gives its exit code. */
async function run(path: string, args: string[], env = process.env): Promise<number | null> {
  const limit = { timeout: LIMIT_MS, killSignal: 'SIGKILL' } as const;
  const child = spawn(path, args, { env, stdio: 'ignore', ...limit });
  return new Promise((ended) => child.once('exit', ended));
}

/** Starts a build in the trap, lets it check a sign-in, and waits for its end. */
async function startInTrap(
  path: string,
  trap: Trap,
  { userData, key, variables }: { userData: string; key: string; variables: object },
) {
  const report = join(userData, 'report.json');
  const ask = { key, switches: DANGEROUS_SWITCHES, hideRoot: root };
  writeFileSync(`${report}.ask`, JSON.stringify(ask));
  const args = ['-r', resolve('test/package/drive.cjs'), '.', '--disable-gpu'];
  args.push(`--user-data-dir=${join(userData, 'data')}`, ...hostileSwitches(trap));
  if (root) args.push('--no-sandbox');
  await run(path, args, { ...process.env, ...variables, DRIVE_REPORT: report });
  return JSON.parse(readFileSync(report, 'utf8')) as Report;
}

test('an installed build gives the key to nobody', async ({ trapped, trap, userData }) => {
  const { key } = trapped.credentials[0]!;
  const path = createPackagedLookalike(join(userData, 'runtime'));
  const variables = hostileVariables(trap);
  const report = await startInTrap(path, trap, { userData, key, variables });
  expect(report.isPackaged).toBe(true);
  expect(report.left.filter((name) => name !== 'host-resolver-rules')).toEqual([]);
  expect(report.outcome.failure?.code).toMatch(/^network\./);
  expect(Object.keys(report.env).filter((name) => name in variables)).toEqual([]);
  expect(trapped.requests).toEqual([]);
  expect(writtenInto(trap)).toEqual([]);
  expect(await filesWith(join(userData, 'data'), key)).toEqual([]);
});

test('the trap works: a build that is being developed falls into it', async ({
  trapped,
  trap,
  userData,
}) => {
  const { key } = trapped.credentials[0]!;
  // It is to be the switches that lead there, not the variable a development build has for it.
  const { LETTERHEAD_API_URL: _, ...variables } = hostileVariables(trap);
  delete variables['ELECTRON_RENDERER_URL'];
  const report = await startInTrap(executable(), trap, { userData, key, variables });
  expect(report.isPackaged).toBe(false);
  expect(report.outcome).toMatchObject({ ok: true });
  expect(trapped.requests.some(({ keyMatches }) => keyMatches)).toBe(true);
  expect(writtenInto(trap)).toEqual(expect.arrayContaining(['net-log.json', 'tls-keys-by-switch']));
});

test('an installed build that was started without its sandbox says so and touches nothing', async ({
  userData,
}) => {
  const path = createPackagedLookalike(join(userData, 'runtime'));
  const data = join(userData, 'data');
  const said = join(userData, 'said');
  const hook = join(userData, 'hook.cjs');
  writeFileSync(
    hook,
    `const { dialog } = require('electron');
     dialog.showErrorBox = (...words) => require('node:fs').writeFileSync(${JSON.stringify(said)}, words.join(': '));`,
  );
  const args = ['-r', hook, '.', `--user-data-dir=${data}`, '--disable-gpu', '--no-sandbox'];
  expect(await run(path, args)).toBe(1);
  expect(readFileSync(said, 'utf8')).toContain('started in a way that turns off its protection');
  expect(existsSync(data) ? readdirSync(data) : []).not.toContain('letterhead.db');
});
