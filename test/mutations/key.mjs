/** Lines that prevent the API key from leaking. */

/** @type {readonly import('./list.d.mts').MutationGroup[]} */
export const KEY = [
  {
    point: 'key',
    file: 'src/main/desktop/command-line.ts',
    test: 'test/unit/desktop/command-line.test.ts',
    mutations: [
      { rule: 'delete-statement', of: ['commandLine', 'removeSwitch'] },
      { rule: 'delete-statement', of: 'KEPT_VARIABLES' },
      { rule: 'replace-expression', of: 'WHITE_SPACE_AROUND', to: 'argument' },
      { rule: 'replace-expression', of: ['packaged', 'REFUSED_SWITCHES'], to: 'false' },
    ],
  },
  {
    point: 'key',
    file: 'src/main/desktop/core-dumps.ts',
    test: 'test/unit/desktop/core-dumps.test.ts',
    mutations: [
      { rule: 'delete-statement', of: 'writeFileSync' },
      { rule: 'delete-element', of: 'flatMap' },
    ],
  },
  {
    point: 'key',
    file: 'src/main/desktop/environment.ts',
    test: 'test/unit/desktop/environment.test.ts',
    mutations: [
      { rule: 'delete-statement', of: 'keepMemoryOutOfDumps' },
      { rule: 'delete-statement', of: 'removeDangerousOptions' },
      { rule: 'delete-statement', in: 'prepareEnvironment', of: 'useCorrectPaths' },
      { rule: 'delete-statement', in: 'useCorrectPaths', of: ['setPath', 'home', 'getPath'] },
      { rule: 'delete-statement', in: 'useCorrectPaths', of: ['setPath', 'userData'] },
      { rule: 'force-condition', of: ['process', 'env'], to: 'false' },
    ],
  },
  {
    point: 'key',
    file: 'src/main/desktop/trusted-paths.ts',
    test: 'test/unit/desktop/trusted-paths.test.ts',
    mutations: [
      { rule: 'delete-operand', in: 'isProtected', of: ['found', 'uid', 'account'] },
      { rule: 'delete-statement', in: 'isProtected', of: ['STICKY', 'above'] },
      { rule: 'delete-operand', in: 'isProtected', of: 'above' },
      { rule: 'delete-operand', in: 'isTrusted', of: 'existing' },
      { rule: 'delete-operand', in: 'isTrusted', of: 'real' },
      { rule: 'delete-operand', in: 'isBelow', of: 'includes' },
      { rule: 'delete-operand', in: 'isTrustedBus', of: 'isTrusted' },
      { rule: 'delete-operand', in: 'isTrustedBus', of: 'isSocket' },
      { rule: 'delete-operand', in: 'isTrustedRuntime', of: 'isPrivate' },
      { rule: 'set-value', of: 'candidates', to: "[env['HOME']]" },
      { rule: 'delete-statement', of: ['keep', 'isOwn'] },
      { rule: 'delete-statement', of: ['keepEach', 'isOwn'] },
      { rule: 'replace-expression', in: 'isSystem', of: 'isTrusted', to: 'true' },
      { rule: 'delete-statement', in: 'correctPaths', of: 'isTrustedRuntime' },
      { rule: 'delete-statement', of: ['keep', 'ACCESSIBILITY_BUS'] },
      { rule: 'delete-statement', of: ['keep', 'SYSTEM_BUS'] },
      { rule: 'delete-statement', of: ['standard', 'isTrustedBus'] },
    ],
  },
  {
    point: 'key',
    file: 'src/main/cloudflare/http.ts',
    test: 'test/unit/cloudflare/http.test.ts',
    mutations: [
      { rule: 'set-value', of: 'redirect', to: "'follow'" },
      { rule: 'delete-property', of: 'credentials' },
    ],
  },
  {
    point: 'key',
    file: 'src/main/cloudflare/client.ts',
    test: 'test/unit/cloudflare/client.test.ts',
    mutations: [{ rule: 'force-condition', of: 'isValid', to: 'true' }],
  },
  {
    point: 'key',
    file: 'src/main/sign-ins/authorizations.ts',
    test: 'test/unit/sign-ins/authorizations.test.ts',
    mutations: [
      { rule: 'replace-expression', in: 'timer', of: 'delete', to: 'null' },
      { rule: 'delete-statement', in: 'forgetKeys', of: '#drop' },
      { rule: 'delete-statement', in: 'forgetKeys', of: '#reading' },
    ],
  },
  {
    point: 'key',
    file: 'src/main/cloudflare/authorizer.ts',
    test: 'test/unit/cloudflare/authorizer.test.ts',
    mutations: [
      { rule: 'force-condition', of: ['later', 'ok'], to: 'false' },
      { rule: 'delete-statement', in: 'authorizeNow', of: 'onWait' },
      { rule: 'force-condition', of: 'problem', to: 'false' },
    ],
  },
  {
    point: 'key',
    file: 'src/main/cloudflare/notices.ts',
    test: 'test/unit/cloudflare/notices.test.ts',
    mutations: [
      { rule: 'replace-expression', of: 'maskSecrets', to: 'String(value)' },
      { rule: 'delete-operand', of: 'hasSecret' },
      { rule: 'set-value', of: 'page', to: 'url.href' },
    ],
  },
  {
    point: 'key',
    file: 'src/main/cloudflare/failures.ts',
    test: 'test/unit/cloudflare/masking.test.ts',
    mutations: [{ rule: 'delete-operand', of: 'hasSecret' }],
  },
  {
    point: 'key',
    file: 'src/main/cloudflare/masking.ts',
    test: 'test/unit/cloudflare/masking.test.ts',
    mutations: [
      { rule: 'replace-expression', in: 'lowerCase', of: 'toLowerCase', to: 'char' },
      { rule: 'force-condition', in: 'endOfSecret', of: ['encoded', 'char'], to: 'false' },
      { rule: 'set-value', in: 'maskSecrets', of: 'encoded', to: '[]' },
    ],
  },
  {
    point: 'key',
    file: 'src/main/support/log.ts',
    test: 'test/unit/support/log.test.ts',
    mutations: [{ rule: 'set-value', of: 'trace', to: 'stack' }],
  },
  {
    point: 'key',
    file: 'src/main/ipc/events.ts',
    test: 'test/unit/ipc/events.test.ts',
    mutations: [{ rule: 'replace-expression', of: 'output', to: 'payload' }],
  },
];
