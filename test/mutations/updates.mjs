/** Lines that prevent an update from installing a wrong file. */

/** @type {readonly import('./list.mjs').Mutation[]} */
export const UPDATES = [
  {
    point: 'updates',
    file: 'src/main/updates/capability.ts',
    text: "protocol === 'https:' || (!packaged && LOOPBACK.includes(hostname))",
    to: "protocol === 'https:' || LOOPBACK.includes(hostname)",
    test: 'test/unit/updates/capability.test.ts',
  },
  {
    point: 'updates',
    file: 'src/main/updates/capability.ts',
    text: "PUBLISHER.test(text) ? selfUpdating('nsis') : reportsOnly('unsigned')",
    to: "selfUpdating('nsis')",
    test: 'test/unit/updates/capability.test.ts',
  },
  {
    point: 'updates',
    file: 'src/main/updates/capability.ts',
    text: '&& execPath.startsWith(mount + sep)',
    to: '',
    test: 'test/unit/updates/capability.test.ts',
  },
  {
    point: 'updates',
    file: 'src/main/updates/installers.ts',
    text: "return 'The signature could not be verified.';",
    to: '// Taken as it is.',
    test: 'test/unit/updates/windows.test.ts',
  },
  {
    point: 'updates',
    file: 'src/main/updates/appimage.ts',
    text: 'if (!hashes.includes(await hashOf(copy))) return false;',
    to: 'void hashes;',
    test: 'test/unit/updates/files.test.ts',
  },
  {
    point: 'updates',
    file: 'src/main/updates/electron-updater.ts',
    text: "if (!announced) return failed('updates.wrong-hash');",
    to: 'if (!announced) return success(info.version);',
    test: 'test/e2e/updates.spec.ts',
  },
  {
    point: 'updates',
    file: 'src/main/updates/electron-updater.ts',
    text: 'answer({ cancel: !isAllowedUpdateAddress(url, packaged) })',
    to: 'answer({ cancel: false && !isAllowedUpdateAddress(url, packaged) })',
    test: 'test/e2e/updates.spec.ts',
  },
  {
    point: 'updates',
    file: 'src/main/updates/electron-updater.ts',
    text: '!RELEASED.test(info.version)',
    to: '(false && !RELEASED.test(info.version))',
    test: 'test/e2e/updates.spec.ts',
  },
  {
    point: 'updates',
    file: 'src/main/updates/electron-updater.ts',
    text: '  Object.assign(updater, { stagingUserIdPromise: { value: Promise.resolve(ANONYMOUS_ID) } });',
    to: '  void ANONYMOUS_ID;',
    test: 'test/e2e/updates.spec.ts',
  },
  {
    point: 'updates',
    file: 'src/main/updates/update-service.ts',
    text: "const isEnabled = (): boolean => capability.way !== 'none' && wanted();",
    to: "const isEnabled = (): boolean => capability.way !== 'none';",
    test: 'test/unit/updates/schedule.test.ts',
  },
  {
    point: 'updates',
    file: 'src/main/updates/update-service.ts',
    text: "if (newer === null || capability.way !== 'install') return success(null);",
    to: 'if (newer === null) return success(null);',
    test: 'test/unit/updates/installing.test.ts',
  },
];
