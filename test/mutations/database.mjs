/** Lines that keep a database that was changed while the app was closed from deciding what is sent. */

/** @type {readonly import('./list.d.mts').MutationGroup[]} */
export const DATABASE = [
  {
    point: 'database',
    file: 'src/main/database/outbox-macs.ts',
    test: 'test/unit/database/row-macs.test.ts',
    mutations: [
      { rule: 'delete-element', in: 'coveredBy', of: ['row', 'version'] },
      { rule: 'delete-element', in: 'coveredBy', of: ['row', 'patch'] },
      { rule: 'delete-element', in: 'coveredBy', of: ['row', 'attempted'] },
      { rule: 'delete-element', in: 'coveredBy', of: ['row', 'remote'] },
      { rule: 'delete-element', in: 'coveredBy', of: ['statusOf', 'state'] },
      { rule: 'delete-element', in: 'coveredBy', of: 'sign_in' },
      { rule: 'delete-element', in: 'coveredBy', of: 'sign_in_email' },
      {
        rule: 'force-condition',
        in: 'verifiedAttempts',
        of: ['verdict', 'intact'],
        to: 'false',
      },
      {
        rule: 'force-condition',
        in: 'verifiedAttempts',
        of: ['kind', 'entry_id'],
        to: 'false',
      },
      { rule: 'set-value', in: 'refuseUnverified', of: 'state', to: 'row.state' },
      { rule: 'set-value', in: 'refuseUnverified', of: 'base', to: 'edit.base' },
      {
        rule: 'force-condition',
        in: 'keepMacs',
        of: ['verdict', 'intact', 'unknown'],
        to: 'false',
      },
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
    mutations: [
      { rule: 'delete-statement', in: 'dropEarlierKeys', of: '#earlier' },
      { rule: 'replace-expression', in: 'encode', of: ['length', 'written'], to: "''" },
    ],
  },
  {
    point: 'database',
    file: 'src/main/database/saves-table.ts',
    test: 'test/unit/database/row-macs.test.ts',
    mutations: [{ rule: 'delete-element', in: 'coveredSave', of: 'paused' }],
  },
  {
    point: 'database',
    file: 'src/main/database/abandoned-table.ts',
    test: 'test/unit/database/row-macs.test.ts',
    mutations: [{ rule: 'delete-operand', of: ['verdictOf', 'intact'], in: 'get' }],
  },
  {
    point: 'database',
    file: 'src/main/database/own-write-table.ts',
    test: 'test/unit/database/own-writes.test.ts',
    mutations: [
      {
        rule: 'force-condition',
        in: 'bySiblings',
        of: ['verdict', 'intact'],
        to: 'false',
      },
      { rule: 'force-condition', in: 'renewMacs', of: ['verdict', 'intact'], to: 'false' },
      { rule: 'delete-element', in: 'COVERED', of: 'record_id' },
      { rule: 'delete-element', in: 'COVERED', of: 'entry_id' },
      { rule: 'delete-element', in: 'COVERED', of: 'field' },
      { rule: 'delete-element', in: 'COVERED', of: 'text' },
      { rule: 'delete-element', in: 'COVERED', of: 'version' },
      { rule: 'delete-element', in: 'COVERED', of: 'submitted_at' },
    ],
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
      { rule: 'delete-statement', in: 'check', of: 'dropEarlierKeys' },
      { rule: 'force-condition', in: 'check', of: ['added', 'ok'], to: 'false' },
    ],
  },
];
