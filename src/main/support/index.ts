/** Logs and support details, as other modules may use them. */
export { type LogUnexpected, logFolder, traceOf } from './log';
