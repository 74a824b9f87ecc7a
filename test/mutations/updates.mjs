/** Lines that prevent an update from installing a wrong file. */

/** @type {readonly import('./list.d.mts').MutationGroup[]} */
export const UPDATES = [
  {
    point: 'updates',
    file: 'src/main/updates/capability.ts',
    test: 'test/unit/updates/capability.test.ts',
    mutations: [
      { rule: 'delete-operand', in: 'isAllowedUpdateAddress', of: 'packaged' },
      {
        rule: 'replace-expression',
        in: 'isAllowedUpdateRequest',
        of: ['FILE_HOSTS', 'host'],
        to: 'packaged',
      },
      { rule: 'force-condition', of: 'PUBLISHER', to: 'true' },
    ],
  },
  {
    point: 'updates',
    file: 'src/main/updates/installers.ts',
    test: 'test/unit/updates/windows.test.ts',
    mutations: [{ rule: 'delete-statement', of: 'The signature could not be verified.' }],
  },
  {
    point: 'updates',
    file: 'src/main/updates/installers.ts',
    test: 'test/unit/updates/electron-updater-adapter.test.ts',
    mutations: [{ rule: 'replace-expression', of: ['hashes', 'hashOf'], to: 'true' }],
  },
  {
    point: 'updates',
    file: 'src/main/updates/electron-updater-adapter.ts',
    test: 'test/e2e/updates.spec.ts',
    mutations: [
      { rule: 'force-condition', of: 'announced', to: 'false' },
      { rule: 'set-value', of: 'cancel', to: 'false' },
      { rule: 'delete-operand', of: 'RELEASED' },
      { rule: 'delete-statement', of: 'stagingUserIdPromise' },
    ],
  },
  {
    point: 'updates',
    file: 'src/main/updates/update-service.ts',
    test: 'test/unit/updates/schedule.test.ts',
    mutations: [{ rule: 'delete-operand', in: 'isEnabled', of: 'isWanted' }],
  },
  {
    point: 'updates',
    file: 'src/main/updates/update-service.ts',
    test: 'test/unit/updates/installing.test.ts',
    mutations: [{ rule: 'delete-operand', of: ['mode', 'install'] }],
  },
];
