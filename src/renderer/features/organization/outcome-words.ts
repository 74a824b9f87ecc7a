/** The words of an outcome: its headline, and the sentence that says why and what to do. */
import { healing } from '../../../shared/failure';
import { m } from '../../../shared/messages';
import { describeFailure } from '../../../shared/messages/describe-failure';
import type { OrganizationView } from '../../../shared/organization';
import { fieldLabel } from '../../ui/field-labels';
import { newKeyWay } from '../../ui/new-key';
import type { OutcomeKind } from './outcome';

const HEADLINES: Record<OutcomeKind, () => string> = {
  saving: m.organization_status_saving,
  confirmed: m.organization_status_confirmed,
  waiting: m.organization_status_waiting,
  paused: m.organization_status_waiting,
  conflict: m.organization_status_conflict,
  'stored-differently': m.organization_status_stored_differently,
  refused: m.organization_status_refused,
};

/** The first words of an outcome. */
export function headlineOf(kind: OutcomeKind): string {
  return HEADLINES[kind]();
}

/** The sentence after the headline, or null when the headline says it all. */
export function reasonOf(
  kind: OutcomeKind,
  { change, confirmed }: OrganizationView,
): string | null {
  switch (kind) {
    case 'saving':
      return null;
    case 'confirmed': {
      const also = confirmed?.alsoUpdated ?? [];
      if (also.length === 0) return null;
      return m.organization_status_also({ fields: also.map(fieldLabel).join(', ') });
    }
    case 'conflict':
      return m.organization_conflict_short();
    case 'stored-differently':
      return m.organization_stored_differently_short();
    case 'waiting':
    case 'paused':
    case 'refused': {
      if (!change?.failure) return m.organization_waiting_no_reason();
      const retries = healing(change.failure.code) === 'itself';
      const { what, next } = describeFailure(change.failure, { retries });
      return [what, next, newKeyWay(change.failure)].filter(Boolean).join(' ');
    }
  }
}
