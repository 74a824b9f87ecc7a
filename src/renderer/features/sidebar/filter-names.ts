/** What the choices of *Show* are called. */
import { m } from '../../../shared/messages';
import type { Filter } from '../../state/organizations.svelte';

/** The full name of each filter. */
export const FILTER_NAMES: Record<Filter, () => string> = {
  all: m.sidebar_show_all,
  attention: m.sidebar_show_attention,
  drafts: m.sidebar_show_drafts,
  waiting: m.sidebar_show_waiting,
};
