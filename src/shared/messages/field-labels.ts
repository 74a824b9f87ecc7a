/** The five profile fields as the window labels them. */
import type { CloudflareNotice } from '../failure';
import { FIELD_NAMES, type FieldName } from '../profile';
import { m } from './compiled/messages';

const LABELS: Record<FieldName, typeof m.field_business_name> = {
  business_name: m.field_business_name,
  business_email: m.field_business_email,
  business_phone: m.field_business_phone,
  business_address: m.field_business_address,
  external_metadata: m.field_external_metadata,
};

const API_NAMES = new RegExp(`\\b(?:${FIELD_NAMES.join('|')})\\b`, 'g');

/** The label of a field. */
export function fieldLabel(field: FieldName): string {
  return LABELS[field]();
}

/**
 * Cloudflare's own sentence, with `business_email` and the like replaced by the label of the field. It is English in
 * every language, and so is the label.
 */
export function noticeText({ message }: Pick<CloudflareNotice, 'message'>): string {
  return message.replace(API_NAMES, (name) => LABELS[name as FieldName]({}, { locale: 'en' }));
}
