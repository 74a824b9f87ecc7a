/** What the tests of the sending machine look at in its world, and the moments they wait for. */
import { SyncWorld } from './world';

/** The remembered texts of the organization, oldest first. */
export const revisions = (world: SyncWorld) =>
  world.read((tables) => tables.revisions.of(world.id));

/** Their kinds. */
export const kinds = (world: SyncWorld) => revisions(world).map(({ kind }) => kind);

/** What is typed and not saved. */
export const draft = (world: SyncWorld) => world.read((tables) => tables.drafts.get(world.id));

/** Waits until the change is over: confirmed, and nothing on its way. */
export const gone = (world: SyncWorld) => world.until(() => world.row() === null && !world.busy());

/** Waits until the change is in conflict; the clock stands still. */
export const conflict = (world: SyncWorld) =>
  world.until(() => world.row()?.state === 'conflict' && !world.busy(), { clock: false });

/** Asks Cloudflare for the profile, on behalf of somebody who looks at it, or not. */
export const look = (world: SyncWorld, looking = true) =>
  world.refresher.refresh(world.id, { looking });

/** A world in which name and phone were changed on both sides, and the address only by us. */
export async function conflicting(): Promise<SyncWorld> {
  const world = await SyncWorld.start();
  world.standin.setProfile(world.id, {
    business_name: 'Theirs',
    business_phone: '+1 2',
    external_metadata: 'from them',
  });
  world.submit({ business_name: 'Mine', business_phone: '+1 1', business_address: 'Here' });
  await conflict(world);
  return world;
}
