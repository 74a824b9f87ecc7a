/**
 * The words of the status region: the headline of an outcome, the sentence that says why and what to do,
 * and what else is new on the page.
 */
import { recoveryOf } from '../../../shared/failure';
import { m } from '../../../shared/messages';
import { describeFailure } from '../../../shared/messages/describe-failure';
import { listText } from '../../../shared/messages/locale';
import type { OrganizationView } from '../../../shared/organization';
import type { FieldName } from '../../../shared/profile';
import { fieldLabel } from '../../../shared/messages/field-labels';
import { newKeyText } from '../../ui/new-key';
import { newsOf, type OutcomeKind } from './outcome';
import type { Editor, Feedback } from './editor.svelte';

const HEADLINES: Record<OutcomeKind, () => string> = {
  saving: m.organization_status_saving,
  confirmed: m.organization_status_confirmed,
  waiting: m.organization_status_waiting,
  paused: m.organization_status_waiting,
  conflict: m.organization_status_conflict,
  'stored-differently': m.organization_status_stored_differently,
  refused: m.organization_status_refused,
};

const listed = (fields: readonly FieldName[]): string => listText(fields.map(fieldLabel));

/** The first words of an outcome. */
export function headlineOf(kind: OutcomeKind): string {
  return HEADLINES[kind]();
}

/** The sentence after the headline, or null when the headline says it all. */
function reasonOf(kind: OutcomeKind, { change, confirmed }: OrganizationView): string | null {
  switch (kind) {
    case 'saving':
      return null;
    case 'confirmed': {
      const also = confirmed?.alsoUpdated ?? [];
      return also.length > 0 ? m.organization_status_also({ fields: listed(also) }) : null;
    }
    case 'conflict':
      return m.conflict_short();
    case 'stored-differently':
      return m.organization_stored_differently_short();
    case 'waiting':
    case 'paused':
    case 'refused': {
      if (!change?.failure) return m.organization_waiting_no_reason();
      const retries = recoveryOf(change.failure.code) === 'automatic';
      const { what, next } = describeFailure(change.failure, { retries });
      // Where the key is found is said where it is put in.
      return `${what} ${newKeyText(change.failure) || next}`.trim();
    }
  }
}

const FEEDBACK: Record<Feedback, () => string> = {
  'change-discarded': m.organization_given_up,
  accepted: m.organization_accepted,
  'theirs-kept': m.conflict_theirs_kept,
  restored: m.history_restored,
  'restored-same': m.history_restored_same,
};

/** Every sentence of the status region after the headline, in the order they are read. */
export function sentencesOf(kind: OutcomeKind | null, editor: Editor): string[] {
  const { view, feedback, choices } = editor;
  const news = newsOf(kind, view);
  const again = kind === 'conflict' ? choices.changedAgain : [];
  return [
    kind && reasonOf(kind, view),
    again.length > 0 && m.conflict_again({ fields: listed(again) }),
    feedback && FEEDBACK[feedback](),
    news && m.history_news({ fields: listed(news) }),
  ].filter((sentence) => typeof sentence === 'string');
}
