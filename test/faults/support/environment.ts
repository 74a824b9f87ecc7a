/**
 * The environment in which the app runs: a keyring, a stand-in (a fake Cloudflare API server), and a data folder in
 * which the first run is completed.
 */
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startKeyring, type Keyring } from '../../../build/keyring.mjs';
import {
  sampleToken,
  startStandin,
  type ApiToken,
  type KeySignIn,
  type Standin,
} from '../../standin';
import { seedUserData } from '../../e2e/support/seed-user-data';
import { createCalls, type Calls } from './calls';
import type { PageDebugger } from './debugger';
import { plainProfile } from './outside';
import { begin, shareRecord, type Known } from './record';
import type { Stall } from './stalls';
import { until } from './time';
import { AppProcess } from './app-process';
import { AppWindow } from './window';

/** How long the app waits for a response, in ms. Short, because some faults never respond. */
export const TIME_LIMIT_MS = 1_500;
/** How long the other entries of an organization wait after a write, in ms, instead of five minutes. */
const SHARED_WAIT_MS = 6_000;
/** How long Cloudflare shows the others an older copy, in ms. */
const PROPAGATION_MS = 1_500;

/** A running app with its window. */
export interface Started {
  appProcess: AppProcess;
  page: PageDebugger;
  window: AppWindow;
  calls: Calls;
}

/** The environment of a test. */
export interface Environment {
  standin: Standin;
  keyring: Keyring;
  userData: string;
  /** Every API key and token; none may be in a file. */
  keys: readonly string[];
  known: Map<string, Known>;
  /** When the main process was stopped. */
  stalls: Stall[];
  /** Starts the app, optionally with more environment variables or a different data folder. */
  start(other?: { userData?: string; variables?: Record<string, string> }): AppProcess;
  /** Starts the app, optionally with more environment variables, and waits for its window. */
  startWithWindow(variables?: Record<string, string>): Promise<Started>;
  /** Stops everything, and removes the data folder. */
  stop(): Promise<void>;
}

const hex = (seed: string, length: number): string =>
  createHash('sha256').update(seed).digest('hex').slice(0, length);

function keySignIns(count: number): KeySignIn[] {
  return Array.from({ length: count }, (_, place) => ({
    email: `office${place}@brightwater.example`,
    key: hex(`key of the fault tests ${place}`, 37),
    userId: hex(`user of the fault tests ${place}`, 32),
  }));
}

/** A token of the first user. Cloudflare counts its requests and those with the user's key together. */
const tokenOf = ({ userId }: KeySignIn): ApiToken => ({ ...sampleToken, userId });

/**
 * Starts an environment. Sign-ins and entries are saved, with their profiles: where there are accounts by the app itself.
 * @param accounts number of accounts, which a token opens. The first one shows the record of the first
 * organization, the others have records of their own.
 */
export async function startEnvironment({
  signIns = 1,
  organizations = 1,
  accounts = 0,
} = {}): Promise<Environment> {
  const keyring = await startKeyring({ state: 'unlocked' });
  const users = keySignIns(signIns);
  const standin = await startStandin({
    organizations,
    accounts,
    signIns: users,
  });
  const [shared, ...separate] = [...standin.accounts.values()];
  for (const account of separate) account.managedBy = null;
  standin.tokens.splice(0, Infinity);
  if (accounts > 0) {
    standin.tokens.push({ ...tokenOf(users[0]!), accounts: [...standin.accounts.keys()] });
  }
  const userData = await mkdtemp(join(tmpdir(), 'letterhead-faults-'));
  const known = new Map<string, Known>();
  const stalls: Stall[] = [];
  [...standin.organizations.values(), ...separate].forEach(({ id, name }, place) => {
    standin.setProfile(id, plainProfile(place));
    const kind = standin.organizations.has(id) ? 'organization' : 'account';
    known.set(id, begin(id, name, plainProfile(place), stalls, kind));
  });
  if (shared) {
    const first = known.get(shared.managedBy!.parentOrgId)!;
    const { id, name } = shared;
    const account = begin(id, name, standin.profileOf(id)!, stalls, 'account');
    shareRecord(first, account);
    known.set(id, account);
    for (const one of [first, account]) standin.delayPropagation(one.id, PROPAGATION_MS);
  }
  const env = {
    ...process.env,
    ...keyring.env,
    LETTERHEAD_API_URL: standin.url,
    LETTERHEAD_TIME_LIMIT_MS: String(TIME_LIMIT_MS),
    LETTERHEAD_SHARED_WAIT_MS: String(SHARED_WAIT_MS),
  };
  const started: AppProcess[] = [];
  const environment: Environment = {
    standin,
    keyring,
    userData,
    keys: [...users.map(({ key }) => key), ...standin.tokens.map(({ value }) => value)],
    known,
    stalls,
    start(other = {}) {
      const appProcess = AppProcess.start({
        userData: other.userData ?? userData,
        env: { ...env, ...other.variables },
      });
      started.push(appProcess);
      appProcess.recordWaits(stalls);
      return appProcess;
    },
    async startWithWindow(variables = {}) {
      const appProcess = environment.start({ variables });
      const page = await appProcess.window();
      const window = new AppWindow(page);
      await window.usable();
      return { appProcess, page, window, calls: createCalls(page) };
    },
    async stop() {
      for (const appProcess of started) if (appProcess.isRunning) await appProcess.kill('all');
      await standin.close();
      await keyring.stop();
      await rm(userData, { recursive: true, force: true });
    },
  };
  try {
    if (accounts > 0) await firstRun(environment);
    else seedUserData(userData, standin, keyring);
  } catch (error) {
    await environment.stop();
    throw error;
  }
  return environment;
}

/** Adds every sign-in, and the organizations in turn to each of them, the accounts to the token. Adding reads the profiles. */
async function firstRun({ start, standin, known }: Environment): Promise<void> {
  const appProcess = start();
  const page = await appProcess.window();
  await until('the welcome page', () =>
    page.evaluate<boolean>(`document.querySelector('button') !== null`),
  );
  const calls = createCalls(page);
  const all = [...known.values()].filter(({ id }) => standin.organizations.has(id));
  const kept = { keep: 'keychain', readOnly: false } as const;
  for (const [place, { email, key }] of standin.signIns.entries()) {
    const typed = { kind: 'key', label: `Office ${place}`, email, key } as const;
    const { signInId } = await calls.value('signIns', 'add', { ...typed, ...kept });
    const own = all.filter((_, index) => index % standin.signIns.length === place);
    for (const { id } of own)
      await calls.value('organizations', 'addById', { signInId, entryId: id });
  }
  for (const { value, accounts } of standin.tokens) {
    const typed = { kind: 'token', label: 'Branches', key: value } as const;
    const { signInId } = await calls.value('signIns', 'add', { ...typed, ...kept });
    for (const entryId of accounts) {
      await calls.value('organizations', 'addById', { signInId, entryId });
    }
  }
  await appProcess.kill('all');
}
