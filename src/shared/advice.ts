/**
 * Advice about the text of a field. It never blocks saving, because Cloudflare declares no rules for the
 * five texts. Only `unsendable` blocks.
 */
import { MAX_FIELD_LENGTH } from './limits';
import type { FieldName } from './profile';

/** What the app may advise about a text; each has a sentence in messages/. */
export type Advice =
  | 'email-shape'
  | 'phone-no-country-code'
  | 'phone-shape'
  | 'metadata-broken-json'
  | 'surrounding-space'
  | 'unseen-character';

/** Control characters and lone surrogates. They are invisible and get into a text only by accident. */
const UNSEEN = /(?![\t\r\n])\p{Cc}|\p{Cs}/u;

function phoneAdvice(text: string): Advice | null {
  if (!/^\(?[+\d][\d\s().\-/]*(?:(?:ext\.?|x)\s*\d+)?$/i.test(text)) return 'phone-shape';
  if (!/^\(?(\+|00)/.test(text)) return 'phone-no-country-code';
  const digitCount = text.replace(/\D/g, '').length;
  return digitCount < 7 || digitCount > 17 ? 'phone-shape' : null;
}

function metadataAdvice(text: string): Advice | null {
  if (!/^[[{]/.test(text)) return null;
  try {
    JSON.parse(text);
    return null;
  } catch {
    return 'metadata-broken-json';
  }
}

/** The advice for the text of a field, or null. Empty texts get none. */
export function adviceFor(field: FieldName, text: string): Advice | null {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  if (UNSEEN.test(text)) return 'unseen-character';
  switch (field) {
    case 'business_email':
      if (!/^[^\s@]+@[^\s@]+\.[^\s@.]+$/.test(trimmed)) return 'email-shape';
      break;
    case 'business_phone': {
      const advice = phoneAdvice(trimmed);
      if (advice) return advice;
      break;
    }
    case 'external_metadata':
      return metadataAdvice(trimmed);
    case 'business_name':
    case 'business_address':
      break;
  }
  return trimmed === text ? null : 'surrounding-space';
}

/** Why a text can be neither saved nor sent, or null. */
export function unsendable(text: string): 'too-long' | null {
  return text.length > MAX_FIELD_LENGTH ? 'too-long' : null;
}
