/**
 * Breaks: changes of the code that make the app lose or corrupt something. The kill loop (kill-loop.test.ts) must
 * find each of them. `node test/faults/breaks/run.mjs` applies them one by one in a copy of the tree; list.test.ts
 * fails when a quoted text no longer occurs exactly once in its file.
 */

/**
 * @typedef {object} Break
 * @property {string} name
 * @property {string} file
 * @property {string} text the code to replace; occurs exactly once in the file
 * @property {string} to the replacement
 */

/** @type {readonly Break[]} */
export const BREAKS = [
  {
    name: 'typed text is stored after 1.5 s instead of 0.4 s',
    file: 'src/renderer/state/autosave.svelte.ts',
    text: 'SAVE_WITHIN = 400',
    to: 'SAVE_WITHIN = 1_500',
  },
  {
    name: 'typed text is lost when its page is left',
    file: 'src/renderer/state/autosaves.svelte.ts',
    text: 'else void left?.flush();',
    to: 'else this.drop(before);',
  },
  {
    name: 'a conflict does not stop a send',
    file: 'src/main/changes/remote-copy.ts',
    text: "verdicts.includes('conflict')",
    to: 'verdicts.length === 0',
  },
  {
    name: 'a write is not remembered before it is sent',
    file: 'src/main/changes/remote-copy.ts',
    text: 'const attempted = { ...pending.attempted, ...textsOf(patch) };',
    to: 'const attempted = textsOf(patch) && pending.attempted;',
  },
  {
    name: 'untouched fields are sent as they were saved before the read',
    file: 'src/main/changes/remote-copy.ts',
    text: 'put: layOver(remote, patch)',
    to: 'put: layOver(savedTexts(before), patch)',
  },
  {
    name: 'a confirmation also ends a newer change',
    file: 'src/main/changes/remote-copy.ts',
    text: 'if (pending.version !== sent.version) {',
    to: 'if (pending.version < sent.version) {',
  },
  {
    name: 'discarded text is not added to the history',
    file: 'src/main/changes/submission.ts',
    text: "revisions: revision('discarded', textsOf(withdrawn)), jobs",
    to: 'revisions: [], jobs',
  },
  {
    name: 'canceling a job removes the whole change',
    file: 'src/main/changes/submission.ts',
    text: 'return fields.length > 0 ? withdraw(state, pending, fields) : stay(state);',
    to: 'return fields.length > 0 ? discardPending(state) : stay(state);',
  },
  {
    name: 'a paused job is written',
    file: 'src/main/sync/send.ts',
    text: 'const held = tables.bulk.held();',
    to: 'const held: string[] = [];',
  },
  {
    name: 'a job is applied to a text its preview did not show',
    file: 'src/main/changes/submission.ts',
    text: "if (needsPerson || saved === 'unread' || fields.some(isStale))",
    to: "if (needsPerson || saved === 'unread' || fields.filter(isStale).length > 9)",
  },
  {
    name: 'an acknowledged job is forgotten at the next start',
    file: 'src/main/bulk/submit.ts',
    text: "bulk.inStage('planning')) bulk.remove(id)",
    to: "bulk.inStage('sending')) bulk.remove(id)",
  },
];
