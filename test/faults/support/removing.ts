/** Removes an entry from the app, and adds it again, as the person does on its page and on the page *Add*. */
import type { Hold } from '../../standin';
import type { AppRun } from './app-run';
import type { Calls } from './calls';
import { note, type Known } from './record';
import { now, pause, until } from './time';

/** What removing an entry needs of its surroundings. */
export interface Removing {
  /** Keeps the next read of a profile waiting. */
  holdReads(one: Known): Hold;
  /** Called when an entry was removed. */
  onRemoved(one: Known): void;
}

/** How long a write may still be on its way after its change was discarded, in ms. */
const ON_ITS_WAY_MS = 3_000;

/** Whether a text that the person discarded may still arrive. */
const mayStillArrive = ({ decisions }: Known): boolean =>
  decisions.some(({ at }) => at > now() - ON_ITS_WAY_MS);

/** Removes an entry with its drafts and its change. Returns false if the app refused, because it is being written. */
export async function remove(calls: Calls, one: Known, { onRemoved }: Removing): Promise<boolean> {
  if (mayStillArrive(one)) return false;
  const entryId = one.id;
  const { losses } = await calls.value('organizations', 'removal', { entryId });
  one.presence = 'being removed';
  note(one, 'removes it');
  const request = { entryId, losses, signInId: null };
  const { ok } = await calls.outcome('organizations', 'remove', request);
  if (ok) onRemoved(one);
  else one.presence = 'there';
  return ok;
}

/** Adds an entry again that was removed, from the list of what its sign-in can see. Returns false if the run ended before. */
export async function addAgain(
  { alive }: Pick<AppRun, 'alive'>,
  calls: Calls,
  one: Known,
): Promise<boolean> {
  // Only keys list organizations, and only tokens list accounts.
  const listedBy = one.kind === 'account' ? 'token' : 'key';
  const signIn = (await calls.value('signIns', 'list')).find(({ kind }) => kind === listedBy)!;
  one.presence = 'being added';
  note(one, 'adds it again');
  const end = await until(`${one.name} to be added again`, async () => {
    if (!alive()) return 'stopped';
    // A list this short starts with all of its rows ticked.
    const found = await calls.outcome('additions', 'list', { signInId: signIn.id, onlyNew: true });
    if (found.ok) await calls.value('additions', 'add');
    if (!(await calls.outcome('organizations', 'removal', { entryId: one.id })).ok) {
      // Each try takes requests of the rate limit.
      await pause(100);
      return false;
    }
    one.presence = 'there';
    note(one, 'added');
    return 'added';
  });
  return end === 'added';
}

/** Adds again what was removed when the run before was killed, and reads what that one had not read. */
export async function complete(
  appRun: Pick<AppRun, 'alive'>,
  calls: Calls,
  organizations: readonly Known[],
): Promise<void> {
  for (const one of organizations) {
    const entryId = one.id;
    if (one.presence === 'removed' && !(await addAgain(appRun, calls, one))) return;
    await until(`${one.name} to be read`, async () => {
      const { profile } = await calls.value('organizations', 'open', { entryId });
      if (profile || !appRun.alive()) return true;
      await calls.outcome('organizations', 'refresh', { entryId });
      await pause(100);
      return false;
    });
  }
}

/** Whether only the person who makes calls can work with an entry: it is to be added or read first. */
export const isIncomplete = ({ presence, judged }: Known): boolean =>
  presence !== 'there' || judged.saved === null;
