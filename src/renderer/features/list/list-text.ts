/** The texts of the list: the names of its filters; the state, detail line and search matches of a row. */
import type { Attention } from '../../../shared/attention';
import type { Connection } from '../../../shared/connection';
import type { ListFilter, ListMatch, ListOrder, ListRow } from '../../../shared/list-query';
import type { OrganizationRow, RowState } from '../../../shared/organization';
import type { FieldName } from '../../../shared/profile';
import { m } from '../../../shared/messages';
import { isNotRead, ROW_STATE_LABELS } from '../../../shared/messages/row-state';
import { describeFailure } from '../../../shared/messages/describe-failure';
import { nameOf } from '../../../shared/messages/entry-name';
import { listText } from '../../../shared/messages/locale';
import type { Clock } from '../../state/clock.svelte';
import type { IconName } from '../../ui/icons';
import { nextTryOf } from '../../ui/next-try';
import { durationText, timeOfDay, timeOrDay } from '../../ui/time';

/** The name of each filter. */
export const FILTER_NAMES: Record<ListFilter, () => string> = {
  all: m.common_all,
  attention: m.list_filter_attention,
  changes: m.changes_title,
};

/** The orders of the list, as options of a select box. */
export const orderOptions = (): { value: ListOrder; label: string }[] => [
  { value: 'name', label: m.list_sort_name() },
  { value: 'changed', label: m.list_sort_changed() },
];

/** How the state of a row is shown. `tone` selects a color; label and icon say the same without it. */
export interface StateText {
  label: () => string;
  icon: IconName;
  tone: 'calm' | 'warn' | 'danger' | 'accent';
}

/** The state of a row whose profile was never read from Cloudflare. */
const NOT_READ: StateText = { label: m.list_state_not_read, icon: 'clock', tone: 'calm' };

/** How each state of a row is shown. Of one that is up to date, nothing is. */
const STATE_TEXT: Record<Exclude<RowState, 'up-to-date'>, StateText> = {
  decide: { label: ROW_STATE_LABELS.decide, icon: 'warning', tone: 'danger' },
  refused: { label: ROW_STATE_LABELS.refused, icon: 'refused', tone: 'danger' },
  'stored-differently': {
    label: ROW_STATE_LABELS['stored-differently'],
    icon: 'warning',
    tone: 'danger',
  },
  'no-sign-in': { label: ROW_STATE_LABELS['no-sign-in'], icon: 'key', tone: 'calm' },
  'sign-in-issue': { label: ROW_STATE_LABELS['sign-in-issue'], icon: 'key', tone: 'calm' },
  saving: { label: ROW_STATE_LABELS.saving, icon: 'upload', tone: 'accent' },
  waiting: { label: ROW_STATE_LABELS.waiting, icon: 'clock', tone: 'warn' },
  draft: { label: ROW_STATE_LABELS.draft, icon: 'pencil', tone: 'calm' },
  'changed-elsewhere': {
    label: ROW_STATE_LABELS['changed-elsewhere'],
    icon: 'swap',
    tone: 'accent',
  },
  incomplete: { label: ROW_STATE_LABELS.incomplete, icon: 'attention', tone: 'warn' },
  advice: { label: ROW_STATE_LABELS.advice, icon: 'info', tone: 'calm' },
};

/**
 * How the state of a row is shown; null: it is up to date. `detail` is the business email. A profile without an
 * email counts as incomplete, so a row that is up to date but has no email was never read. A banner explains a
 * sign-in issue once for all rows; a row is only marked as urgent if a change waits for that sign-in.
 *
 * @param isPaused whether its change waits because its save is paused
 */
export function stateOf(
  { state, detail, waitingSince }: OrganizationRow,
  { isPaused }: { isPaused: boolean },
): StateText | null {
  if (isPaused) return { ...STATE_TEXT.waiting, label: m.list_paused_short };
  if (isNotRead({ state, detail })) return NOT_READ;
  if (state === 'up-to-date') return null;
  const text = STATE_TEXT[state];
  const isUrgent = waitingSince !== null && (state === 'no-sign-in' || state === 'sign-in-issue');
  return isUrgent ? { ...text, tone: 'danger' } : text;
}

const FIELDS: Record<FieldName | 'id', () => string> = {
  id: m.list_field_id,
  business_name: m.list_field_name,
  business_email: m.list_field_email,
  business_phone: m.list_field_phone,
  business_address: m.list_field_address,
  external_metadata: m.list_field_metadata,
};

/** Why an organization needs attention, short enough for a row. */
function reasonOf({ reason, fields, code }: Attention): string {
  const names = (): string => listText(fields.map((field) => FIELDS[field]()));
  switch (reason) {
    case 'decide':
      return m.list_detail_conflict();
    case 'refused':
      return code ? describeFailure({ code }).what : m.list_detail_refused();
    case 'stored-differently':
      return code === 'profile.empty-kept'
        ? m.list_detail_empty_kept()
        : m.organization_status_stored_differently();
    case 'no-sign-in':
      return m.list_detail_no_sign_in();
    case 'sign-in-issue':
      return code ? describeFailure({ code }).what : m.list_detail_sign_in_issue();
    case 'changed-elsewhere':
      return m.activity_observed();
    case 'incomplete':
      return m.list_detail_incomplete({ fields: names() });
    case 'advice':
      return m.list_detail_advice({ fields: names() });
  }
}

