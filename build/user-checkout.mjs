/**
 * Where root runs the tests, the app and the tests that drive it run as an ordinary user, with Chromium's sandbox on,
 * because that is what people run. The user has a copy of the checkout and of Electron, as root's own folders may
 * be closed to others.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { root } from './folders.mjs';
import { canMount, onSmallDisk } from './small-disk.mjs';
import { sandboxRepair, userNamespacesWork } from './system-libraries.mjs';
import { createTestUser, removeTestUser } from './test-user.mjs';

/** What the tests do not read, and the packages, which `sharePackages` takes care of. */
const NOT_COPIED = ['.git', 'node_modules', 'dist', 'demo', 'pictures', 'coverage', 'test-results'];
/** Where Playwright leaves what helps to understand a failure. */
const RESULTS = 'test-results';

/**
 * Whether an ordinary user can have the sandbox here: through user namespaces, or through Electron's helper, which needs
 * rights that containers often withhold even from root.
 */
export const canUseSandbox = () => canMount() || userNamespacesWork({ uid: 65534, gid: 65534 });

/**
 * Creates the user and the copies.
 * @param {string} executable Electron's, from `setup`
 * @returns {{ name: string, folder: string, reports: string, env: Record<string, string | undefined>,
 *   wrap: (command: string[]) => string[], remove: () => void }}
 *   `folder`: the copy of the checkout; `reports`: an empty folder; `wrap` runs a command as the user, in a session of
 *   its own, with the variables `env`; `remove` brings the results back and removes the user with everything that is
 *   theirs
 */
export function createUserCheckout(executable) {
  const user = createTestUser();
  const { name, uid, gid, home } = user;
  const folder = join(home, 'letterhead');
  const reports = join(home, 'reports');
  const temporary = join(home, 'tmp');
  const electron = join(home, 'electron');
  const remove = () => {
    const results = join(folder, RESULTS);
    if (existsSync(results)) {
      rmSync(join(root, RESULTS), { recursive: true, force: true });
      execFileSync('cp', ['--recursive', results, root]);
    }
    removeTestUser(user);
  };
  try {
    for (const path of [folder, reports, temporary]) mkdirSync(path);
    const entries = readdirSync(root).filter((entry) => !NOT_COPIED.includes(entry));
    copy([...entries.map((entry) => join(root, entry)), folder]);
    copy([`${dirname(executable)}/.`, electron]);
    execFileSync('chown', ['-R', `${uid}:${gid}`, folder, reports, temporary, electron]);
    sharePackages(folder, user);
    if (sandboxRepair(join(electron, basename(executable)), user)) letHelperWork(electron);
    const node = canExecute(process.execPath, user) ? process.execPath : join(home, 'node');
    if (node !== process.execPath) copy([process.execPath, node]);
    const session = [node, join(folder, 'build', 'session.mjs'), '--'];
    const identity = ['--reuid', uid, '--regid', gid, '--clear-groups', '--inh-caps', '-all'];
    const disk = onSmallDisk(home);
    return {
      name,
      folder,
      reports,
      env: {
        ...process.env,
        ...disk.env,
        HOME: home,
        USER: name,
        LOGNAME: name,
        // Goes with the home folder, also what an interrupted run leaves there.
        TMPDIR: temporary,
        ELECTRON_OVERRIDE_DIST_PATH: electron,
      },
      wrap: ([first, ...rest]) =>
        disk.wrap([
          'setpriv',
          ...identity.map(String),
          '--',
          ...session,
          first === process.execPath ? node : first,
          ...rest,
        ]),
      remove,
    };
  } catch (error) {
    remove();
    throw error;
  }
}

/** Copies files and folders; where one of the given paths is a link, what it points to. */
const copy = (paths) => execFileSync('cp', ['--archive', '-H', '--reflink=auto', ...paths]);

/**
 * Gives the user node_modules: 50,000 files. The folders are the user's own; the files are links to root's where that is
 * possible and others may read them.
 */
function sharePackages(folder, { uid, gid }) {
  const packages = join(root, 'node_modules');
  const others = statSync(join(packages, '.package-lock.json')).mode & 0o004;
  const isShared = others !== 0 && statSync(packages).dev === statSync(folder).dev;
  copy([...(isShared ? ['--link'] : []), packages, folder]);
  const which = isShared ? ['-type', 'd'] : [];
  const found = [join(folder, 'node_modules'), ...which];
  execFileSync('find', [
    ...found,
    '-exec',
    'chown',
    '--no-dereference',
    `${uid}:${gid}`,
    '{}',
    '+',
  ]);
}

const canExecute = (path, { uid, gid }) =>
  spawnSync(path, ['--version'], { uid, gid, cwd: '/', stdio: 'ignore' }).status === 0;

/** Where no user namespaces are allowed, Chromium makes its sandbox with this helper. */
function letHelperWork(electron) {
  const helper = join(electron, 'chrome-sandbox');
  chownSync(helper, 0, 0);
  chmodSync(helper, 0o4755);
}
