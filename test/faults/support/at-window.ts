/**
 * The simulated person who uses the real window with real keystrokes. Every action is recorded twice: before it is
 * done, and when the window shows that it is done.
 */
import type { OrganizationView } from '../../../src/shared/organization';
import { touchedFields } from '../../../src/shared/patch';
import { FIELD_NAMES, type FieldName } from '../../../src/shared/profile';
import type { Calls } from './calls';
import type { AppRun } from './app-run';
import {
  acknowledge,
  attempt,
  latest,
  mayHaveComeBack,
  note,
  withdraw,
  type Known,
  type Moment,
  type Seen,
} from './record';
import { pause } from './time';
import type { AppWindow } from './window';

/** What the person works with. */
export interface WindowActorOptions {
  window: AppWindow;
  calls: Calls;
  /** Stops the main process for this many ms. */
  stall: (ms: number) => Promise<void>;
}

/** Works at the window until the app is killed. Edits only these organizations. */
export async function actInWindow(
  appRun: AppRun,
  at: WindowActorOptions,
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
    // Sometimes pauses for longer, so that texts are also stored by the autosave timer, not only when the person
    // goes to the next field.
    await pause(random.chance(0.12) ? random.between(500, 1_500) : random.between(0, 120));
  }
}

/** Opens the page of an organization and checks what it shows. */
async function visit(window: AppWindow, to: Known): Promise<Known> {
  await window.open(to.name);
  await check(window, to);
  return to;
}

/** Checks that the typed texts are on the page. */
async function check(window: AppWindow, one: Known): Promise<void> {
  const { edits } = latest(one);
  for (const field of FIELD_NAMES) {
    const text = edits[field];
    if (text === undefined || one.under[field].has(text)) continue;
    const shown = await window.text(field);
    // The typed text may equal a text that has arrived meanwhile, and is no longer an edit then.
    if (shown === text || one.under[field].has(text)) continue;
    one.complaints.push(
      `${field}: the page shows ${JSON.stringify(shown)} where ${JSON.stringify(text)} was typed`,
    );
  }
}

/** Records a keystroke after which the field should have this text. */
function attemptKey(one: Known, field: FieldName, text: string, was: readonly string[]): Moment {
  const { edits, seen } = latest(one);
  return attempt(one, {
    what: 'typed',
    by: 'key',
    edits: { ...edits, [field]: text },
    seen: { ...seen, [field]: seen[field] ?? was },
  });
}

/** Replaces the text of a field by typing a few bursts of letters. Returns the text that the field then shows. */
async function type(
  { random, alive, counts, serial }: AppRun,
  window: AppWindow,
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
      // Someone else's text arrived after the old text was selected, so the letters were added to that text.
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

/** Types, immediately goes to another page or to Settings, and sometimes comes back. */
async function leaveAtOnce(
  appRun: AppRun,
  window: AppWindow,
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

/** Types, leaves the page and opens it again, while the main process is stopped and can neither store nor answer. */
async function leaveWhileMainIsStopped(
  appRun: AppRun,
  { window, stall }: WindowActorOptions,
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
  // If a text arrived meanwhile, the letter may have been inserted elsewhere.
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

/** The draft with the texts that an act over many organizations added. */
function withOffered(one: Known, { draft }: OrganizationView) {
  const edits = { ...latest(one).edits };
  const seen = { ...latest(one).seen };
  for (const field of touchedFields(draft?.patch ?? {})) {
    const { text, base } = draft!.patch[field]!;
    if (edits[field] !== undefined || !mayHaveComeBack(one, field, text)) continue;
    edits[field] = text;
    seen[field] = base == null ? [] : [base];
  }
  return { edits, seen };
}

/** Reads what the review shows: the typed texts, and Cloudflare's copy if the change waits for a decision. */
async function reviewed(calls: Calls, one: Known) {
  const view = await calls.value('organizations', 'open', { entryId: one.id });
  const { change } = view;
  const { edits, seen } = withOffered(one, view);
  const isShown = change?.state === 'conflict' || change?.state === 'differs';
  if (!isShown || !change.remote) return { edits, seen };
  const shown: Seen = {};
  for (const field of FIELD_NAMES) shown[field] = [...(seen[field] ?? []), change.remote[field]];
  return { edits, seen: shown };
}

async function save(
  { counts }: AppRun,
  { window, calls }: WindowActorOptions,
  one: Known,
): Promise<void> {
  if (!(await window.review())) return;
  const submitted = await reviewed(calls, one);
  const after = { what: 'saved in the window', by: 'call', edits: {}, seen: {} } as const;
  const moment = attempt(one, after, submitted);
  if (await window.save()) {
    acknowledge(one, moment);
    counts['changes saved in the window'] += 1;
  } else withdraw(one, moment, 'refused');
}

async function discardInWindow({ counts }: AppRun, window: AppWindow, one: Known): Promise<void> {
  const after = { what: 'discarded in the window', by: 'call', edits: {}, seen: {} } as const;
  const moment = attempt(one, after);
  if (await window.discard()) {
    acknowledge(one, moment);
    counts['drafts discarded'] += 1;
  } else withdraw(one, moment, 'nothing to discard');
}
