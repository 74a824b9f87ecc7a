/** What other folders of main use of the reading queue. */
export type { ReadQueue } from './queue';
