/**
 * `npm test`: runs every test and check, from a bare clone. It prepares the machine, runs every step even if
 * an earlier one fails, and ends with what failed, a table of the steps, and one plain line,
 * `N passed, N failed`. Before that line it says what this machine could not run, which does not count as passed. Steps
 * that leave a core idle run side by side: the output of the longest appears immediately, that of the others when
 * it has ended.
 *
 *   npm test                         all of it
 *   npm test -- types|lint|format    one check
 *   npm test -- unit [ARGS]          unit and component tests; ARGS go to vitest
 *   npm test -- model [--full | --mutations]
 *                                    searches the change machine: to the depth of `npm test`, completely, or
 *                                    with each known mistake built in
 *   npm test -- mutations [NAME]     breaks security-relevant lines one by one; each must make a test fail
 *   npm test -- chromium [ARGS]      the window in Debian's Chromium, after a build; ARGS go to Playwright
 *   npm test -- e2e [ARGS]           end-to-end tests, after a build; ARGS go to Playwright
 *   npm test -- faults [--long] [--kills N] [--seed N] [ARGS]
 *                                    fault tests, after a build: a short run, or with --long 500 kills;
 *                                    the other ARGS go to vitest
 *   npm test -- package [ARGS]       the packages: their contents and, as root on Debian and its relatives,
 *                                    the Debian package installed, used, upgraded and removed for real
 *   npm test -- e2e-package [ARGS]   the end-to-end tests on a packaged app that differs from the shipped one
 *                                    only by the fuse Playwright needs; as root on Linux
 *
 * Tests always run in a separate session (build/session.mjs), so they never touch a developer's screen or
 * keyring. Where root runs them, what starts the app runs as an ordinary user (build/user-checkout.mjs), except for the
 * packages.
 */
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { root } from './folders.mjs';
import { onNode24 } from './node-24.mjs';
import { canHaveOwnNetwork, inOwnNetwork } from './own-network.mjs';
import { ALLOW_OLD, describeRuntime } from './runtime.mjs';
import { setupOrExit } from './setup.mjs';
import { runInSession, startSession } from './session.mjs';
import { canMount, onSmallDisk } from './small-disk.mjs';
import { runStep } from './steps.mjs';
import { debianChromium } from './debian-chromium.mjs';
import { hasApt, hasProgram } from './system-libraries.mjs';
import { createRuns } from './test-runs.mjs';
import { createTestUser, removeTestUser } from './test-user.mjs';
import { canUseSandbox, createUserCheckout } from './user-checkout.mjs';

await onNode24();

/** Kills of the long form of the fault tests, unless `--kills` says otherwise. */
const LONG_KILLS = '500';

const [part = 'all', ...given] = process.argv.slice(2);
/** The projects of vitest.config.ts that are unit tests. */
const UNIT = ['unit', 'unit-isolated'];
/** The checks that need no session, no build and no runner. */
const CHECKS = { types: 'Types', lint: 'Lint', format: 'Format' };
const PARTS = [
  ...Object.keys(CHECKS),
  'unit',
  'model',
  'mutations',
  'chromium',
  'e2e',
  'e2e-package',
  'package',
  'faults',
];
if (!['all', ...PARTS].includes(part)) usage();
const { args, variables } =
  part === 'faults'
    ? faultOptions(given.map(inCheckout))
    : { args: given.map(inCheckout), variables: {} };

/** A path of this checkout as it is called in every copy. */
function inCheckout(word) {
  return word.startsWith(`${root}/`) ? relative(root, word) : word;
}

function usage() {
  console.error(
    `Usage: npm test [-- ${PARTS.slice(0, -1).join('|')} [ARGUMENTS]]\n` +
      '       npm test -- faults [--long] [--kills NUMBER] [--seed NUMBER] [ARGUMENTS]',
  );
  process.exit(2);
}

/** Turns our own options of the fault tests into variables, which test/faults reads; `args` are the others. */
function faultOptions(list) {
  const variables = {};
  const rest = [];
  const names = { '--kills': 'LETTERHEAD_FAULTS_KILLS', '--seed': 'LETTERHEAD_FAULTS_SEED' };
  for (let index = 0; index < list.length; index += 1) {
    const word = list[index];
    if (word === '--long') variables.LETTERHEAD_FAULTS_KILLS ??= LONG_KILLS;
    else if (names[word]) {
      index += 1;
      if (!/^[1-9]\d{0,8}$/.test(list[index] ?? '')) usage();
      variables[names[word]] = list[index];
    } else rest.push(word);
  }
  return { args: rest, variables };
}

let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => (interrupted = true));

const reports = mkdtempSync(join(tmpdir(), 'letterhead-reports-'));
process.on('exit', () => rmSync(reports, { recursive: true, force: true }));
const results = [];

