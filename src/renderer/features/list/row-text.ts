/** What a row of the list says: its state in a word and a symbol, and the line under the name. */
import type { Attention } from '../../../shared/attention';
import type { ListMatch, ListRow } from '../../../shared/list-query';
import type { OrganizationRow, RowState } from '../../../shared/organization';
import type { FieldName } from '../../../shared/profile';
import { m } from '../../../shared/messages';
import { describeFailure } from '../../../shared/messages/describe-failure';
import { characters, listText, locale } from '../../../shared/messages/locale';
import type { Clock } from '../../state/clock.svelte';
import type { IconName } from '../../ui/icons';
import { howLong, timeOfDay, timeOrDay } from '../../ui/time';

/** How a state looks; the tone only adds to word and symbol. */
export interface StateText {
  label: () => string;
  icon: IconName;
  tone: 'calm' | 'good' | 'warn' | 'danger' | 'accent';
}

/** A row whose profile Cloudflare has not given yet. */
const NOT_READ: StateText = { label: m.list_state_not_read, icon: 'clock', tone: 'calm' };

/** Every state of a row. */
export const STATE_TEXT: Record<RowState, StateText> = {
  decide: { label: m.list_state_decide, icon: 'warning', tone: 'danger' },
  refused: { label: m.list_state_refused, icon: 'refused', tone: 'danger' },
  'stored-differently': {
    label: m.list_state_stored_differently,
    icon: 'warning',
    tone: 'danger',
  },
  'no-sign-in': { label: m.list_state_no_sign_in, icon: 'key', tone: 'calm' },
  'sign-in-issue': { label: m.list_state_sign_in_issue, icon: 'key', tone: 'calm' },
  saving: { label: m.list_state_saving, icon: 'upload', tone: 'accent' },
  waiting: { label: m.list_state_waiting, icon: 'clock', tone: 'warn' },
  draft: { label: m.list_state_draft, icon: 'pencil', tone: 'calm' },
  'changed-elsewhere': { label: m.list_state_changed_elsewhere, icon: 'swap', tone: 'accent' },
  incomplete: { label: m.list_state_incomplete, icon: 'attention', tone: 'warn' },
  advice: { label: m.list_state_advice, icon: 'info', tone: 'calm' },
  'up-to-date': { label: m.list_state_up_to_date, icon: 'check', tone: 'good' },
};

/**
 * How the state of a row looks. Without an e-mail a profile is incomplete; up to date without one was never
 * read. What is wrong with a sign-in is said once, by a banner: only where something waits is it urgent.
 */
export function stateOf({ state, detail, waitingSince }: OrganizationRow): StateText {
  if (state === 'up-to-date' && detail === '') return NOT_READ;
  const words = STATE_TEXT[state];
  const isUrgent = waitingSince !== null && (state === 'no-sign-in' || state === 'sign-in-issue');
  return isUrgent ? { ...words, tone: 'danger' } : words;
}

const FIELDS: Record<FieldName | 'id', () => string> = {
  id: m.list_field_id,
  business_name: m.list_field_name,
  business_email: m.list_field_email,
  business_phone: m.list_field_phone,
  business_address: m.list_field_address,
  external_metadata: m.list_field_metadata,
};

/** Why an organization needs its person, as shortly as a row has room for. */
export function reasonOf({ reason, fields, code }: Attention): string {
  const named = (): string => listText(fields.map((field) => FIELDS[field]()));
  switch (reason) {
    case 'decide':
      return m.list_detail_decide();
    case 'refused':
      return code ? describeFailure({ code }).what : m.list_detail_refused();
    case 'stored-differently':
      return m.list_detail_stored_differently();
    case 'no-sign-in':
      return m.list_detail_no_sign_in();
    case 'sign-in-issue':
      return code ? describeFailure({ code }).what : m.list_detail_sign_in_issue();
    case 'changed-elsewhere':
      return m.list_detail_changed_elsewhere();
    case 'incomplete':
      return m.list_detail_incomplete({ fields: named() });
    case 'advice':
      return m.list_detail_advice({ fields: named() });
  }
}

/**
 * The line under the name: why it needs its person, where that is its state; else the business e-mail.
 *
 * @param why says so of a draft or a waiting change, too: the list shows what needs attention
 */
