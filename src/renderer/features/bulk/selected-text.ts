/** Texts about the selected organizations. */
import { m } from '../../../shared/messages';
import { listText, numberText, pluralInputs } from '../../../shared/messages/locale';
import type { SelectedRefreshStatus } from '../../../shared/selected';
import { nameOf } from '../../ui/organization-name';
import { MAX_NAME, truncate } from '../../ui/truncate';

/** Names of the first of `total` organizations, and how many more there are. */
export function namesText(names: readonly string[], total: number): string {
  const shown = names.map((name) => truncate(nameOf({ name }), MAX_NAME));
  const more = total - names.length;
  if (more <= 0) return listText(shown);
  return m.selected_names_more({ names: shown.join(', '), count: numberText(more) });
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
