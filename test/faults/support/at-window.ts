/**
 * The person at the real window with real keys. Whatever they do is written into the record before it
 * is done, and again when the app shows that it is.
 */
import { FIELD_NAMES, type FieldName } from '../../../src/shared/profile';
import type { Life } from './life';
import { acknowledge, attempt, latest, note, withdraw, type Known } from './record';
import { pause } from './time';
import type { PersonsWindow } from './window';

/** Works at the window until the life is over, only on the organizations given. */
export async function workAtWindow(
  life: Life,
  window: PersonsWindow,
  organizations: readonly Known[],
): Promise<void> {
  const { random, alive } = life;
  let one = random.pick(organizations);
  await window.open(one.name);
  while (alive()) {
    const dice = random.between(1, 100);
    if (dice <= 72) await type(life, window, one, random.pick(FIELD_NAMES));
    else if (dice <= 88) await save(life, window, one);
    else if (dice <= 92) await discardInWindow(life, window, one);
    else {
      one = random.pick(organizations);
      await window.open(one.name);
    }
    await pause(random.between(0, 120));
  }
}

/** Replaces the text of a field, in a few bursts of letters. */
async function type(
  { random, alive, counts, serial }: Life,
  window: PersonsWindow,
  one: Known,
  field: FieldName,
): Promise<void> {
  const was = await window.select(field);
  let text = `p${serial()} `;
  let burst = text;
  for (let left = random.between(1, 6); left > 0 && alive(); left -= 1) {
    const { edits, began } = latest(one);
    const moment = attempt(one, {
      what: 'typed',
      by: 'key',
      edits: { ...edits, [field]: text },
      began: { ...began, [field]: began[field] ?? [was] },
    });
    if (burst.length === 1) await window.key(burst);
    else await window.insert(burst);
    acknowledge(one, moment);
    counts['keystroke batches'] += 1;
    const shown = await window.text(field);
    if (shown !== text) {
      // Somebody else's text came in between the selection and the key: it was added to, not replaced.
      moment.edits = { ...moment.edits, [field]: shown };
      moment.began = { ...moment.began, [field]: [was, shown.replace(burst, '')] };
      note(one, `${field} shows ${JSON.stringify(shown)}`);
      return;
    }
    burst = random.chance(0.5) ? 'a' : 'quick'.slice(0, random.between(1, 5));
    text += burst;
    await pause(random.between(5, 160));
  }
}

async function save({ counts }: Life, window: PersonsWindow, one: Known): Promise<void> {
  if (!(await window.review())) return;
  const submitted = latest(one);
  const after = { what: 'saved in the window', by: 'call', edits: {}, began: {} } as const;
  const moment = attempt(one, after, submitted);
  if (await window.save()) {
    acknowledge(one, moment);
    counts['changes saved in the window'] += 1;
  } else withdraw(one, moment, 'refused');
}

async function discardInWindow({ counts }: Life, window: PersonsWindow, one: Known): Promise<void> {
  const after = { what: 'discarded in the window', by: 'call', edits: {}, began: {} } as const;
  const moment = attempt(one, after);
  if (await window.discard()) {
    acknowledge(one, moment);
    counts['drafts discarded'] += 1;
  } else withdraw(one, moment, 'nothing there');
}
