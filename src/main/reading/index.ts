/** What other folders of main use of the reading queue. */
export type { Reading } from './queue';
