/** Lines that keep a database that was changed while the app was closed from deciding what is sent. */

/** @type {readonly import('./list.d.mts').MutationGroup[]} */
export const DATABASE = [
  {
    point: 'database',
    file: 'src/main/database/outbox-macs.ts',
    test: 'test/unit/database/row-macs.test.ts',
    mutations: [
      { rule: 'delete-element', in: 'values', of: 'version' },
      { rule: 'delete-element', in: 'ofFields', of: 'field' },
      { rule: 'delete-element', in: 'ofFields', of: 'base' },
      { rule: 'delete-element', in: 'ofFields', of: 'text' },
      { rule: 'delete-element', in: 'ofFields', of: 'save_id' },
      { rule: 'delete-element', in: 'values', of: 'attempted' },
      { rule: 'delete-element', in: 'values', of: 'remote' },
      { rule: 'delete-element', in: 'values', of: ['statusOf', 'state'] },
      { rule: 'delete-element', in: 'values', of: 'sign_in' },
      { rule: 'replace-expression', in: 'signAgain', of: 'checkChange', to: 'true' },
    ],
  },
  {
    point: 'database',
    file: 'src/main/database/damage/recover.ts',
    test: 'test/unit/database/damage/recover-changes.test.ts',
    mutations: [{ rule: 'set-value', in: 'readEdits', of: 'base', to: 'patch[field]!.base' }],
  },
  {
    point: 'database',
    file: 'src/main/database/row-macs.ts',
    test: 'test/unit/database/row-macs.test.ts',
    mutations: [{ rule: 'replace-expression', in: 'encode', of: ['length', 'written'], to: "''" }],
  },
  {
    point: 'database',
    file: 'src/main/database/saves-table.ts',
    test: 'test/unit/database/row-macs.test.ts',
    mutations: [
      { rule: 'delete-element', in: 'coveredSave', of: 'paused' },
      { rule: 'force-condition', in: 'set', of: 'trust', to: 'false' },
    ],
  },
  {
    point: 'database',
    file: 'src/main/database/outbox-table.ts',
    test: 'test/unit/database/row-macs.test.ts',
    mutations: [{ rule: 'force-condition', in: 'put', of: ['isOurs', 'replaced'], to: 'false' }],
  },
  {
    point: 'database',
    file: 'src/main/database/sign-in-table.ts',
    test: 'test/unit/database/row-macs.test.ts',
    mutations: [
      { rule: 'delete-element', in: 'covered', of: 'id' },
      { rule: 'force-condition', in: 'checkMacs', of: 'isOurs', to: 'true' },
      { rule: 'force-condition', in: 'checkMacs', of: 'session-only', to: 'false' },
    ],
  },
  {
    point: 'database',
    file: 'src/main/database/abandoned-table.ts',
    test: 'test/unit/database/row-macs.test.ts',
    mutations: [{ rule: 'delete-operand', of: 'trust', in: 'get' }],
  },
  {
    point: 'database',
    file: 'src/main/database/damage/integrity.ts',
    test: 'test/unit/database/faults.test.ts',
    mutations: [{ rule: 'delete-statement', in: 'expectExactSchema', of: 'damageError' }],
  },
  {
    point: 'database',
    file: 'src/main/changes/verification.ts',
    test: 'test/unit/changes/verification.test.ts',
    mutations: [
      { rule: 'replace-expression', in: 'read', of: ['marks', 'find', 'value'], to: 'folder.key' },
      { rule: 'delete-statement', in: 'read', of: 'replaceMark' },
    ],
  },
  {
    point: 'database',
    file: 'src/main/changes/repository.ts',
    test: 'test/unit/changes/verification.test.ts',
    mutations: [
      { rule: 'set-value', in: 'changeToDrafts', of: 'base', to: 'edit.base' },
      { rule: 'set-value', in: 'changeToDrafts', of: 'attempted', to: 'state.pending.attempted' },
    ],
  },
];
