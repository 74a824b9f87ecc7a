/**
 * Runs a command in a separate desktop session, Linux only: a new home folder, a D-Bus bus with an unlocked
 * keyring, and a virtual screen. Everything the command starts ends with the session.
 *
 *   node build/session.mjs [--display] -- COMMAND…
 *
 * `--display` uses the existing screen instead of a virtual one; keyring and home folder stay separate. The
 * command's environment also has LETTERHEAD_SESSION=1, LETTERHEAD_KEYRING_PID (the keyring daemon's process
 * id), and the Electron runtime in ELECTRON_OVERRIDE_DIST_PATH and ELECTRON_EXEC_PATH.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { calledDirectly, root } from './folders.mjs';
import { startKeyring } from './keyring.mjs';
import { onNode24 } from './node-24.mjs';
import { endProcess, startProcess, untilReady } from './processes.mjs';
import { findRuntime, runtimeEnvironment } from './runtime.mjs';

/** Variables of the developer's own session that must not reach the command. */
const NOT_PASSED_ON =
  /^(DISPLAY|XAUTHORITY|WAYLAND_.*|XDG_.*|DBUS_.*|GNOME_.*|DESKTOP_.*|SSH_A.*|LC_.*|LANGUAGE|GTK_.*|QT_.*)$/;

/** An Xauthority file with a random cookie for any display, so that other users cannot read the screen. */
function authority() {
  const name = Buffer.from('MIT-MAGIC-COOKIE-1');
  const cookie = randomBytes(16);
  const field = (bytes) => Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length]), bytes]);
  const anyDisplay = [Buffer.from([0xff, 0xff]), field(Buffer.alloc(0)), field(Buffer.alloc(0))];
  return Buffer.concat([...anyDisplay, field(name), field(cookie)]);
}

/**
 * Starts Xvfb on a free display.
 * @param {string} home folder for its cookie
 * @param {Record<string, string | undefined>} env
 * @param {string} [size] width and height in px
 * @returns its handle (see processes.mjs), and the variables for using it in `env`
 */