export function detailOf(row: OrganizationRow, why = false): string {
  const { attention, state, draftFields, detail } = row;
  if (attention && (why || attention.reason === state)) return reasonOf(attention);
  return state === 'draft' ? m.list_detail_draft({ count: draftFields }) : detail;
}

/** What a waiting row says: the whole sentence, and as much of it as a row has room for. */
export interface Wait {
  sentence: string;
  short: string;
}

/** Characters before the first mark that a row has room for. */
const BEFORE_MARK = 12;

/** What a search has found in a row: with its name, or with what its second line says. */
export type Match = Pick<ListMatch, 'text' | 'marks'>;

/** The name of a row with what was found in it. */
export function matchInName({ name, match }: Pick<ListRow, 'name' | 'match'>): Match | null {
  if (match?.field !== 'name') return null;
  const at = name.indexOf(match.text);
  if (at < 0) return match;
  return { text: name, marks: match.marks.map(([begin, end]) => [at + begin, at + end]) };
}

/** The second line of a row in whose other texts something was found, from a little before that on. */
export function matchInDetail({ match }: Pick<ListRow, 'match'>): Match | null {
  const first = match?.marks[0];
  if (!match || !first || match.field === 'name') return null;
  const text = match.text.replace(/\s/g, ' ');
  const from = Math.max(0, first[0] - BEFORE_MARK);
  if (from === 0) return { text, marks: match.marks };
  const shift = 1 - from;
  return {
    text: `…${text.slice(from)}`,
    marks: match.marks.map(([begin, end]) => [begin + shift, end + shift]),
  };
}

/** The same for a screen reader: in which field what was found. */
export function matchText({ match }: Pick<ListRow, 'match'>): string | null {
  if (!match || match.field === 'name') return null;
  return `${FIELDS[match.field]()}: ${match.text}`;
}

/**
 * Since when a row waits, for what, and when it is tried next; null for a row whose state says it all.
 * It has the line under the name to itself: the state is the beginning of the sentence.
 *
 * @param probeAt when Cloudflare is asked next whether it answers, ms since the epoch, or null: what
 *   waits for nothing else is sent then
 */
export function waitOf(
  row: Pick<OrganizationRow, 'state' | 'waitingSince' | 'nextTryAt'>,
  probeAt: number | null,
  clock: Pick<Clock, 'now' | 'ahead'>,
): Wait | null {
  const { state, waitingSince, nextTryAt } = row;
  if (waitingSince === null || (state !== 'waiting' && state !== 'sign-in-issue')) return null;
  const since = timeOrDay(waitingSince, clock.now);
  const length = howLong(clock.now - waitingSince);
  if (state === 'sign-in-issue') {
    return {
      sentence: m.list_waiting_for_sign_in({ since }),
      short: length
        ? m.list_waiting_for_sign_in_short({ length })
        : m.list_waiting_for_sign_in_new(),
    };
  }
  const tryAt = [nextTryAt, probeAt].find((moment) => clock.ahead(moment)) ?? null;
  if (tryAt === null) {
    const sentence = m.list_waiting_since({ since });
    return { sentence, short: sentence };
  }
  const next = timeOfDay(tryAt);
  return {
    sentence: m.list_waiting_next({ since, next }),
    short: length ? m.list_waiting_next_short({ length, next }) : m.list_waiting_next_new({ next }),
  };
}

/** The name to show; never empty. */
export function nameOf(row: { name: string }): string {
  return row.name.trim() === '' ? m.list_unnamed() : row.name;
}

/** Letters that no sign after them changes: each is a character as a person sees it. */
const SIMPLE = /^[ -~\u00a0-\u024f]*$/;

/** The characters of a text. Most names need no segmenter, whose making holds the first paint up. */
function* charactersOf(text: string): Iterable<string> {
  if (SIMPLE.test(text)) yield* text;
  else for (const { segment } of characters().segment(text)) yield segment;
}

/** The first two letters or digits of a name, for its badge. */
export function initialsOf(name: string): string {
  const letters: string[] = [];
  for (const character of charactersOf(name)) {
    if (/[\p{L}\p{N}]/u.test(character)) letters.push(character);
    if (letters.length === 2) break;
  }
  return letters.join('').toLocaleUpperCase(locale().language);
}
