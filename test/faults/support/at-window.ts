/**
 * The person at the real window with real keys. Every action is recorded before it is done, and again when the
 * app shows that it is done.
 */
import { FIELD_NAMES, type FieldName } from '../../../src/shared/profile';
import type { Calls } from './calls';
import type { AppRun } from './app-run';
import {
  acknowledge,
  attempt,
  latest,
  note,
  withdraw,
  type Known,
  type Moment,
  type Seen,
} from './record';
import { pause } from './time';
import type { PersonsWindow } from './window';

/** The window and related tools. */
export interface AtWindow {
  window: PersonsWindow;
  calls: Calls;
  /** Stops main for this many ms. */
  stall: (ms: number) => Promise<void>;
}

/** Works at the window until the app is killed, only on these organizations. */
export async function workAtWindow(
  appRun: AppRun,
  at: AtWindow,
  organizations: readonly Known[],
): Promise<void> {
  const { random, alive } = appRun;
  const { window } = at;
  let one = random.pick(organizations);
  await window.open(one.name);
  while (alive()) {
    const dice = random.between(1, 100);
    if (dice <= 60) await type(appRun, window, one, random.pick(FIELD_NAMES));
    else if (dice <= 74) await save(appRun, at, one);
    else if (dice <= 78) await discardInWindow(appRun, window, one);
    else if (dice <= 85) one = await leaveAtOnce(appRun, window, one, organizations);
    else if (dice <= 92) await leaveWhileMainIsStopped(appRun, at, one, organizations);
    else one = await visit(window, random.pick(organizations));
    // A longer pause sometimes, so that not only the next field triggers storing the last text.
    await pause(random.chance(0.12) ? random.between(500, 1_500) : random.between(0, 120));
  }
}

/** Opens a page and checks what it shows. */
async function visit(window: PersonsWindow, to: Known): Promise<Known> {
  await window.open(to.name);
  await check(window, to);
  return to;
}

/** Checks that the typed texts are on the page. */
async function check(window: PersonsWindow, one: Known): Promise<void> {
  const { edits } = latest(one);
  for (const field of FIELD_NAMES) {
    const text = edits[field];
    if (text === undefined || one.under[field].has(text)) continue;
    const shown = await window.text(field);
    // A text that arrived meanwhile may be under it by now.
    if (shown === text || one.under[field].has(text)) continue;
    one.complaints.push(
      `${field}: the page shows ${JSON.stringify(shown)} where ${JSON.stringify(text)} was typed`,
    );
  }
}

/** Records a key that adds to the text of a field. */
function attemptKey(one: Known, field: FieldName, text: string, was: readonly string[]): Moment {
  const { edits, seen } = latest(one);
  return attempt(one, {
    what: 'typed',
    by: 'key',
    edits: { ...edits, [field]: text },
    seen: { ...seen, [field]: seen[field] ?? was },
  });
}

/** Replaces the text of a field in a few bursts of letters; returns the text it then shows. */
async function type(
  { random, alive, counts, serial }: AppRun,
  window: PersonsWindow,
  one: Known,
  field: FieldName,
): Promise<string | null> {
  const was = await window.select(field);
  let text = `p${serial()} `;
  let burst = text;
  for (let left = random.between(1, 6); left > 0 && alive(); left -= 1) {
    const moment = attemptKey(one, field, text, [was]);
    if (burst.length === 1) await window.key(burst);
    else await window.insert(burst);
    acknowledge(one, moment);
    counts['keystroke batches'] += 1;
    const shown = await window.text(field);
    if (shown !== text) {
      // Someone else's text arrived between the selection and the key, so the key added to it.
      moment.edits = { ...moment.edits, [field]: shown };
      moment.seen = { ...moment.seen, [field]: [was, shown.replace(burst, '')] };
      note(one, `${field} shows ${JSON.stringify(shown)}`);
      return null;
    }
    burst = random.chance(0.5) ? 'a' : 'quick'.slice(0, random.between(1, 5));
    if (left === 1) return text;
    text += burst;
    await pause(random.between(5, 160));
  }
  return null;
}

/** Types, leaves the page at once for another one or for Settings, and sometimes comes back. */
async function leaveAtOnce(
  appRun: AppRun,
  window: PersonsWindow,
  one: Known,
  organizations: readonly Known[],
): Promise<Known> {
  const { random, counts } = appRun;
  await type(appRun, window, one, random.pick(FIELD_NAMES));
  const isToSettings = random.chance(0.4);
  const to = random.pick(organizations);
  note(one, `left at once for ${isToSettings ? 'Settings' : to.name}`);
  if (isToSettings) await window.toSettings();
  else await window.open(to.name);
  counts['pages left at once after a key'] += 1;
  if (isToSettings || random.chance(0.6)) return visit(window, one);
  await check(window, to);
  return to;
}

/** Types, leaves the page and opens it again, while main is stopped and can neither store nor answer. */
async function leaveWhileMainIsStopped(
  appRun: AppRun,
  { window, stall }: AtWindow,
  one: Known,
  organizations: readonly Known[],
): Promise<void> {
  const { random, counts } = appRun;
  const field = random.pick(FIELD_NAMES);
  const text = await type(appRun, window, one, field);
  if (text === null) return;
  const other = random.pick(organizations);
  const pages = [random.chance(0.4) ? null : other.name, one.name];
  note(one, `leaves for ${pages.join(' and ')} while main is stopped`);
  const moment = attemptKey(one, field, `${text}z`, []);
  await window.typeAndLeaveSoon('z', pages);
  await stall(random.between(50, 500));
  await window.shows(one.name);
  const shown = await window.text(field);
  // If a text arrived meanwhile, the cursor may have been elsewhere.
  if (shown === `${text}z`) acknowledge(one, moment);
  else {
    withdraw(one, moment, `the page shows ${JSON.stringify(shown)}`);
    if (shown !== text && !one.under[field].has(text)) {
      one.complaints.push(
        `${field}: the page shows ${JSON.stringify(shown)} where ${JSON.stringify(text)} was typed`,
      );
    }
  }
  counts['pages left and opened while main was stopped'] += 1;
  await check(window, one);
}

/** What a review shows: the typed texts, and Cloudflare's copy beside a change that waits. */
async function reviewed(calls: Calls, one: Known) {
  const { edits, seen } = latest(one);
  const { change } = await calls.value('organizations', 'open', { organizationId: one.id });
  const isShown = change?.state === 'conflict' || change?.state === 'differs';
  if (!isShown || !change.remote) return { edits, seen };
  const shown: Seen = {};
  for (const field of FIELD_NAMES) shown[field] = [...(seen[field] ?? []), change.remote[field]];
  return { edits, seen: shown };
}

async function save({ counts }: AppRun, { window, calls }: AtWindow, one: Known): Promise<void> {
  if (!(await window.review())) return;
  const submitted = await reviewed(calls, one);
  const after = { what: 'saved in the window', by: 'call', edits: {}, seen: {} } as const;
  const moment = attempt(one, after, submitted);
  if (await window.save()) {
    acknowledge(one, moment);
    counts['changes saved in the window'] += 1;
  } else withdraw(one, moment, 'refused');
}

async function discardInWindow(
  { counts }: AppRun,
  window: PersonsWindow,
  one: Known,
): Promise<void> {
  const after = { what: 'discarded in the window', by: 'call', edits: {}, seen: {} } as const;
  const moment = attempt(one, after);
  if (await window.discard()) {
    acknowledge(one, moment);
    counts['drafts discarded'] += 1;
  } else withdraw(one, moment, 'nothing to discard');
}