/**
 * The line under the name: why the row needs attention, if that is its state; the number of changed fields of a
 * draft; else the business email.
 *
 * @param showReason whether to give the reason for drafts and waiting changes, too: under the filter
 *   *Check*
 */
export function detailOf(row: OrganizationRow, showReason = false): string {
  const { attention, state, draftFields, detail } = row;
  if (attention && (showReason || attention.reason === state)) return reasonOf(attention);
  return state === 'draft' ? m.list_detail_draft({ count: draftFields }) : detail;
}

/** The text of a waiting row: a full sentence, and a short version that fits into the row. */
export interface Wait {
  sentence: string;
  short: string;
}

/** Characters to show before the first match in the detail line. */
const BEFORE_MARK = 12;

/** A text in a row with the ranges that match the search. */
export type Match = Pick<ListMatch, 'text' | 'marks'>;

function nameWithMatch(row: Pick<ListRow, 'name' | 'organizationName' | 'match'>): Match {
  const { match } = row;
  const name = nameOf(row);
  if (match?.field !== 'name') return { text: name, marks: [] };
  const start = name.indexOf(match.text);
  if (start < 0) return match;
  return { text: name, marks: match.marks.map(([begin, end]) => [start + begin, start + end]) };
}

/** A part of a text, with its matches. */
function partOf({ text, marks }: Match, begin: number, end: number): Match {
  return {
    text: text.slice(begin, end),
    marks: marks.flatMap(([from, to]): Match['marks'] =>
      from < end && to > begin ? [[Math.max(from, begin) - begin, Math.min(to, end) - begin]] : [],
    ),
  };
}

/**
 * The name of a row, with the matches of the search; that of an account apart from the name of its organization, because
 * a row has no room for the sentence that {@link nameOf} makes of them.
 */
export function namesOf(row: Pick<ListRow, 'name' | 'organizationName' | 'match'>): {
  name: Match;
  account: Match | null;
} {
  const whole = nameWithMatch(row);
  const { organizationName } = row;
  const own = whole.text.lastIndexOf(row.name);
  if (organizationName === null || own <= 0) return { name: whole, account: null };
  const start = Math.max(0, whole.text.indexOf(organizationName));
  return {
    name: partOf(whole, start, start + organizationName.length),
    account: partOf(whole, own, own + row.name.length),
  };
}

/** The name of the organization above an entry within its sentence. */
function inPartOf({ text, marks }: Match): Match {
  const sentence = m.common_part_of({ name: text });
  const start = sentence.indexOf(text);
  return { text: sentence, marks: marks.map(([begin, end]) => [start + begin, start + end]) };
}

/** The matching field of a row, cut to start shortly before the first match; null if the name matches. */
export function matchInDetail({ match }: Pick<ListRow, 'match'>): Match | null {
  const first = match?.marks[0];
  if (!match || !first || match.field === 'name') return null;
  if (match.field === 'parent') return inPartOf(match);
  const text = match.text.replace(/\s/g, ' ');
  const from = Math.max(0, first[0] - BEFORE_MARK);
  if (from === 0) return { text, marks: match.marks };
  const shift = 1 - from;
  return {
    text: `…${text.slice(from)}`,
    marks: match.marks.map(([begin, end]) => [begin + shift, end + shift]),
  };
}

/** The matching field and its text, for screen readers; null if the name matches. */
export function matchText({ match }: Pick<ListRow, 'match'>): string | null {
  if (!match || match.field === 'name') return null;
  if (match.field === 'parent') return m.common_part_of({ name: match.text });
  return `${FIELDS[match.field]()}: ${match.text}`;
}

/**
 * Since when a row waits, for what, and when the next attempt is; null for a row that does not wait. This text
 * replaces both the state and the detail in the line under the name.
 *
 * @param isPaused whether its save is paused, so that there is no next attempt
 */
export function waitOf(
  row: Pick<OrganizationRow, 'state' | 'waitingSince' | 'nextTryAt' | 'attention'>,
  connection: Pick<Connection, 'breakerUntil'>,
  clock: Pick<Clock, 'now' | 'ahead'>,
  isPaused: boolean,
): Wait | null {
  const { state, waitingSince } = row;
  if (waitingSince === null || (state !== 'waiting' && state !== 'sign-in-issue')) return null;
  const since = timeOrDay(waitingSince, clock.now);
  const length = durationText(clock.now - waitingSince);
  if (state === 'sign-in-issue' && row.attention?.code === 'keychain.locked') {
    return {
      sentence: m.list_waiting_for_keychain({ since }),
      short: length
        ? m.list_waiting_for_keychain_short({ length })
        : m.list_waiting_for_keychain_new(),
    };
  }
  if (state === 'sign-in-issue') {
    return {
      sentence: m.list_waiting_for_sign_in({ since }),
      short: length
        ? m.list_waiting_for_sign_in_short({ length })
        : m.list_waiting_for_sign_in_new(),
    };
  }
  if (isPaused) return { sentence: m.list_paused({ since }), short: m.list_paused_short() };
  const tryAt = nextTryOf(row, connection, clock);
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
