/** What other folders of main use of the background check. */
export type { SelectedRefresh } from './selected-refresh';
