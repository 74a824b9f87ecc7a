/** What Cloudflare says about texts that it refused. */
import type { Failure } from '../../shared/failure';
import { m } from '../../shared/messages';
import { fieldLabel, noticeText } from '../../shared/messages/field-labels';

/** A sentence for each field that it names, or else the first thing that it says; none if it refused something else. */
export function refusalTexts(failure: Failure | null): string[] {
  const errors = failure?.code === 'profile.refused' ? (failure.errors ?? []) : [];
  const about = errors.filter(({ field }) => field !== null);
  const texts = (about.length > 0 ? about : errors.slice(0, 1)).map((error) => {
    const message = noticeText(error);
    const label = error.field ? fieldLabel(error.field) : '';
    return message.includes(label)
      ? m.common_cloudflare_says({ message })
      : m.common_cloudflare_says_of({ field: label, message });
  });
  return [...new Set(texts)];
}
