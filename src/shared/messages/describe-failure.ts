/**
 * The texts for each failure code: what happened, and what to do next. The table covers every code of
 * failure.ts, so a new code without texts is a type error.
 */
import { recoveryOf, type Failure, type FailureCode } from '../failure';
import { m } from './compiled/messages';
import { perLocale } from './locale';

/** The texts for a failure. */
export interface FailureText {
  /** What happened. */
  what: string;
  /** What to do, or what happens automatically. */
  next: string;
}

type Sentence = (inputs: { name: string }) => string;

/** By code: what happened, and what to do. `next` is absent if there is nothing to do but try again. */
const SENTENCES: Record<FailureCode, readonly [what: Sentence, next?: Sentence]> = {
  'network.unreachable': [m.failure_network_unreachable_what, m.failure_network_unreachable_next],
  'network.interrupted': [m.failure_network_interrupted_what],
  'network.timed-out': [m.failure_network_timed_out_what, m.failure_network_timed_out_next],
  'network.intercepted': [m.failure_network_intercepted_what, m.failure_network_intercepted_next],
  'network.certificate': [m.failure_network_certificate_what, m.failure_network_certificate_next],
  'network.proxy-sign-in': [
    m.failure_network_proxy_sign_in_what,
    m.failure_network_proxy_sign_in_next,
  ],
  'network.redirected': [m.failure_network_redirected_what, m.failure_network_redirected_next],
  'cloudflare.unavailable': [
    m.failure_cloudflare_unavailable_what,
    m.failure_cloudflare_unavailable_next,
  ],
  'cloudflare.unreadable': [
    m.failure_cloudflare_unreadable_what,
    m.failure_cloudflare_unreadable_next,
  ],
  'cloudflare.rate-limited': [m.failure_cloudflare_rate_limited_what],
  'sign-in.unknown': [m.failure_sign_in_unknown_what, m.failure_sign_in_unknown_next],
  'sign-in.malformed': [m.failure_sign_in_malformed_what, m.failure_sign_in_malformed_next],
  'sign-in.malformed-key': [
    m.failure_sign_in_malformed_key_what,
    m.failure_sign_in_malformed_key_next,
  ],
  'sign-in.malformed-email': [
    m.failure_sign_in_malformed_email_what,
    m.failure_sign_in_malformed_email_next,
  ],
  'sign-in.not-received': [
    m.failure_sign_in_not_received_what,
    m.failure_sign_in_not_received_next,
  ],
  'sign-in.not-permitted': [
    m.failure_sign_in_not_permitted_what,
    m.failure_sign_in_not_permitted_next,
  ],
  'sign-in.refused': [m.failure_sign_in_refused_what, m.failure_sign_in_refused_next],
  'sign-in.not-found': [m.failure_sign_in_not_found_what, m.failure_sign_in_not_found_next],
  'sign-in.invalid-input': [
    m.failure_sign_in_invalid_input_what,
    m.failure_sign_in_invalid_input_next,
  ],
  'sign-in.in-use': [m.failure_sign_in_in_use_what, m.failure_sign_in_in_use_next],
  'sign-in.other-user': [m.failure_sign_in_other_user_what, m.failure_sign_in_other_user_next],
  'sign-in.not-confirmed': [
    m.failure_sign_in_not_confirmed_what,
    m.failure_sign_in_not_confirmed_next,
  ],
  'sign-in.confirm-later': [
    m.failure_sign_in_confirm_later_what,
    m.failure_sign_in_confirm_later_next,
  ],
  'sign-in.forgotten': [m.failure_sign_in_forgotten_what, m.failure_sign_in_forgotten_next],
  'sign-in.read-only': [m.failure_sign_in_read_only_what, m.failure_sign_in_read_only_next],
  'sign-in.wrong-kind': [m.failure_sign_in_wrong_kind_what, m.failure_sign_in_wrong_kind_next],
  'token.malformed': [m.failure_token_malformed_what, m.failure_token_malformed_next],
  'token.unknown': [m.failure_token_unknown_what, m.failure_token_new_next],
  'token.disabled': [m.failure_token_disabled_what, m.failure_token_disabled_next],
  'token.expired': [m.failure_token_expired_what, m.failure_token_new_next],
  'token.refused': [m.failure_token_refused_what, m.failure_token_refused_next],
  'accounts.not-listed': [m.failure_accounts_not_listed_what, m.failure_accounts_not_listed_next],
  'account.invalid-id': [m.failure_account_invalid_id_what, m.failure_account_invalid_id_next],
  'account.not-found': [m.failure_account_not_found_what, m.failure_account_not_found_next],
  'account.forbidden': [m.failure_account_forbidden_what, m.failure_account_forbidden_next],
  'organizations.not-enabled': [
    m.failure_organizations_not_enabled_what,
    m.failure_organizations_not_enabled_next,
  ],
  'organization.invalid-id': [
    m.failure_organization_invalid_id_what,
    m.failure_organization_invalid_id_next,
  ],
  'organization.not-found': [
    m.failure_organization_not_found_what,
    m.failure_organization_not_found_next,
  ],
  'organization.forbidden': [
    m.failure_organization_forbidden_what,
    m.failure_organization_forbidden_next,
  ],
  'organization.already-added': [
    m.failure_organization_already_added_what,
    m.failure_organization_already_added_next,
  ],
  'organization.not-saved-here': [
    m.failure_organization_not_saved_here_what,
    m.failure_organization_not_saved_here_next,
  ],
  'profile.gone': [m.failure_profile_gone_what, m.failure_profile_gone_next],
  'profile.refused': [m.failure_profile_refused_what, m.failure_profile_refused_next],
  'profile.empty-kept': [m.failure_profile_empty_kept_what, m.failure_profile_empty_kept_next],
  'profile.stored-differently': [
    m.failure_profile_stored_differently_what,
    m.failure_profile_stored_differently_next,
  ],
  'profile.just-saved': [m.failure_profile_just_saved_what],
  'profile.conflict': [m.failure_profile_conflict_what, m.failure_profile_conflict_next],
  'profile.too-long': [m.failure_profile_too_long_what, m.failure_profile_too_long_next],
  'change.not-found': [m.failure_change_not_found_what, m.failure_change_not_found_next],
  'change.outdated': [m.failure_change_outdated_what, m.failure_change_outdated_next],
  'change.replaced': [m.failure_change_replaced_what, m.failure_change_replaced_next],
  'change.remote-kept': [m.failure_change_remote_kept_what, m.failure_change_remote_kept_next],
  'change.needs-keychain': [
    m.failure_change_needs_keychain_what,
    m.failure_change_needs_keychain_next,
  ],
  'draft.exists': [m.failure_draft_exists_what, m.failure_draft_exists_next],
  'revision.not-found': [m.failure_revision_not_found_what, m.failure_revision_not_found_next],
  'selection.too-many': [m.failure_selection_too_many_what, m.failure_selection_too_many_next],
  'table.outdated': [m.failure_table_outdated_what, m.failure_table_outdated_next],
  'table.too-many-cells': [
    m.failure_table_too_many_cells_what,
    m.failure_table_too_many_cells_next,
  ],
  'cells.do-not-fit': [m.failure_cells_do_not_fit_what, m.failure_cells_do_not_fit_next],
  'cells.unread': [m.failure_cells_unread_what, m.failure_cells_unread_next],
  'review.outdated': [m.failure_review_outdated_what, m.failure_review_outdated_next],
  'batch.not-found': [m.failure_batch_not_found_what, m.failure_batch_not_found_next],
  'batch.too-large': [m.failure_batch_too_large_what, m.failure_batch_too_large_next],
  'batch.too-many': [m.failure_batch_too_many_what, m.failure_batch_too_many_next],
  'removal.outdated': [m.failure_removal_outdated_what, m.failure_removal_outdated_next],
  'save.not-found': [m.failure_save_not_found_what, m.failure_save_not_found_next],
  'save.not-ended': [m.failure_save_not_ended_what, m.failure_save_not_ended_next],
  'save.canceled': [m.failure_save_canceled_what, m.failure_save_canceled_next],
  'file.unreadable': [m.failure_file_unreadable_what, m.failure_file_unreadable_next],
  'file.unwritable': [m.failure_file_unwritable_what, m.failure_file_unwritable_next],
  'file.too-large': [m.failure_file_too_large_what, m.failure_file_too_large_next],
  'file.none': [m.failure_file_none_what, m.failure_file_none_next],
  'file.changed': [m.failure_file_changed_what, m.failure_file_changed_next],
  'file.gone': [m.failure_file_gone_what, m.failure_file_gone_next],
  'file.not-opened': [m.failure_file_not_opened_what, m.failure_file_not_opened_next],
  'export.text-too-long': [
    m.failure_export_text_too_long_what,
    m.failure_export_text_too_long_next,
  ],
  'export.too-many-rows': [
    m.failure_export_too_many_rows_what,
    m.failure_export_too_many_rows_next,
  ],
  'import.damaged': [m.failure_import_damaged_what, m.failure_import_damaged_next],
  'import.unknown-format': [
    m.failure_import_unknown_format_what,
    m.failure_import_unknown_format_next,
  ],
  'import.encoding': [m.failure_import_encoding_what, m.failure_import_encoding_next],
  'import.empty': [m.failure_import_empty_what, m.failure_import_empty_next],
  'import.no-table': [m.failure_import_no_table_what, m.failure_import_no_table_next],
  'import.outdated': [m.failure_import_outdated_what, m.failure_import_outdated_next],
  'import.unread': [m.failure_import_unread_what, m.failure_import_unread_next],
  'import.too-many-rows': [
    m.failure_import_too_many_rows_what,
    m.failure_import_too_many_rows_next,
  ],
  'import.row-too-long': [m.failure_import_row_too_long_what, m.failure_import_row_too_long_next],
  'import.timed-out': [m.failure_import_timed_out_what, m.failure_import_split_next],
  'import.too-much-memory': [m.failure_import_too_much_memory_what, m.failure_import_split_next],
  'import.broken-off': [m.failure_import_broken_off_what, m.failure_import_broken_off_next],
  'import.nonsense': [m.failure_import_nonsense_what, m.failure_import_nonsense_next],
  'keychain.unavailable': [
    m.failure_keychain_unavailable_what,
    m.failure_keychain_unavailable_next,
  ],
  'keychain.locked': [m.failure_keychain_locked_what, m.failure_keychain_locked_next],
  'keychain.lost': [m.failure_keychain_lost_what, m.failure_keychain_lost_next],
  'keychain.timed-out': [m.failure_keychain_timed_out_what, m.failure_keychain_timed_out_next],
  'keychain.not-stored': [m.failure_keychain_not_stored_what, m.failure_keychain_not_stored_next],
  'keychain.invalid-value': [
    m.failure_keychain_invalid_value_what,
    m.failure_keychain_invalid_value_next,
  ],
  'keychain.full': [m.failure_keychain_full_what, m.failure_keychain_full_next],
  'database.busy': [m.failure_database_busy_what, m.failure_database_busy_next],
  'database.full': [m.failure_database_full_what, m.failure_database_full_next],
  'database.read-only': [m.failure_database_read_only_what, m.failure_database_read_only_next],
  'database.io': [m.failure_database_io_what, m.failure_database_io_next],
  'database.moved': [m.failure_database_moved_what, m.failure_database_moved_next],
  'database.damaged': [m.failure_database_damaged_what, m.failure_database_damaged_next],
  'database.newer': [m.failure_database_newer_what, m.failure_database_newer_next],
  'updates.unreachable': [m.failure_updates_unreachable_what, m.failure_updates_unreachable_next],
  'updates.unreadable': [m.failure_updates_unreadable_what, m.failure_updates_unreadable_next],
  'updates.wrong-hash': [m.failure_updates_wrong_hash_what, m.failure_updates_wrong_hash_next],
  'updates.wrong-signature': [
    m.failure_updates_wrong_signature_what,
    m.failure_updates_wrong_signature_next,
  ],
  'updates.not-saved': [m.failure_updates_not_saved_what, m.failure_updates_not_saved_next],
  'updates.not-installed': [
    m.failure_updates_not_installed_what,
    m.failure_updates_not_installed_next,
  ],
  'updates.not-ready': [m.failure_updates_not_ready_what, m.failure_updates_not_ready_next],
  'gate.untrusted-sender': [
    m.failure_gate_untrusted_sender_what,
    m.failure_gate_untrusted_sender_next,
  ],
  'gate.malformed': [m.failure_gate_malformed_what, m.failure_gate_malformed_next],
  'app.unexpected': [m.failure_app_unexpected_what, m.failure_app_unexpected_next],
  'app.stopping': [m.failure_app_stopping_what, m.failure_app_stopping_next],
};

