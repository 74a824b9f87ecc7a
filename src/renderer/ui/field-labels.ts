/** The five fields as a person knows them. */
import { m } from '../../shared/messages';
import type { FieldName } from '../../shared/profile';

const LABELS: Record<FieldName, () => string> = {
  business_name: m.field_business_name,
  business_email: m.field_business_email,
  business_phone: m.field_business_phone,
  business_address: m.field_business_address,
  external_metadata: m.field_external_metadata,
};

/** The label of a field. */
export function fieldLabel(field: FieldName): string {
  return LABELS[field]();
}