/**
 * Where a step's output goes: `log` prints a line, `output` is for runInSession. Here it appears immediately.
 */
const shown = { log: console.log, output: undefined };

/** Starts steps beside others. The function that it returns waits until they have ended, and prints their output. */
function beside(steps) {
  const file = join(reports, `${randomUUID()}.txt`);
  const output = openSync(file, 'w');
  const ended = steps({ log: (line) => writeSync(output, `${line}\n`), output });
  return async () => {
    await ended;
    closeSync(output);
    process.stdout.write(readFileSync(file));
  };
}

/**
 * Runs a step under its heading and counts passed and failed tests; an exception counts as a failure. `run`
 * gets `to`, where its output goes.
 */
async function step(title, run, to = shown) {
  if (interrupted) return null;
  to.log(`\n── ${title} ${'─'.repeat(Math.max(0, 70 - title.length))}\n`);
  const started = Date.now();
  const result = await run(to).catch((error) => {
    to.log(error.message);
    return { passed: 0, failed: 1 };
  });
  results.push({ title, ...result, seconds: (Date.now() - started) / 1000 });
  return result;
}

/** The counts of a step that passes or fails as a whole. */
const whole = (code) => (code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 });

/** One of build/steps.mjs. */
const check = (title, name, to) =>
  step(title, async ({ output }) => whole(await runStep(name, { output })), to);

let built;
let finishChecks;

/** Starts what needs neither a session nor Electron, one after the other. The other checks fill a core at the end. */
function startChecks() {
  finishChecks = beside(async (to) => {
    await check(CHECKS.types, 'types', to);
    built = await check('Build', 'build', to);
  });
  return finishChecks;
}

const withPackages = part === 'all' ? startChecks : undefined;
const executable = await setupOrExit({ headless: true, withPackages });
const electron = describeRuntime(executable);
const session = await startSession();

/** A separate program. */
const program = (title, file) =>
  step(title, async () => {
    await runStep('messages');
    const command = [process.execPath, join(root, file), ...args];
    return whole(await runInSession(command, { env: session.env }));
  });

/** For tests that kill and time processes, or change the machine. */
const ONE_BY_ONE = '--no-file-parallelism';

const ownRuns = createRuns({ env: session.env, reports, args });
const { vitest, playwright } = ownRuns;
/** Where root runs the tests: the checkout of an ordinary user, and the runners there, once a step needs them. */
let ofUser = null;
/** What this machine cannot run, in sentences. */
const notRun = new Set();

/** Says why this machine cannot run a step, which then does not count. */
function skip(sentence, { log }) {
  log(sentence);
  notRun.add(sentence);
  return { passed: 0, failed: 0 };
}

/** The runners for tests that start the built app or Chromium. */
function appRuns({ log }) {
  if (process.getuid?.() !== 0) return ownRuns;
  if (!canUseSandbox()) {
    notRun.add('Not run: the app in its sandbox, because no one can create one on this machine.');
    return ownRuns;
  }
  if (!ofUser) {
    const checkout = createUserCheckout(executable);
    ofUser = { checkout, runs: createRuns({ ...checkout, args }) };
  }
  log(`As ${ofUser.checkout.name}, an ordinary user, in Chromium's sandbox.\n`);
  return ofUser.runs;
}

/** Says what the tests leave out where no small disk can be mounted. */
function noteFullDisk() {
  if (args.length > 0 || (process.getuid?.() === 0 && canMount())) return;
  notRun.add('Not run: the app on a full disk, because only root can mount a small one.');
}

/** All tests that run in Node. */
function inNode() {
  noteFullDisk();
  return vitest([...UNIT, 'component', 'model']);
}

