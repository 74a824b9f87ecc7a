/** Lets everything settle: the person makes every decision until nothing is pending. */
import { touchedFields } from '../../../src/shared/patch';
import { submit } from './by-calls';
import type { Calls } from './calls';
import { Gone } from './debugger';
import { decide, discardChange, retry } from './deciding';
import { lastAction, type SaveRecord } from './save-record';
import { actOn } from './saves-by-calls';
import type { AppRun } from './app-run';
import { note, noteTyped, type Known } from './record';
import { pause, until } from './time';

/** Time limit for settling one organization, in ms. */
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
    await calls.value('organizations', 'refresh', { entryId: known.id });
    known.moments = [{ ...known.moments[0]!, edits: {}, seen: {} }];
    note(known, 'settled');
  }
  for (const { id } of organizations.filter(({ siblings }) => siblings.length > 0)) {
    // Another entry of the record may have been written since it was read.
    await calls.value('organizations', 'refresh', { entryId: id });
  }
  await closeAll(calls, saves);
}

/**
 * Saves a text through each entry of a shared record, while the page of an unrelated one is open. The other entries
 * must show it without being asked for it, and say who wrote it. Call when everything has settled.
 */
export async function writeThroughEach(
  appRun: Pick<AppRun, 'random' | 'serial' | 'counts'>,
  calls: Calls,
  organizations: readonly Known[],
): Promise<void> {
  const [unrelated] = organizations.filter(({ siblings }) => siblings.length === 0);
  for (const one of organizations.filter(({ siblings }) => siblings.length > 0)) {
    const view = await calls.value('organizations', 'open', { entryId: one.id });
    await submit(appRun, calls, one, view);
    await calls.value('organizations', 'open', { entryId: unrelated!.id });
    const { edits } = one.submissions.at(-1)!;
    for (const { id } of one.siblings) {
      const page = { entryId: id, before: null };
      const shown = await until('another entry to show a text', async () => {
        const [newest] = (await calls.value('history', 'list', page)).revisions;
        const isShown = touchedFields(edits).every((at) => newest?.texts[at] === edits[at]);
        return isShown ? newest : null;
      }).catch((error: unknown) => {
        if (error instanceof Gone) throw error;
        return null;
      });
      if (!shown) one.complaints.push('another entry does not show the text that was saved here');
      else if (shown.author?.by !== 'entry' || shown.author.name !== one.name) {
        one.complaints.push(`another entry calls its text that of ${JSON.stringify(shown.author)}`);
      }
    }
    note(one, 'looked at the other entries');
  }
}

/** Does what an organization waits for. Returns whether nothing is pending. */
async function settle(person: Person, calls: Calls, known: Known): Promise<boolean> {
  const entryId = known.id;
  const view = await calls.value('organizations', 'open', { entryId });
  const number = view.draftNumber + 1;
  if (view.draft) noteTyped(known);
  if (view.draft) await calls.value('drafts', 'discard', { entryId, number });
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
  for (const run of await calls.value('saves', 'list')) {
    const save = saves.find(({ id }) => id === run.id);
    if (!save) throw new Error(`No one submitted the save ${run.id}`);
    if (run.state !== 'ended')
      throw new Error(`Nothing waits, and the save ${run.id} is ${run.state}`);
    if (!lastAction(save, ['close'])) await actOn(calls, save, 'close');
  }
}
