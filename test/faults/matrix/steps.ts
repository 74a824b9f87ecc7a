/** The requests of a send (steps): how to make a send include each one, and how to match it. */
import type { SignInKind } from '../../../src/shared/sign-in';
import type { Match } from '../../standin/index';
import { SyncHarness } from '../../unit/sync/harness';
import type { Asked } from './expected';

/** A request of a send. */
export interface Step {
  name: string;
  asked: Asked;
  /** Makes a send include this request. */
  prepare(harness: SyncHarness): void;
  match(harness: SyncHarness): Match;
}

/** More than the maximum age of the copy on which a write is based, in ms. */
const TOO_OLD_MS = 2_001;

const nothing = (): void => undefined;
const profile = (method: string, nth: number) => (): Match => ({ method, path: '/profile', nth });

/** How to match each request of a send. */
export const request = {
  read: (nth: number) => profile('GET', nth),
  write: profile('PUT', 1),
  entry: ({ id, kind }: SyncHarness): Match => ({
    path: new RegExp(`/${kind === 'token' ? 'accounts' : 'organizations'}/${id}$`),
    nth: 1,
  }),
  signIn: ({ kind }: SyncHarness): Match => ({
    path: kind === 'token' ? '/user/tokens/verify' : '/user',
    nth: 1,
  }),
};

/** How long Cloudflare shows the other entry of a profile an older copy, in ms. */
export const PROPAGATION_MS = 4 * 60_000;

/**
 * Starts a harness with an organization opened with a key, or an account opened with a token. Another account shows the
 * same profile, late.
 */
export async function startOne(kind: SignInKind): Promise<SyncHarness> {
  const started: { harness?: SyncHarness } = {};
  const now = () => started.harness?.clock.now() ?? Date.UTC(2026, 10, 24, 9);
  const options = { organizations: 1, accounts: 2, now };
  const harness =
    kind === 'token' ? await SyncHarness.startWithToken(options) : await SyncHarness.start(options);
  started.harness = harness;
  if (kind === 'key') harness.addAccount(otherEntry(harness), harness.id);
  harness.standin.delayPropagation(otherEntry(harness), PROPAGATION_MS);
  return harness;
}

/** The other entry that shows the profile. */
export function otherEntry({ kind, standin }: SyncHarness): string {
  return [...standin.accounts.keys()][kind === 'token' ? 1 : 0]!;
}

/** Removes the profile, in the app and at Cloudflare. Reading it then includes a request for the entry itself. */
export function withoutProfile(harness: SyncHarness): void {
  harness.standin.setProfile(harness.id, null);
  harness.write((tables) => {
    const row = tables.profiles.get(harness.id);
    if (row) tables.profiles.put({ ...row, fields: null });
  });
}

/** Makes the disk so slow that the copy is too old when it is time to write, and must be read again. */
export function slowDisk(harness: SyncHarness): void {
  const { deps, clock } = harness;
  const { database } = deps;
  let slow = true;
  deps.database = {
    ...database,
    write(work) {
      const written = database.write(work);
      if (slow) clock.sleep(TOO_OLD_MS);
      slow = false;
      return written;
    },
  };
}

/** Cloudflare refuses the entry once, so the app checks whether the sign-in is the reason. */
function refusedOnce(harness: SyncHarness): void {
  harness.standin.faults.add({ mode: '403-10000', match: request.read(1)() });
}

/** Every request of a send. */
export const steps: readonly Step[] = [
  { name: 'reading', asked: 'copy', prepare: nothing, match: request.read(1) },
  {
    name: 'checking that the entry exists',
    asked: 'copy',
    prepare: withoutProfile,
    match: request.entry,
  },
  { name: 'reading again', asked: 'copy', prepare: slowDisk, match: request.read(2) },
  {
    name: 'checking the sign-in',
    asked: 'sign-in',
    prepare: refusedOnce,
    match: request.signIn,
  },
  { name: 'writing', asked: 'write', prepare: nothing, match: request.write },
  {
    name: 'writing the first profile',
    asked: 'write',
    prepare: withoutProfile,
    match: request.write,
  },
  { name: 'reading back', asked: 'copy', prepare: nothing, match: request.read(2) },
];
