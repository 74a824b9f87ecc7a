/** The names of the states of a row, for the list and the table in the window, and for what main copies of the table. */
import type { OrganizationRow, RowState } from '../organization';
import { m } from './compiled/messages';

/** The name of each state. */
export const ROW_STATE_LABELS: Record<RowState, () => string> = {
  decide: m.list_state_conflict,
  refused: m.list_state_refused,
  'stored-differently': m.list_state_stored_differently,
  'no-sign-in': m.list_state_no_sign_in,
  'sign-in-issue': m.list_state_sign_in_issue,
  saving: m.list_state_saving,
  waiting: m.list_state_waiting,
  draft: m.list_state_draft,
  'changed-elsewhere': m.list_state_changed_elsewhere,
  incomplete: m.list_state_incomplete,
  advice: m.list_filter_attention,
  'up-to-date': m.list_state_up_to_date,
};

/**
 * Whether the profile of a row was never read. A profile without an email counts as incomplete, so a row that is up to
 * date but has no email was never read.
 */
export const isNotRead = ({ state, detail }: Pick<OrganizationRow, 'state' | 'detail'>): boolean =>
  state === 'up-to-date' && detail === '';

/**
 * The name of the state of a row.
 * @param isPaused whether its change waits because its save is paused
 */
export function rowStateLabel(
  row: Pick<OrganizationRow, 'state' | 'detail'>,
  isPaused: boolean,
): string {
  if (isPaused) return m.list_paused_short();
  return isNotRead(row) ? m.list_state_not_read() : ROW_STATE_LABELS[row.state]();
}

/** Whether a row waits because its save is paused. `paused`: the ids of the paused saves. */
export const isRowPaused = (
  { state, saveId }: Pick<OrganizationRow, 'state' | 'saveId'>,
  paused: readonly string[],
): boolean => state === 'waiting' && saveId !== null && paused.includes(saveId);
