/**
 * The person once more, through the calls of the contract and on organizations whose page is not open,
 * so that much happens in a second. Written into the record like what is done at the window.
 */
import type { OrganizationView } from '../../../src/shared/organization';
import { FIELD_NAMES, mapFields, type Edits, type Profile } from '../../../src/shared/profile';
import type { Calls } from './calls';
import { decide, giveUp } from './deciding';
import type { Life } from './life';
import { acknowledge, attempt, latest, withdraw, type Began, type Known } from './record';
import { pause } from './time';

/** Works through the calls until the life is over, only on the organizations given. */
export async function workByCalls(
  life: Life,
  calls: Calls,
  organizations: readonly Known[],
): Promise<void> {
  const { random, alive } = life;
  let one = random.pick(organizations);
  while (alive()) {
    // Often the same once more: what was just submitted is then on its way.
    if (random.chance(0.5)) one = random.pick(organizations);
    const view = await calls.value('organizations', 'open', { organizationId: one.id });
    const dice = random.between(1, 100);
    if (view.change?.state === 'conflict' && dice <= 70) await decide(life, calls, one, view);
    else if (dice <= 40) await keep(life, calls, one, view);
    else if (dice <= 70) await submit(life, calls, one, view);
    else if (dice <= 75) await discardDraft(life, calls, one);
    else if (dice <= 80) await giveUp(life, calls, one, view);
    else if (dice <= 85) await restore(life, calls, one);
    else await nudge(life, calls, one);
    await pause(random.between(5, 150));
  }
}

/** The texts of the draft and one or two more; now and then back to a text Cloudflare held before. */
function newEdits(
  { random, serial }: Life,
  one: Known,
  view: OrganizationView,
): { edits: Edits; began: Began } {
  const { edits, began } = latest(one);
  const shown = shownIn(view);
  const more: Edits = {};
  for (const field of random.shuffled(FIELD_NAMES).slice(0, random.between(1, 2))) {
    const earlier = one.held.filter((held) => held.field === field).map(({ text }) => text);
    more[field] = random.chance(0.1) ? random.pick(earlier) : `p${serial()} ${field}`;
  }
  const first = Object.fromEntries(FIELD_NAMES.map((field) => [field, [shown[field]]]));
  const begun = Object.fromEntries(
    FIELD_NAMES.filter((field) => more[field] ?? edits[field]).map((field) => [
      field,
      began[field] ?? first[field],
    ]),
  );
  return { edits: { ...edits, ...more }, began: begun };
}

function shownIn({ draft, change, profile }: OrganizationView): Profile {
  return draft?.fields ?? change?.desired ?? profile?.fields ?? mapFields(() => '');
}

/** As the contract has it: the text each edit began from. */
function request(one: Known, { edits, began }: { edits: Edits; began: Began }) {
  const first = FIELD_NAMES.map((field) => [field, began[field]?.[0]]);
  const seen = Object.fromEntries(first.filter(([, text]) => text !== undefined)) as Edits;
  return { organizationId: one.id, edits, began: seen };
}

async function keep(life: Life, calls: Calls, one: Known, view: OrganizationView): Promise<void> {
  const typed = newEdits(life, one, view);
  const moment = attempt(one, { what: 'kept by call', by: 'call', ...typed });
  const outcome = await calls.outcome('drafts', 'keep', request(one, typed));
  if (!outcome.ok) return withdraw(one, moment, outcome.failure.code);
  acknowledge(one, moment);
  life.counts['drafts kept by call'] += 1;
}

async function submit(life: Life, calls: Calls, one: Known, view: OrganizationView): Promise<void> {
  const typed = newEdits(life, one, view);
  const after = { what: 'submitted by call', by: 'call', edits: {}, began: {} } as const;
  const moment = attempt(one, after, typed);
  const outcome = await calls.outcome('changes', 'submit', request(one, typed));
  if (outcome.ok) {
    acknowledge(one, moment);
    life.counts['changes submitted by call'] += 1;
    return;
  }
  withdraw(one, moment, outcome.failure.code);
  // Nothing differed from what is there: then there is no draft either.
  if (outcome.failure.code === 'change.none') acknowledge(one, attempt(one, after));
}

async function discardDraft({ counts }: Life, calls: Calls, one: Known): Promise<void> {
  const after = { what: 'discarded by call', by: 'call', edits: {}, began: {} } as const;
  const moment = attempt(one, after);
  const outcome = await calls.outcome('drafts', 'discard', { organizationId: one.id });
  if (!outcome.ok) return withdraw(one, moment, outcome.failure.code);
  acknowledge(one, moment);
  counts['drafts discarded'] += 1;
}

/** Makes a draft of one of the newest revisions. */
async function restore({ counts, random }: Life, calls: Calls, one: Known): Promise<void> {
  const page = { organizationId: one.id, before: null };
  const { revisions } = await calls.value('history', 'list', page);
  if (revisions.length === 0) return;
  const { id, fields } = random.pick(revisions);
  const what = `restored revision ${id}`;
  const moment = attempt(one, { what, by: 'call', edits: fields, began: {} });
  const wanted = { organizationId: one.id, revisionId: id, replaceDraft: true };
  const outcome = await calls.outcome('history', 'restore', wanted);
  if (!outcome.ok) return withdraw(one, moment, outcome.failure.code);
  const draft = outcome.value.draft;
  const changed = FIELD_NAMES.filter((field) => draft && draft.fields[field] !== draft.base[field]);
  moment.edits = Object.fromEntries(changed.map((field) => [field, fields[field]]));
  moment.began = Object.fromEntries(changed.map((field) => [field, [draft!.base[field]]]));
  acknowledge(one, moment);
  counts['revisions restored'] += 1;
}

/** Presses one of the buttons that only make something happen sooner. */
async function nudge({ random }: Life, calls: Calls, one: Known): Promise<void> {
  const organizationId = one.id;
  // Nobody waits for the answer: it may take as long as Cloudflare does.
  const ignore = (): undefined => undefined;
  const dice = random.between(1, 3);
  if (dice === 1) void calls.outcome('organizations', 'refresh', { organizationId }).catch(ignore);
  else if (dice === 2) await calls.outcome('changes', 'retry', { organizationId });
  else await calls.outcome('connection', 'tryNow');
}