/** Failures whose second sentence says what to do if they happen again. The sentence about trying again comes before it. */
const IF_REPEATED: readonly FailureCode[] = [
  'network.timed-out',
  'cloudflare.unreadable',
  'app.unexpected',
];

/**
 * The texts for a failure. If the app recovers automatically, `next` also says when it continues or until when
 * Cloudflare asked to wait, if that is still ahead; that it will try again, or that the person can try again.
 *
 * @param retries whether the app tries again, as with a pending change; false: the person has to
 * @param now ms since the epoch, which a text that stays on screen takes from the window's clock
 */
export function describeFailure(
  failure: Failure,
  { retries = false, now = Date.now() } = {},
): FailureText {
  const { code, retryAt, through = '' } = failure;
  const [what, next] = SENTENCES[code];
  const inputs = { name: through };
  const isNextLast = IF_REPEATED.includes(code);
  const sentences = next && !isNextLast ? [next(inputs)] : [];
  const time = retryAt !== undefined && retryAt > now && timeOfDay(retryAt);
  const isAsked = time !== false && code === 'cloudflare.unavailable';
  if (isAsked) sentences.push(m.failure_asked_to_wait({ time }));
  if (time !== false && !isAsked) {
    sentences.push(m.failure_continues_at({ time }));
  } else if (recoveryOf(code) === 'automatic' && code !== 'app.stopping') {
    if (retries) sentences.push(m.failure_retries());
    else if (!isAsked) sentences.push(m.failure_try_again());
  }
  if (next && isNextLast) sentences.push(next(inputs));
  return { what: what(inputs), next: sentences.join(' ') };
}

const clock = perLocale(({ formats }) => new Intl.DateTimeFormat(formats, { timeStyle: 'short' }));

/** The local time of day of a moment (ms since the epoch), such as 14:05. */
export function timeOfDay(moment: number): string {
  return clock().format(moment);
}
