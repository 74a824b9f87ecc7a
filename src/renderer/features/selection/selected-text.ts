/** Texts about the selected organizations. */
import { m } from '../../../shared/messages';
import { listText, numberText, pluralInputs } from '../../../shared/messages/locale';
import type { EntryKind } from '../../../shared/organization';
import type { SelectedRefreshStatus, SelectedSignIns } from '../../../shared/selection-actions';
import { nameOf } from '../../../shared/messages/entry-name';
import { shortName } from '../../ui/truncate';

/** The first of `total` organizations or sign-ins, shortened, and how many more there are. */
export function namesText(first: readonly { name: string }[], total: number): string {
  const shown = first.map((one) => shortName(nameOf(one)));
  const more = total - first.length;
  if (more <= 0) return listText(shown);
  return m.selected_names_more({ names: shown.join(', '), count: numberText(more) });
}

/** Texts about changing the sign-ins of entries, by their kind. */
export const SIGN_IN_TEXTS = {
  organization: {
    noChanges: m.selected_sign_in_no_changes,
    confirm: m.selected_sign_in_confirm,
    part: m.selected_sign_in_part,
    changed: m.selected_sign_in_changed,
  },
  account: {
    noChanges: m.selected_sign_in_no_changes_accounts,
    confirm: m.selected_sign_in_confirm_accounts,
    part: m.selected_sign_in_part_accounts,
    changed: m.selected_sign_in_changed_accounts,
  },
} as const satisfies Record<EntryKind, unknown>;

/** How many entries these are. */
export const countOf = (groups: SelectedSignIns): number =>
  groups.reduce((total, { count }) => total + count, 0);

/** Asks for the sign-in of the selected entries, and says of what kind they are. */
export function signInQuestion(groups: SelectedSignIns): string {
  const inputs = pluralInputs(countOf(groups));
  const has = (kind: EntryKind): boolean => groups.some((group) => group.kind === kind);
  if (!has('account')) return m.selected_sign_in_text(inputs);
  return has('organization')
    ? m.selected_sign_in_text_both(inputs)
    : m.selected_sign_in_text_accounts(inputs);
}

/** The result of a refresh that has ended, as sentences. */
export function refreshResultText(status: SelectedRefreshStatus): string {
  const { read, total, changed, withoutSignIn } = status;
  const what =
    read === total
      ? m.selected_refreshed(pluralInputs(read))
      : m.selected_refreshed_part({ read: numberText(read), total: numberText(total) });
  const sentences = [what];
  if (changed > 0) sentences.push(m.selected_refresh_changed(pluralInputs(changed)));
  else if (read > 0) sentences.push(m.selected_refresh_unchanged());
  if (withoutSignIn > 0) {
    sentences.push(m.selected_refresh_without_sign_in(pluralInputs(withoutSignIn)));
  }
  return sentences.join(' ');
}
