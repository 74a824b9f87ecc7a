/**
 * The texts of the status region: the headline of an outcome, why it happened and what to do, and what has
 * changed at Cloudflare.
 */
import { recoveryOf } from '../../../shared/failure';
import { m } from '../../../shared/messages';
import { describeFailure } from '../../../shared/messages/describe-failure';
import { listText } from '../../../shared/messages/locale';
import type { OrganizationView } from '../../../shared/organization';
import type { FieldName } from '../../../shared/profile';
import { fieldLabel } from '../../../shared/messages/field-labels';
import { needsKey } from '../../ui/key-failure-text';
import { refusalTexts } from '../../ui/refusal-texts';
import { fieldsKept, isOnlyKept, changedElsewhere, type OutcomeKind } from './outcome';
import type { Editor, Feedback } from './editor.svelte';

const HEADLINES: Record<OutcomeKind, () => string> = {
  saving: m.list_state_saving,
  confirmed: m.organization_status_confirmed,
  waiting: m.organization_status_waiting,
  paused: m.organization_status_waiting,
  conflict: m.organization_status_conflict,
  'stored-differently': m.organization_status_stored_differently,
  refused: m.saves_result_failed,
};

const labelsOf = (fields: readonly FieldName[]): string => listText(fields.map(fieldLabel));

const KEPT: Record<FieldName, () => string> = {
  business_name: m.organization_kept_business_name,
  business_email: m.organization_kept_business_email,
  business_phone: m.organization_kept_business_phone,
  business_address: m.organization_kept_business_address,
  external_metadata: m.organization_kept_external_metadata,
};

/** That Cloudflare kept the texts of these fields instead of emptying them, as a sentence without a period. */
export function keptText(fields: readonly FieldName[]): string {
  const [first, ...others] = fields;
  return first && others.length === 0
    ? KEPT[first]()
    : m.organization_kept_several({ fields: labelsOf(fields) });
}

/** The headline of an outcome. */
export function headlineOf(kind: OutcomeKind, { change }: OrganizationView): string {
  if (kind === 'stored-differently' && change && isOnlyKept(change)) {
    return keptText(fieldsKept(change));
  }
  return HEADLINES[kind]();
}

/** The button and the question that discard a change. */
export const discardLabel = (isRefused: boolean): string =>
  isRefused ? m.organization_discard_refused() : m.organization_discard_waiting();

/** What the window shows besides the status region, so that it says nothing twice and nothing that is not true. */
interface Surroundings {
  /** Whether the page shows the history, and with it what changed at Cloudflare. */
  isHistoryShown: boolean;
  /** Whether the change belongs to paused saves only. */
  isSavePaused: boolean;
  /** The time, ms since the epoch. */
  now: number;
}

/** The sentence after the headline, or null when there is nothing to add. */
function reasonOf(
  kind: OutcomeKind,
  { isSavePaused, now }: Surroundings,
  view: OrganizationView,
): string | null {
  const { change, confirmed, signIn } = view;
  switch (kind) {
    case 'saving':
      return null;
    case 'confirmed': {
      const also = confirmed?.alsoUpdated ?? [];
      return also.length > 0
        ? m.organization_status_also_updated({ fields: labelsOf(also) })
        : null;
    }
    case 'conflict':
      return m.conflict_summary();
    case 'stored-differently':
      return change && isOnlyKept(change)
        ? m.organization_kept_short()
        : m.organization_stored_differently_short();
    case 'waiting':
    case 'paused':
    case 'refused': {
      const refusal = refusalTexts(change?.failure ?? null);
      if (refusal.length > 0) return refusal.join(' ');
      if (!change?.failure)
        return isSavePaused
          ? m.organization_waiting_save_paused()
          : m.organization_waiting_no_reason();
      if (change.failure.code === 'sign-in.read-only' && signIn?.readOnly) {
        return signIn.readOnly === 'chosen'
          ? m.organization_read_only_kept_chosen()
          : m.organization_read_only_kept_refused();
      }
      const retries = recoveryOf(change.failure.code) === 'automatic';
      const { what, next } = describeFailure(change.failure, { retries, now });
      // The dialog for a new key, which a button opens, says where to find it.
      return needsKey(change.failure) ? what : `${what} ${next}`;
    }
  }
}

const FEEDBACK: Record<Feedback, () => string> = {
  'change-discarded': m.organization_waiting_discarded,
  accepted: m.organization_accepted,
  'remote-kept': m.conflict_remote_kept,
  restored: m.history_restored,
  'restored-same': m.history_restored_same,
  'field-restored': m.history_field_restored,
  'field-restored-same': m.history_field_restored_same,
  'save-undone': m.organization_save_undone,
};

/** All sentences of the status region after the headline, in reading order. */
export function sentencesOf(
  kind: OutcomeKind | null,
  editor: Editor,
  surroundings: Surroundings,
): string[] {
  const { view, feedback, choices } = editor;
  const remote = surroundings.isHistoryShown ? null : changedElsewhere(kind, view);
  const changedAgain = kind === 'conflict' ? choices.changedAgain : [];
  return [
    kind && reasonOf(kind, surroundings, view),
    changedAgain.length > 0 && m.conflict_changed_again({ fields: labelsOf(changedAgain) }),
    feedback && FEEDBACK[feedback](),
    remote && m.history_remote_changes({ fields: labelsOf(remote) }),
  ].filter((sentence) => typeof sentence === 'string');
}
