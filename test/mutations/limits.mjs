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
    test: 'test/unit/csv/limits.test.ts',
    mutations: [
      { rule: 'force-condition', of: 'MAX_IMPORT_ROWS', to: 'false' },
      { rule: 'force-condition', of: 'MAX_PROBLEMS', to: 'true' },
    ],
  },
  {
    point: 'limits',
    file: 'src/main/csv/import.ts',
    test: 'test/unit/csv/xlsx.test.ts',
    mutations: [{ rule: 'force-condition', of: 'MAX_PLAN_LENGTH', to: 'false' }],
  },
  {
    point: 'limits',
    file: 'src/main/csv/csv-rows.ts',
    test: 'test/unit/csv/limits.test.ts',
    mutations: [{ rule: 'force-condition', of: 'MAX_IMPORT_ROW_LENGTH', to: 'false' }],
  },
  {
    point: 'limits',
    file: 'src/main/csv/xlsx-archive.ts',
    test: 'test/unit/csv/xlsx.test.ts',
    mutations: [{ rule: 'force-condition', of: 'isBomb', to: 'false' }],
  },
  {
    point: 'limits',
    file: 'src/main/csv/xlsx-xml.ts',
    test: 'test/unit/csv/xlsx.test.ts',
    mutations: [
      { rule: 'force-condition', of: 'MAX_DEPTH', to: 'false' },
      { rule: 'force-condition', of: 'MAX_ATTRIBUTES', to: 'false' },
    ],
  },
  {
    point: 'limits',
    file: 'src/main/saves/plan.ts',
    test: 'test/unit/saves/plan.test.ts',
    mutations: [
      { rule: 'force-condition', of: 'isUnsendable', to: 'false' },
      { rule: 'force-condition', of: 'MAX_PLAN_LENGTH', to: 'false' },
    ],
  },
  {
    point: 'limits',
    file: 'src/main/cloudflare/responses.ts',
    test: 'test/unit/cloudflare/responses.test.ts',
    mutations: [{ rule: 'replace-expression', of: ['name', 'MAX_NAME_LENGTH'], to: 'name' }],
  },
];
