/**
 * Lines that protect the texts of a profile: only typed text is stored, a missing field never counts as empty, and no
 * exported text is a formula.
 */

/** @type {readonly import('./list.d.mts').MutationGroup[]} */
export const TEXTS = [
  {
    point: 'texts',
    file: 'src/main/csv/cells.ts',
    test: 'test/unit/csv/separators.test.ts',
    mutations: [{ rule: 'replace-expression', of: 'INNER_FORMULA', to: 'text' }],
  },
  {
    point: 'texts',
    file: 'src/renderer/state/autosave.svelte.ts',
    test: 'test/component/random/window.test.ts',
    mutations: [
      { rule: 'delete-operand', in: 'follow', of: ['#handOvers', '0'] },
      { rule: 'delete-operand', in: 'follow', of: ['#sending', 'field'] },
      { rule: 'replace-expression', in: 'submit', of: ['#editsSince', 'edits'], to: '{}' },
      { rule: 'delete-statement', in: '#handOver', of: ['#unsaved', 'including'] },
      { rule: 'force-condition', in: 'discard', of: ['result', 'before'], to: 'false' },
    ],
  },
  {
    point: 'texts',
    file: 'src/main/organizations/remove.ts',
    test: 'test/unit/organizations/remove.test.ts',
    mutations: [
      { rule: 'delete-operand', in: 'isAsSeen', of: 'isWriting' },
      { rule: 'delete-operand', in: 'isAsSeen', of: ['removal', 'losses'] },
    ],
  },
  {
    point: 'texts',
    file: 'src/main/database/sqlite-file.ts',
    test: 'test/unit/database/moved-file.test.ts',
    mutations: [
      { rule: 'delete-statement', in: 'transaction', of: 'expectInPlace' },
      { rule: 'delete-operand', in: 'isInPlace', of: ['log', 'undefined'] },
      { rule: 'force-condition', in: 'close', of: 'isStray', to: 'false' },
    ],
  },
  {
    point: 'texts',
    file: 'src/main/database/database.ts',
    test: 'test/unit/database/moved-file.test.ts',
    mutations: [{ rule: 'force-condition', in: 'write', of: 'inPlace', to: 'true' }],
  },
  {
    point: 'texts',
    file: 'src/main/database/open.ts',
    test: 'test/unit/database/damage/interrupted-move.test.ts',
    mutations: [{ rule: 'delete-statement', in: 'openOrReplace', of: 'finishMove' }],
  },
  {
    point: 'texts',
    file: 'src/shared/patch.ts',
    test: 'test/unit/gate/patches.test.ts',
    mutations: [
      {
        rule: 'add-property',
        in: 'typedPatchSchema',
        of: 'base',
        to: 'save: v.optional(v.string())',
      },
      { rule: 'replace-method', in: 'perField', of: 'strictObject', to: 'object' },
    ],
  },
  {
    point: 'texts',
    file: 'src/shared/contract/schemas.ts',
    test: 'test/unit/gate/patches.test.ts',
    mutations: [{ rule: 'delete-element', in: 'editNumber', of: 'safeInteger' }],
  },
  {
    point: 'texts',
    file: 'src/main/cloudflare/responses.ts',
    test: 'test/unit/cloudflare/responses.test.ts',
    mutations: [
      {
        rule: 'replace-expression',
        in: 'missing',
        of: ['field', 'all'],
        to: 'all[field] !== null',
      },
    ],
  },
  {
    point: 'texts',
    file: 'src/main/sync/fetch-profile.ts',
    test: 'test/unit/cloudflare/missing-fields.test.ts',
    mutations: [{ rule: 'force-condition', of: ['lacksText', 'value'], to: 'false' }],
  },
  {
    point: 'texts',
    file: 'src/main/sync/send.ts',
    test: 'test/unit/sync/send-fresh.test.ts',
    mutations: [
      { rule: 'replace-expression', in: 'isStale', of: ['before', 'sentAt'], to: 'before.at' },
    ],
  },
  {
    point: 'texts',
    file: 'src/main/changes/decision.ts',
    test: 'test/unit/saves/cancel.test.ts',
    mutations: [
      {
        rule: 'replace-expression',
        in: 'resolve',
        of: ['ownedByPerson', 'mine'],
        to: 'rebase(remaining, mine, remote)',
      },
      { rule: 'replace-expression', in: 'retry', of: ['ownedByPerson', 'decided'], to: 'patch' },
    ],
  },
  {
    point: 'texts',
    file: 'src/main/sync/scheduler.ts',
    test: 'test/unit/sync/scheduler.test.ts',
    mutations: [
      { rule: 'delete-statement', in: 'suspend', of: 'abortSends' },
      { rule: 'delete-statement', in: 'resume', of: 'abortSends' },
    ],
  },
  {
    point: 'texts',
    file: 'src/main/sync/scheduler.ts',
    test: 'test/unit/sync/paused-sign-in.test.ts',
    mutations: [{ rule: 'delete-statement', in: 'recordEnd', of: 'recordSignInIssue' }],
  },
  {
    point: 'texts',
    file: 'src/main/cloudflare/electron-fetch.ts',
    test: 'test/unit/cloudflare/electron-fetch.test.ts',
    mutations: [
      { rule: 'force-condition', in: 'networkFetch', of: 'GET', to: 'true' },
      {
        rule: 'replace-expression',
        in: 'end',
        of: 'closeAllConnections',
        to: 'free.push(requests)',
      },
    ],
  },
  {
    point: 'texts',
    file: 'src/main/desktop/environment.ts',
    test: 'test/unit/desktop/environment.test.ts',
    mutations: [{ rule: 'delete-statement', of: 'disable-quic' }],
  },
  {
    point: 'texts',
    file: 'src/main/sync/send.ts',
    test: 'test/unit/sync/just-saved.test.ts',
    mutations: [
      { rule: 'force-condition', in: 'decideWrite', of: 'wait', to: 'false' },
      { rule: 'force-condition', in: 'sendChange', of: 'wait', to: 'false' },
      { rule: 'delete-statement', in: 'sendChange', of: 'takeBack' },
    ],
  },
  {
    point: 'texts',
    file: 'src/main/read-queue/read.ts',
    test: 'test/unit/sync/just-saved.test.ts',
    mutations: [
      { rule: 'force-condition', in: 'fetchAndStore', of: ['wait', 'value'], to: 'false' },
      { rule: 'force-condition', in: 'fetchAndStore', of: 'justSavedMeanwhile', to: 'false' },
    ],
  },
  {
    point: 'texts',
    file: 'src/main/changes/just-saved.ts',
    test: 'test/unit/sync/just-saved.test.ts',
    mutations: [
      { rule: 'force-condition', in: 'reasonToWait', of: 'onTheirWay', to: 'false' },
      { rule: 'delete-statement', in: 'ended', of: ['onTheirWay', 'delete'] },
    ],
  },
  {
    point: 'texts',
    file: 'src/main/organizations/add/by-id.ts',
    test: 'test/unit/sync/just-saved.test.ts',
    mutations: [{ rule: 'force-condition', of: ['justSaved', 'reasonToWait'], to: 'true' }],
  },
  {
    point: 'texts',
    file: 'src/main/changes/fill.ts',
    test: 'test/unit/import/drafts.test.ts',
    mutations: [{ rule: 'delete-property', in: 'fillOne', of: 'base' }],
  },
  {
    point: 'texts',
    file: 'src/main/csv/table-import.ts',
    test: 'test/unit/import/drafts.test.ts',
    mutations: [{ rule: 'force-condition', of: ['checks', 'checkOf'], to: 'false' }],
  },
];