/** Runs the window's tests in a Chromium about as new as that of the Electron we ship. */
async function inChromium(to) {
  const { path, why } = await debianChromium({ log: to.log });
  if (path === null) return skip(`Not run: the window in Chromium, because ${why}`, to);
  const { stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' });
  to.log(`This runs in ${stdout.trim()}; see docs/electron-45.md.`);
  const config = join('test', 'chromium', 'playwright.config.ts');
  const variables = { LETTERHEAD_CHROMIUM: path };
  return appRuns(to).playwright({ config, variables, output: to.output });
}

/** Tests the packages as far as this machine allows; prints what it skips, without counting it. */
async function packages(to) {
  const { output } = to;
  if (process.platform !== 'linux' || !hasProgram('dpkg-deb')) {
    return skip(
      'Not run: the packages, because this system has no dpkg-deb to make them with.',
      to,
    );
  }
  const made = await runInSession(
    [process.execPath, join(root, 'build', 'dist.mjs'), '--local', '--built', ALLOW_OLD],
    // A reserved address: the tests check that it is written into the package.
    { env: { ...process.env, LETTERHEAD_UPDATES: 'https://updates.letterhead.invalid/' }, output },
  );
  if (made !== 0) return whole(made);
  if (hasApt() && canHaveOwnNetwork()) {
    return vitest(['package'], { more: [ONE_BY_ONE], wrap: inOwnNetwork, output });
  }
  const why = 'that takes root, apt, and a network namespace';
  skip(`Not run: the installed package, because ${why}. Its contents were inspected.`, to);
  return vitest(['package'], { more: [ONE_BY_ONE, 'contents'], output });
}

/** The end-to-end tests on a packaged app. */
async function playwrightOnPackage() {
  if (!canHaveOwnNetwork()) {
    console.log('This takes root on Linux, and permission to create a network namespace.');
    return { passed: 0, failed: 1 };
  }
  const made = await runInSession(
    [process.execPath, join(root, 'build', 'dist.mjs'), '--debuggable', '--built'],
    { env: process.env },
  );
  if (made !== 0) return whole(made);
  const user = createTestUser();
  const parent = mkdtempSync(join(tmpdir(), 'letterhead-disk-'));
  chmodSync(parent, 0o755);
  const disk = onSmallDisk(parent);
  const variables = {
    ...disk.env,
    LETTERHEAD_E2E_PACKAGE: join(root, 'dist', 'debuggable', 'linux-unpacked'),
    LETTERHEAD_E2E_UID: String(user.uid),
    LETTERHEAD_E2E_GID: String(user.gid),
    LETTERHEAD_E2E_HOME: user.home,
  };
  try {
    return await playwright({
      wrap: (command) => inOwnNetwork(disk.wrap(command)),
      variables,
    });
  } finally {
    removeTestUser(user);
    rmSync(parent, { recursive: true });
  }
}

/** The end-to-end tests. */
function endToEnd(to) {
  to.log(`${electron.sentence}\n`);
  noteFullDisk();
  return appRuns(to).playwright();
}

/** The fault tests. */
function faults(to) {
  noteFullDisk();
  const { output } = to;
  return appRuns(to).vitest(['faults'], { more: [ONE_BY_ONE], variables, output });
}

/** The steps that need the built app. */
async function afterBuild() {
  built ??= await check('Build', 'build');
  const skipped = async ({ log }) => {
    log('Skipped, because the build failed.');
    return whole(1);
  };
  const withBuild = (title, run) => (to) => step(title, built?.failed === 0 ? run : skipped, to);
  const steps = {
    chromium: withBuild('The window in Chromium', inChromium),
    e2e: withBuild(`End-to-end tests, ${electron.name}`, endToEnd),
    'e2e-package': withBuild('End-to-end tests, packaged', playwrightOnPackage),
    package: withBuild('Packages', packages),
    faults: withBuild('Fault tests', faults),
  };
  if (part !== 'all') return steps[part]();
  // Fault and package tests mostly wait for one process at a time. Chromium is installed before the packages are.
  const finish = beside(async (to) => {
    await steps.chromium(to);
    await steps.faults(to);
    await steps.package(to);
    await check(CHECKS.lint, 'lint', to);
    await check(CHECKS.format, 'format', to);
  });
  await steps.e2e(shown);
  await finish();
}

/** Everything. */
async function all() {
  await runStep('messages');
  await step(`Tests in Node ${process.versions.node}`, inNode);
  await finishChecks();
  await afterBuild();
}

try {
  if (part === 'all') await all();
  else if (part in CHECKS) await check(CHECKS[part], part);
  else if (part === 'mutations') await program('Mutations', 'test/mutations/run.mjs');
  else if (part === 'model' && args.length > 0) await program('Model', 'test/model/run.mjs');
  else if (['unit', 'model'].includes(part)) {
    await runStep('messages');
    if (part === 'unit') await step('Unit tests', () => vitest([...UNIT, 'component']));
    if (part === 'model') await step('Model', () => vitest(['model']));
  } else await afterBuild();
} finally {
  ofUser?.checkout.remove();
  await session.stop();
}

const failures = results.flatMap(({ title, failed, failures = [] }) =>
  failed > 0 && failures.length === 0 ? [title] : failures,
);
if (failures.length > 0)
  console.log(`\n── What failed ${'─'.repeat(57)}\n\n${failures.join('\n\n')}`);

const total = { passed: 0, failed: 0 };
console.log('');
for (const { title, passed, failed, seconds } of results) {
  total.passed += passed;
  total.failed += failed;
  console.log(`${title.padEnd(34)} ${passed} passed, ${failed} failed (${seconds.toFixed(1)} s)`);
}
if (interrupted) console.log('Interrupted: some tests did not run.');
for (const sentence of notRun) console.log(sentence);
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = interrupted || total.failed > 0 || total.passed === 0 ? 1 : 0;
