/** What the choices of *Show* are called. */
import type { ListFilter } from '../../../shared/list-query';
import { m } from '../../../shared/messages';

/** The full name of each filter. */
export const FILTER_NAMES: Record<ListFilter, () => string> = {
  all: m.list_show_all,
  attention: m.list_show_attention,
  drafts: m.list_show_drafts,
  waiting: m.list_show_waiting,
};
