/**
 * A private keyring: a D-Bus bus and gnome-keyring-daemon in a temporary folder, in a given state, for tests
 * and for the headless session. Linux only. It never touches the developer's own keyring. Types are in
 * keyring.d.mts.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { endProcess, startProcess, untilReady } from './processes.mjs';

/** Protects only a temporary folder. */
const PASSWORD = 'throw-away';

/**
 * A bus that starts no service automatically. Otherwise the state "no keyring service" would be impossible,
 * and a request to a locked keyring would open a window on any display.
 */
const busConfig = (socket, services) => `<!DOCTYPE busconfig PUBLIC
 "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=${socket}</listen>
  <auth>EXTERNAL</auth>
  ${services ? '<standard_session_servicedirs/>' : ''}
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`;

const sendToBus = ({ env, owner }, args) =>
  promisify(execFile)('dbus-send', ['--session', '--print-reply', ...args], { env, ...owner });

async function hasSecretService(home) {
  const question = [
    '--dest=org.freedesktop.DBus',
    '/org/freedesktop/DBus',
    'org.freedesktop.DBus.NameHasOwner',
    'string:org.freedesktop.secrets',
  ];
  const answer = await sendToBus(home, question).catch(() => ({ stdout: '' }));
  return answer.stdout.includes('boolean true');
}

async function startBus(folder, { env, owner }, services) {
  const config = join(folder, 'bus.conf');
  await writeFile(config, busConfig(join(folder, 'run', 'bus'), services));
  const args = [`--config-file=${config}`, '--nofork', '--nopidfile'];
  const stdio = ['ignore', 'ignore', 'pipe'];
  const bus = startProcess('dbus-daemon', args, { env, ...owner, stdio });
  await untilReady(bus, () => acceptsConnections(join(folder, 'run', 'bus')));
  return bus;
}

/**
 * Whether a program listens on a socket. The file is there a moment earlier: a keyring daemon that is refused
 * then keeps running without its service.
 */
const acceptsConnections = (path) =>
  new Promise((done) => {
    const socket = connect(path, () => done(true)).on('error', () => done(false));
    socket.on('connect', () => socket.destroy());
  });

async function startDaemon(home, password) {
  const { env, owner } = home;
  const args = [
    '--foreground',
    '--components=secrets',
    `--control-directory=${env.GNOME_KEYRING_CONTROL}`,
  ];
  if (password !== undefined) args.push('--unlock');
  const daemon = startProcess('gnome-keyring-daemon', args, {
    env,
    ...owner,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  daemon.child.stdin.on('error', () => {}); // it may exit before it reads; untilReady reports that
  daemon.child.stdin.end(password ?? '');
  await untilReady(daemon, () => hasSecretService(home));
  return daemon;
}

/**
 * Starts a keyring in a given state; keyring.d.mts describes them.
 * @param {import('./keyring.d.mts').KeyringOptions} options
 * @returns {Promise<import('./keyring.d.mts').Keyring>}
 */
export async function startKeyring({ state, display, owner } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'letterhead-keyring-'));
  const runtime = join(folder, 'run');
  await mkdir(runtime, { mode: 0o700 });
  for (const path of owner ? [folder, runtime] : []) await chown(path, owner.uid, owner.gid);
  const env = {
    DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(runtime, 'bus')}`,
    XDG_RUNTIME_DIR: runtime,
    GNOME_KEYRING_CONTROL: join(runtime, 'keyring'),
  };
  // The daemons get only these, so nothing of the developer's own session reaches them.
  const variables = {
    ...env,
    PATH: process.env.PATH,
    LANG: 'C.UTF-8',
    HOME: folder,
    XDG_DATA_HOME: join(folder, 'data'),
    ...display,
  };
  const session = { env: variables, owner };
  let bus;
  let daemon;
  const stop = async () => {
    if (daemon) await endProcess(daemon, { politely: false });
    if (bus) await endProcess(bus);
    await rm(folder, { recursive: true, force: true });
  };
  const collection = '/org/freedesktop/secrets/collection/login';
  const ask = (...question) =>
    sendToBus(session, ['--dest=org.freedesktop.secrets', ...question]).then((done) => done.stdout);
  /** Locks it, and asks whether it is locked: an answer to the request alone does not say so. */
  const lock = () =>
    untilReady(daemon, async () => {
      const request = ['org.freedesktop.Secret.Service.Lock', `array:objpath:${collection}`];
      await ask('/org/freedesktop/secrets', ...request);
      const property = ['string:org.freedesktop.Secret.Collection', 'string:Locked'];
      const answer = await ask(collection, 'org.freedesktop.DBus.Properties.Get', ...property);
      return answer.includes('boolean true');
    });
  try {
    if (state !== 'no-bus') bus = await startBus(folder, session, Boolean(display));
    if (state === 'unlocked' || state === 'locked') daemon = await startDaemon(session, PASSWORD);
    if (state === 'locked') {
      // As after booting the computer: the keyring exists, and no one has unlocked it yet.
      await untilReady(daemon, () => existsSync(join(folder, 'data/keyrings/login.keyring')));
      await endProcess(daemon);
      daemon = await startDaemon(session);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    env,
    daemonPid: daemon?.child.pid,
    freeze: () => void daemon.child.kill('SIGSTOP'),
    thaw: () => void daemon.child.kill('SIGCONT'),
    lock,
    unlock: () => unlock(session),
    closePrompt: () => closePrompt(session),
    kill: () => endProcess(daemon, { politely: false }),
    stop,
  };
}

/** Kills the program that shows the unlock window, which the keyring treats as a refusal. */
async function closePrompt(home) {
  const question = [
    '--dest=org.freedesktop.DBus',
    '/org/freedesktop/DBus',
    'org.freedesktop.DBus.GetConnectionUnixProcessID',
    'string:org.gnome.keyring.SystemPrompter',
  ];
  const { stdout } = await sendToBus(home, question);
  process.kill(Number(/uint32 (\d+)/.exec(stdout)[1]), 'SIGKILL');
}

/**
 * Passes the password to the running daemon over its control socket, as the login screen does. The protocol
 * is that of gnome-keyring's PAM module: a zero byte for the credentials, then total length, operation,
 * password length (each 4 bytes, big-endian), password. The answer is its own length and a result, 0 for
 * success.
 */
async function unlock({ env, owner }) {
  const password = Buffer.from(PASSWORD);
  const head = Buffer.alloc(13);
  head.writeUInt32BE(12 + password.length, 1);
  head.writeUInt32BE(1, 5);
  head.writeUInt32BE(password.length, 9);
  // The daemon accepts it only from its own user, which is checked when the connection is made.
  if (owner) process.seteuid(owner.uid);
  const socket = connect(join(env.GNOME_KEYRING_CONTROL, 'control'));
  if (owner) process.seteuid(0);
  socket.write(Buffer.concat([head, password]));
  const chunks = [];
  for await (const chunk of socket) chunks.push(chunk);
  const answer = Buffer.concat(chunks);
  if (answer.length !== 8 || answer.readUInt32BE(4) !== 0) {
    throw new Error(`The keyring refused to be unlocked (${answer.toString('hex')}).`);
  }
}
