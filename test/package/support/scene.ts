/**
 * The setup (the scene) shared by the tests of the installed package: a user account of this machine (the person), and
 * a stand-in for Cloudflare's API. The app contains no code for this: a hosts file in the test's mount namespace
 * points the API's name to the stand-in, whose certificate the user trusts.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { startStandin, type Standin } from '../../standin';
import { selfSigned } from '../../standin/self-signed';
import { Window } from './accessible';
import { EXECUTABLE, installOnce } from './debian';
import { DEB } from './package';
import { createPerson, ended, type Person } from './person';
import { processesOf } from './processes';

/** Without this switch the app's window is not on the accessibility bus. */
const ACCESSIBILITY = '--force-renderer-accessibility';

/** Starts a program with core dumps enabled. A shell would drop variables with names that are unusual. */
const WITH_CORE_DUMPS = ['prlimit', '--core=unlimited'] as const;

/** A host name that stands for someone else's machine. The hosts file points it to this machine. */
export const ELSEWHERE = 'elsewhere.example';

/** The running app. */
export interface Running {
  app: ReturnType<Person['start']>;
  window: Window;
  /** Quits it like a person, and waits until no process is left. Resolves to whether it ended as it should. */
  quit(): Promise<boolean>;
}

/** The test setup. */
export interface Scene {
  /** A folder for the test's files. */
  folder: string;
  person: Person;
  standin: Standin;
  /** Key and certificate of the stand-in, which the person trusts. */
  tls: { key: string; cert: string };
  /** The app's data. */
  data: string;
  /** Starts the app as the person. */
  start(switches?: string[], variables?: Record<string, string>): Promise<Running>;
  /** The first run: a sign-in whose key is kept in the keychain, and the first organization. */
  setUp(running: Running): Promise<void>;
  /** Kills the app. */
  endApp(): Promise<void>;
  end(): Promise<void>;
}

/**
 * Whether the packed Electron has the fault of 33.2.1, which newer ones do not have: while it quits, it may delete the object
 * of a finished request twice (github.com/electron/electron/pull/45366). All data is closed by then.
 */
const mayCrashAtExit = (): boolean =>
  readFileSync(join(dirname(EXECUTABLE), 'version'), 'utf8').trim() === 'v33.2.1';

/** Waits until no process of the app is left. */
export async function allGone(): Promise<void> {
  const commandLines = (): string[] =>
    processesOf(EXECUTABLE).map(({ commandLine }) => commandLine);
  await expect.poll(commandLines, { timeout: 60_000 }).toEqual([]);
}

/** Creates the setup; with `installed` the package is installed, too. It stays for the next file (removed.ts). */
export async function setScene({ installed = false } = {}): Promise<Scene> {
  const folder = mkdtempSync(join(tmpdir(), 'letterhead-package-'));
  const tls = await selfSigned('api.cloudflare.com');
  const standin = await startStandin({ organizations: 3, port: 443, tls });
  const hosts = join(folder, 'hosts');
  writeFileSync(hosts, `127.0.0.1 localhost api.cloudflare.com ${ELSEWHERE}\n`);
  execFileSync('mount', ['--bind', hosts, '/etc/hosts']);
  const person = await createPerson(tls.cert);
  if (installed) installOnce(DEB);

  const start: Scene['start'] = async (switches = [], variables = {}) => {
    const [command, limit] = WITH_CORE_DUMPS;
    const app = person.start(command, [limit, 'letterhead', ACCESSIBILITY, ...switches], variables);
    const window = await Window.of(person);
    const quit = async (): Promise<boolean> => {
      window.keys('ctrl+q');
      await ended(app);
      await window.close();
      if (app.signalCode !== 'SIGSEGV' || !mayCrashAtExit()) {
        expect([app.exitCode, app.signalCode]).toEqual([0, null]);
      }
      await allGone();
      return app.exitCode === 0;
    };
    return { app, window, quit };
  };

  return {
    folder,
    person,
    standin,
    tls,
    start,
    data: join(person.home, '.config', 'Letterhead'),
    async setUp({ window }) {
      const [first] = [...standin.organizations.values()];
      const { email, key } = standin.signIns[0]!;
      await window.press({ role: 'button', name: 'Add organizations' });
      await window.press({ role: 'radio button', name: 'Email and Global API Key' });
      await window.type({ role: 'entry', name: 'Name for this sign-in' }, 'Head office');
      await window.type({ role: 'entry', name: 'Account email' }, email);
      await window.type({ role: 'password text', name: 'Global API Key' }, key);
      // Enter cancels; the button before that one adds.
      await window.answerDialog(
        () => window.press({ role: 'button', name: 'Continue' }),
        'shift+Tab',
        'Return',
      );
      // All three are already ticked.
      await window.press({ role: 'check box', name: 'Select all' });
      await window.press({ role: 'check box', name: first!.name });
      await window.press({ role: 'button', name: 'Add selected' });
      await window.find({ role: 'heading', name: first!.name });
    },
    async endApp() {
      for (const { pid } of processesOf(EXECUTABLE)) {
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          // It ended with the main process, killed just before.
        }
      }
      await allGone();
    },
    async end() {
      await person.leave();
      execFileSync('umount', ['/etc/hosts']);
      await standin.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
