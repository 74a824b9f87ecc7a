/** Logs and support details, as other modules may use them. */
export { type LogUnexpected, logFolder, redactedStack } from './log';
