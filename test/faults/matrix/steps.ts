/** The requests of a send, each with what must be so that it is made, and how a fault finds it. */
import type { Match } from '../../standin/index';
import type { SyncHarness } from '../../unit/sync/harness';
import type { Asked } from './expected';

/** One request of a send. */
export interface Step {
  name: string;
  asked: Asked;
  /** Makes a send come by here. */
  prepare(world: SyncHarness): void;
  match(world: SyncHarness): Match;
}

/** Older than a copy may be that a write is based on, in ms. */
const TOO_OLD_MS = 2_001;

const nothing = (): void => undefined;
const profile = (method: string, nth: number) => (): Match => ({ method, path: '/profile', nth });

/** How each request of a send is found. */
export const request = {
  read: (nth: number) => profile('GET', nth),
  write: profile('PUT', 1),
  organization: ({ id }: SyncHarness): Match => ({
    path: new RegExp(`/organizations/${id}$`),
    nth: 1,
  }),
  user: (): Match => ({ path: '/user', nth: 1 }),
};

/** There is no profile yet, here and there: reading it asks for the organization as well. */
export function withoutProfile(world: SyncHarness): void {
  world.standin.setProfile(world.id, null);
  world.write((tables) => {
    const row = tables.profiles.get(world.id);
    if (row) tables.profiles.put({ ...row, fields: null });
  });
}

/** The disk takes so long to remember what is to be written that the copy must be read again. */
export function slowDisk(world: SyncHarness): void {
  const { deps, clock } = world;
  const { store } = deps;
  let slow = true;
  deps.store = {
    ...store,
    write(work) {
      const written = store.write(work);
      if (slow) clock.set(clock.now() + TOO_OLD_MS);
      slow = false;
      return written;
    },
  };
}

/** Cloudflare refuses the organization once: only the sign-in itself can say whose fault that is. */
function refusedOnce(world: SyncHarness): void {
  world.standin.faults.add({ mode: '403-10000', match: request.read(1)() });
}

/** Every request that a send can make. */
export const steps: readonly Step[] = [
  { name: 'reading', asked: 'copy', prepare: nothing, match: request.read(1) },
  {
    name: 'asking whether there is an organization',
    asked: 'copy',
    prepare: withoutProfile,
    match: request.organization,
  },
  { name: 'reading again', asked: 'copy', prepare: slowDisk, match: request.read(2) },
  {
    name: 'asking whose the sign-in is',
    asked: 'user',
    prepare: refusedOnce,
    match: request.user,
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
