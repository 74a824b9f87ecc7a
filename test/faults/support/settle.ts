/** Lets everything settle: the person makes every decision until nothing is pending. */
import type { Calls } from './calls';
import { decide, discardChange, retry } from './deciding';
import { lastAction, type SaveRecord } from './save-record';
import { actOn } from './saves-by-calls';
import type { AppRun } from './app-run';
import { note, noteTyped, type Known } from './record';
import { pause, until } from './time';

/** Time limit for settling, and for reading, one organization, in ms. */
const LIMIT_MS = 60_000;

type Person = Pick<AppRun, 'random' | 'counts'>;

/** Lets everything settle. Rejects if something is still pending at the time limit. */
export async function settleAll(
  person: Person,
  calls: Calls,
  organizations: readonly Known[],
  saves: readonly SaveRecord[],
): Promise<void> {
  await calls.value('connection', 'tryNow');
  for (const save of saves.filter((one) => !lastAction(one, ['close']))) {
    await actOn(calls, save, 'resume');
    await actOn(calls, save, 'retry');
  }
  for (const known of organizations) {
    const settled = (): Promise<boolean> => settle(person, calls, known);
    await until(`${known.name} to settle`, settled, LIMIT_MS);
    known.moments = [{ ...known.moments[0]!, edits: {}, seen: {} }];
    note(known, 'settled');
  }
  for (const { id, name } of organizations) {
    // The profile may have been written through another entry, after which this one is not read for a while.
    const isRead = async (): Promise<boolean> =>
      (await calls.value('organizations', 'refresh', { entryId: id })).refreshFailure === null;
    await until(`${name} to be read`, isRead, LIMIT_MS);
  }
  await closeAll(calls, saves);
}

/** Does what an organization waits for. Returns whether nothing is pending. */
async function settle(person: Person, calls: Calls, known: Known): Promise<boolean> {
  const entryId = known.id;
  const view = await calls.value('organizations', 'open', { entryId });
  const number = view.editNumber + 1;
  if (view.draft) {
    noteTyped(known);
    await calls.value('drafts', 'discard', { entryId, number });
  }
  if (!view.change) return true;
  const waits = view.change.state === 'conflict' || view.change.state === 'differs';
  if (waits && person.random.chance(0.8)) await decide(person, calls, known, view);
  else if (waits) await discardChange(person, calls, known, view);
  else if (view.change.step === null) await retry(calls, known, view);
  await pause(50);
  return false;
}

/** Closes all saves. Throws if one has not ended. */
async function closeAll(calls: Calls, saves: readonly SaveRecord[]): Promise<void> {
  for (const { id, state } of await calls.value('saves', 'list')) {
    const save = saves.find((one) => one.id === id);
    if (!save) throw new Error(`No one submitted the save ${id}`);
    if (state !== 'ended') throw new Error(`Nothing is pending, but the save ${id} is ${state}`);
    if (!lastAction(save, ['close'])) await actOn(calls, save, 'close');
  }
}
