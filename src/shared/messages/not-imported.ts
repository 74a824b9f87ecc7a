/** Why rows and cells of an imported table cannot be used, in words. */
import type { NotImported } from '../changes';
import { m } from './index';

const REASONS: Record<NotImported['reason'], () => string> = {
  'no-key': m.not_imported_no_key,
  'no-match': m.not_imported_no_match,
  'several-matches': m.not_imported_several_matches,
  duplicate: m.not_imported_duplicate,
  'too-many-cells': m.not_imported_too_many_cells,
  'too-long': m.not_imported_too_long,
  'not-text': m.not_imported_not_text,
};

/** Why a row or a cell cannot be used. */
export const notImportedReason = (reason: NotImported['reason']): string => REASONS[reason]();
