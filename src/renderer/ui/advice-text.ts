/** The hint for each kind of advice about a text. */
import type { Advice } from '../../shared/advice';
import { m } from '../../shared/messages';

const TEXTS: Record<Advice, () => string> = {
  'email-shape': m.organization_advice_email_shape,
  'phone-no-country-code': m.organization_advice_phone_no_country_code,
  'phone-shape': m.organization_advice_phone_shape,
  'metadata-broken-json': m.organization_advice_metadata_broken_json,
  'surrounding-space': m.organization_advice_surrounding_space,
  'unseen-character': m.organization_advice_unseen_character,
};

/** The hint for an advice, or undefined without one. */
export function adviceText(advice: Advice | null): string | undefined {
  return advice ? TEXTS[advice]() : undefined;
}
