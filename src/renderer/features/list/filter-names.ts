/** What the choices of *Show* are called. */
import type { ListFilter } from '../../../shared/list-query';
import { m } from '../../../shared/messages';

/** The full name of each filter. */
export const FILTER_NAMES: Record<ListFilter, () => string> = {
  all: m.sidebar_show_all,
  attention: m.sidebar_show_attention,
  drafts: m.sidebar_show_drafts,
  waiting: m.sidebar_show_waiting,
};
