/** What Cloudflare says about texts that it refused. */
import type { Failure } from '../../shared/failure';
import { m } from '../../shared/messages';
import { fieldLabel, noticeText } from '../../shared/messages/field-labels';
import type { FieldName } from '../../shared/profile';

interface Refusal {
  /** The field that Cloudflare names, or null. */
  field: FieldName | null;
  sentence: string;
}

/** A sentence for each field that it names, or else the first thing that it says; none if it refused something else. */
export function refusals(failure: Failure | null): Refusal[] {
  const errors = failure?.code === 'profile.refused' ? (failure.errors ?? []) : [];
  const about = errors.filter(({ field }) => field !== null);
  return (about.length > 0 ? about : errors.slice(0, 1)).map((error) => {
    const message = noticeText(error);
    const label = error.field ? fieldLabel(error.field) : '';
    const sentence = message.includes(label)
      ? m.common_cloudflare_says({ message })
      : m.common_cloudflare_says_of({ field: label, message });
    return { field: error.field, sentence };
  });
}

/** The sentences alone, each once. */
export function refusalTexts(failure: Failure | null): string[] {
  return [...new Set(refusals(failure).map(({ sentence }) => sentence))];
}
