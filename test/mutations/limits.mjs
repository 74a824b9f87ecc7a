/** Lines that limit what is kept, read and imported, so that nothing can make the app too large to open. */

/** @type {readonly import('./list.d.mts').MutationGroup[]} */
export const LIMITS = [
  {
    point: 'limits',
    file: 'src/shared/profile.ts',
    test: 'test/unit/gate/texts.test.ts',
    mutations: [{ rule: 'delete-element', in: 'fieldTextSchema', of: 'maxLength' }],
  },
  {
    point: 'limits',
    file: 'src/shared/contract/schemas.ts',
    test: 'test/unit/gate/contract-limits.test.ts',
    mutations: [{ rule: 'delete-element', in: 'entryIds', of: 'maxLength' }],
  },
  {
    point: 'limits',
    file: 'src/main/database/columns.ts',
    test: 'test/unit/database/oversized.test.ts',
    mutations: [
      { rule: 'delete-operand', in: 'isFieldText', of: 'MAX_FIELD_LENGTH' },
      { rule: 'delete-operand', in: 'fromJson', of: 'MAX_JSON_LENGTH' },
    ],
  },
  {
    point: 'limits',
    file: 'src/main/csv/import.ts',
    test: 'test/unit/csv/import.test.ts',
    mutations: [
      { rule: 'force-condition', of: 'MAX_IMPORT_ROWS', to: 'false' },
      { rule: 'force-condition', of: 'MAX_MEMORY_BYTES', to: 'false' },
      { rule: 'replace-expression', of: ['setTimeout', 'import.timed-out'], to: 'undefined' },
      { rule: 'delete-statement', of: ['link', 'stop'] },
    ],
  },
  {
    point: 'limits',
    file: 'src/main/csv/import.ts',
    test: 'test/unit/csv/xlsx.test.ts',
    mutations: [{ rule: 'replace-expression', of: ['#length', 'MAX_IMPORT_LENGTH'], to: 'false' }],
  },
  {
    point: 'limits',
    file: 'src/main/csv/parser-protocol.ts',
    test: 'test/unit/csv/import.test.ts',
    mutations: [{ rule: 'replace-expression', of: ['reduce', 'MAX_ROWS_LENGTH'], to: 'true' }],
  },
  {
    point: 'limits',
    file: 'src/main/csv/files.ts',
    test: 'test/unit/csv/import.test.ts',
    mutations: [{ rule: 'force-condition', of: ['before', 'mtimeMs'], to: 'false' }],
  },
  {
    point: 'limits',
    file: 'src/main/lib/helper-link.ts',
    test: 'test/unit/csv/import.test.ts',
    mutations: [{ rule: 'delete-operand', of: ['parsed', 'output', 'id'] }],
  },
  {
    point: 'limits',
    file: 'src/main/desktop/start-helper.ts',
    test: 'test/unit/desktop/start-helper.test.ts',
    mutations: [
      { rule: 'delete-property', of: 'env' },
      { rule: 'delete-property', of: 'execArgv' },
    ],
  },
  {
    point: 'limits',
    file: 'src/main/csv/table.ts',
    test: 'test/unit/csv/limits.test.ts',
    mutations: [{ rule: 'force-condition', of: 'MAX_IMPORT_ROWS', to: 'false' }],
  },
  {
    point: 'limits',
    file: 'src/main/csv/csv-rows.ts',
    test: 'test/unit/csv/limits.test.ts',
    mutations: [{ rule: 'force-condition', of: 'MAX_IMPORT_ROW_LENGTH', to: 'false' }],
  },
  {
    point: 'limits',
    file: 'src/main/cloudflare/responses.ts',
    test: 'test/unit/cloudflare/responses.test.ts',
    mutations: [{ rule: 'replace-expression', of: ['name', 'MAX_NAME_LENGTH'], to: 'name' }],
  },
];