export async function startScreen(home, env, size = '1920x1200') {
  const file = join(home, '.Xauthority');
  await writeFile(file, authority(), { mode: 0o600 });
  const args = ['-displayfd', '3', '-screen', '0', `${size}x24`, '-auth', file];
  // Without -r it repeats a key that a busy machine is slow to release.
  const screen = startProcess('Xvfb', [...args, '-nolisten', 'tcp', '-noreset', '-r'], {
    env,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  let number = '';
  screen.child.stdio[3].on('data', (chunk) => (number += chunk));
  await untilReady(screen, () => number.includes('\n'));
  return { screen, env: { DISPLAY: `:${number.trim()}`, XAUTHORITY: file } };
}

/** The variables of the existing screen, in a form that works with a different home folder. */
function presentScreen() {
  const { DISPLAY, XAUTHORITY, WAYLAND_DISPLAY, XDG_RUNTIME_DIR, XDG_SESSION_TYPE } = process.env;
  if (!DISPLAY && !WAYLAND_DISPLAY) throw new Error('There is no display to use.');
  const env = {};
  if (DISPLAY)
    Object.assign(env, { DISPLAY, XAUTHORITY: XAUTHORITY ?? join(homedir(), '.Xauthority') });
  if (WAYLAND_DISPLAY) env.WAYLAND_DISPLAY = resolve(XDG_RUNTIME_DIR ?? '/', WAYLAND_DISPLAY);
  if (XDG_SESSION_TYPE) env.XDG_SESSION_TYPE = XDG_SESSION_TYPE;
  return env;
}

/** Sets the desktop's font where Electron looks for it (`font-family: system-ui` in a window). */
async function chooseFont(configFolder) {
  await mkdir(join(configFolder, 'gtk-3.0'), { recursive: true });
  await writeFile(
    join(configFolder, 'gtk-3.0', 'settings.ini'),
    '[Settings]\ngtk-font-name=Inter 11\n',
  );
}

/**
 * Starts a session. The returned `stop` ends every process of the session and removes its folders.
 * @param {{ display?: boolean, screen?: string, log?: (line: string) => void }} [options] `display`: use the
 *   existing screen; `screen`: the size of the virtual one
 * @returns {Promise<{ env: Record<string, string>, stop: () => Promise<void> }>} `env` is complete
 */
export async function startSession({ display = false, screen: size = '1920x1200', log } = {}) {
  const runtime = runtimeEnvironment(await findRuntime({ log }));
  const home = await mkdtemp(join(tmpdir(), 'letterhead-home-'));
  const kept = Object.entries(process.env).filter(([name]) => !NOT_PASSED_ON.test(name));
  const env = {
    ...Object.fromEntries(kept),
    ...runtime,
    HOME: home,
    LANG: 'C.UTF-8',
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_DATA_HOME: join(home, '.local', 'share'),
    XDG_STATE_HOME: join(home, '.local', 'state'),
    XDG_CACHE_HOME: join(home, '.cache'),
    // The bus has no accessibility service; looking for one costs time and prints warnings.
    NO_AT_BRIDGE: '1',
    LETTERHEAD_SESSION: '1',
  };
  let keyring;
  let screen;
  const stop = async () => {
    if (screen) await endProcess(screen);
    if (keyring) await keyring.stop();
    await rm(home, { recursive: true, force: true });
  };
  try {
    await chooseFont(env.XDG_CONFIG_HOME);
    keyring = await startKeyring({ state: 'unlocked' });
    Object.assign(env, keyring.env, { LETTERHEAD_KEYRING_PID: String(keyring.daemonPid) });
    if (display) Object.assign(env, presentScreen());
    else {
      const started = await startScreen(home, env, size);
      screen = started.screen;
      Object.assign(env, started.env);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { env, stop };
}

/** How long a command may take to exit before it is killed. */
const PATIENCE_MS = 5000;

/**
 * Runs a command in a running session, as one process group with everything it starts: it receives our
 * signals, and nothing of it is left behind.
 * @param {string[]} command
 * @param {{ env: Record<string, string | undefined>, cwd?: string, shell?: boolean,
 *   output?: number | ((stream: import('node:stream').Readable) => void) }} session
 *   `output`: a file descriptor for everything it prints, instead of this process's own output; or a function that
 *   reads its output and its error output
 * @returns {Promise<number>} its exit code; 128 + signal number if a signal ended it
 */
export async function runInSession([command, ...args], { env, cwd = root, shell = false, output }) {
  // Process groups exist only on Unix; elsewhere `detached` would open another console.
  const detached = process.platform !== 'win32';
  const target = typeof output === 'function' ? 'pipe' : output;
  const stdio = output === undefined ? 'inherit' : ['ignore', target, target];
  const child = spawn(command, args, { env, cwd, shell, stdio, detached });
  if (typeof output === 'function')
    [child.stdout, child.stderr].forEach((stream) => output(stream));
  const toGroup = (signal) => {
    try {
      process.kill(detached ? -child.pid : child.pid, signal);
    } catch {
      // The group has already exited.
    }
  };
  let impatient;
  const passOn = (signal) => {
    toGroup(signal);
    impatient ??= setTimeout(() => toGroup('SIGKILL'), PATIENCE_MS);
  };
  const signals = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 };
  for (const signal of Object.keys(signals)) process.on(signal, passOn);
  try {
    return await new Promise((done, fail) => {
      child.on('error', fail);
      child.on('exit', (code, signal) => done(code ?? 128 + (signals[signal] ?? 9)));
    });
  } finally {
    clearTimeout(impatient);
    for (const signal of Object.keys(signals)) process.off(signal, passOn);
    if (child.pid) toGroup('SIGKILL');
  }
}

/**
 * Starts a session, runs a command in it and stops the session.
 * @param {string[]} command
 * @param {{ display?: boolean, screen?: string, cwd?: string, log?: (line: string) => void }} [options]
 * @returns {Promise<number>} the command's exit code
 */
export async function withSession(command, options = {}) {
  const session = await startSession(options);
  try {
    return await runInSession(command, { env: session.env, cwd: options.cwd });
  } finally {
    await session.stop();
  }
}

if (calledDirectly(import.meta.url)) {
  await onNode24();
  const args = process.argv.slice(2);
  const display = args[0] === '--display';
  if (display) args.shift();
  if (args[0] === '--') args.shift();
  if (args.length === 0) {
    console.error('Usage: node build/session.mjs [--display] -- COMMAND…');
    process.exit(2);
  }
  try {
    process.exit(await withSession(args, { display, cwd: process.cwd() }));
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}
