/**
 * Breaks: changes of the code that make the app lose or corrupt something. The kill loop (kill-loop.test.ts) must
 * find each of them. `node test/faults/breaks/run.mjs` applies them one by one in a copy of the tree. The rules are
 * those of test/mutations/mutate.d.mts; test/unit/mutations.test.ts fails when a break no longer matches one place.
 */

const LIST = [
  {
    name: 'typed text is stored after 1.5 s instead of 0.4 s',
    file: 'src/renderer/state/autosave.svelte.ts',
    change: { rule: 'set-value', of: 'SAVE_WITHIN', to: '1_500' },
  },
  {
    name: 'typed text is lost when its page is left',
    file: 'src/renderer/state/autosaves.svelte.ts',
    change: { rule: 'replace-expression', in: 'open', of: 'flush', to: 'this.drop(before)' },
  },
  {
    name: 'a conflict does not stop a send',
    file: 'src/main/changes/remote-copy.ts',
    change: { rule: 'force-condition', of: ['verdicts', 'conflict'], to: 'false' },
  },
  {
    name: 'a write is not remembered before it is sent',
    file: 'src/main/changes/remote-copy.ts',
    change: { rule: 'replace-expression', of: 'textsOf', to: '{}' },
  },
  {
    name: 'untouched fields are sent as they were saved before the read',
    file: 'src/main/changes/remote-copy.ts',
    change: { rule: 'set-value', of: 'put', to: '{ ...savedTexts(before), ...textsOf(patch) }' },
  },
  {
    name: 'a confirmation also ends a newer change',
    file: 'src/main/changes/remote-copy.ts',
    change: { rule: 'force-condition', of: ['pending', 'sent', 'version'], to: 'false' },
  },
  {
    name: 'discarded text is not added to the history',
    file: 'src/main/changes/submission.ts',
    change: { rule: 'set-value', in: 'takeBack', of: 'revisions', to: '[]' },
  },
  {
    name: 'canceling a save removes the whole change',
    file: 'src/main/changes/submission.ts',
    change: {
      rule: 'replace-expression',
      in: 'cancelSave',
      of: 'withdraw',
      to: 'discardPending(state)',
    },
  },
  {
    name: 'canceling a save keeps no drafts',
    file: 'src/main/changes/submission.ts',
    change: {
      rule: 'replace-expression',
      in: 'cancelSave',
      of: 'withdraw',
      to: 'state.pending ? takeBack(state, state.pending, fields, false) : unchanged(state)',
    },
  },
  {
    name: 'undoing a save of many replaces drafts',
    file: 'src/main/saves/undo.ts',
    change: { rule: 'delete-operand', in: 'textsToBringBack', of: 'draft' },
  },
  {
    name: 'a paused save is written',
    file: 'src/main/sync/send.ts',
    change: { rule: 'set-value', of: 'held', to: '[]' },
  },
  {
    name: 'a draft that changed since its review is submitted',
    file: 'src/main/changes/submit-many.ts',
    change: {
      rule: 'replace-expression',
      in: 'unchanged',
      of: ['fields', 'get', 'seq'],
      to: 'fields.has(field)',
    },
  },
  {
    name: 'what was submitted with many does not belong to its save',
    file: 'src/main/changes/submission.ts',
    change: { rule: 'force-condition', in: 'submit', of: ['save', 'undefined'], to: 'true' },
  },
  {
    name: 'a batch replaces drafts without asking',
    file: 'src/main/changes/fill.ts',
    change: { rule: 'force-condition', in: 'textOf', of: ['draft', 'alsoOverDrafts'], to: 'false' },
  },
  {
    name: 'a draft that a batch replaces is not added to the history',
    file: 'src/main/changes/machine.ts',
    change: { rule: 'set-value', in: 'edit', of: 'replaced', to: '{}' },
  },
  {
    name: 'undoing a batch also takes back what was typed',
    file: 'src/main/database/draft-table.ts',
    change: { rule: 'force-condition', in: 'madeBy', of: 'origin', to: 'true' },
  },
  {
    name: 'discarding many drafts does not add them to the history',
    file: 'src/main/changes/submit-many.ts',
    change: { rule: 'delete-property', in: 'discard', of: 'remember' },
  },
  {
    name: 'another entry of the organization is sent without waiting',
    file: 'src/main/changes/just-saved.ts',
    change: { rule: 'force-condition', in: 'reasonToWait', of: 'last', to: 'true' },
  },
];

/** All breaks; see list.d.mts. */
export const BREAKS = LIST.map(({ change, ...rest }) => ({ ...rest, ...change }));
