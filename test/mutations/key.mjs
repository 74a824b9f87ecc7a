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
    file: 'src/main/desktop/context-menu-items.ts',
    test: 'test/unit/desktop/context-menu.test.ts',
    mutations: [
      { rule: 'delete-operand', in: 'textItems', of: 'isSecret' },
      { rule: 'delete-operand', in: 'textItems', of: 'formControlType' },
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
      { rule: 'set-value', of: 'isLocal', to: 'true' },
    ],
  },
  {
    point: 'key',
    file: 'src/main/desktop/trusted-paths.ts',
    test: 'test/unit/desktop/trusted-paths.test.ts',
    mutations: [
      { rule: 'delete-operand', in: 'isTrustedBus', of: 'isSocket' },
      { rule: 'delete-operand', in: 'isTrustedBus', of: ['found', 'uid', 'ROOT'] },
      { rule: 'set-value', of: 'candidates', to: "[env['HOME']]" },
      { rule: 'force-condition', of: 'isOwned', to: 'true' },
      { rule: 'force-condition', in: 'correctPaths', of: 'isInHome', to: 'false' },
      { rule: 'delete-statement', in: 'correctPaths', of: 'isTrustedBus' },
    ],
  },
  {
    point: 'key',
    file: 'src/main/sign-ins/confirm.ts',
    test: 'test/unit/sign-ins/confirm.test.ts',
    mutations: [
      { rule: 'delete-operand', of: 'isAsking' },
      { rule: 'delete-operand', of: ['elapsed', 'notBefore'] },
      { rule: 'delete-statement', of: ['notBefore', 'elapsed', 'pauseMs', 'FIRST_PAUSE_MS'] },
      { rule: 'delete-statement', of: ['pauseMs', 'min'] },
      { rule: 'delete-statement', in: 'beforeUnconfirmed', of: 'mayAsk' },
      { rule: 'delete-statement', in: 'beforeUnconfirmed', of: 'MAX_UNCONFIRMED' },
    ],
  },
  {
    point: 'key',
    file: 'src/main/sign-ins/entered-secrets.ts',
    test: 'test/unit/sign-ins/entered-secrets.test.ts',
    mutations: [
      { rule: 'delete-statement', in: 'forget', of: '#text' },
      { rule: 'delete-statement', in: 'use', of: 'forget' },
      { rule: 'delete-statement', in: '#take', of: 'entered' },
      { rule: 'delete-statement', in: 'confirmEntered', of: 'used' },
    ],
  },
  {
    point: 'key',
    file: 'src/main/sign-ins/add.ts',
    test: 'test/unit/sign-ins/add.test.ts',
    mutations: [
      {
        rule: 'replace-expression',
        in: 'confirmKey',
        of: 'confirmEntered',
        to: 'success(null)',
      },
      { rule: 'delete-statement', of: 'used' },
    ],
  },
  {
    point: 'key',
    file: 'src/main/sign-ins/add.ts',
    test: 'test/unit/sign-ins/tokens.test.ts',
    mutations: [
      {
        rule: 'replace-expression',
        in: 'confirmToken',
        of: 'confirmEntered',
        to: 'success(null)',
      },
      { rule: 'delete-statement', in: 'confirmToken', of: ['unconfirmed', 'ok'] },
    ],
  },
  {
    point: 'key',
    file: 'src/main/sign-ins/edit.ts',
    test: 'test/unit/sign-ins/tokens.test.ts',
    mutations: [
      { rule: 'delete-statement', in: 'confirmToken', of: ['confirmed', 'ok'] },
      { rule: 'delete-statement', in: 'confirmToken', of: ['unconfirmed', 'ok'] },
    ],
  },
  {
    point: 'key',
    file: 'src/main/sign-ins/edit.ts',
    test: 'test/unit/sign-ins/edit.test.ts',
    mutations: [{ rule: 'delete-statement', in: 'changeEmail', of: ['confirmed', 'ok'] }],
  },
  {
    point: 'key',
    file: 'src/main/sign-ins/orphans.ts',
    test: 'test/unit/sign-ins/orphans.test.ts',
    mutations: [{ rule: 'delete-statement', of: ['emailProblem', 'confirmed'] }],
  },
  {
    point: 'key',
    file: 'src/shared/sign-in.ts',
    test: 'test/unit/sign-ins/add.test.ts',
    mutations: [{ rule: 'delete-operand', of: 'MAX_EMAIL' }],
  },
  {
    point: 'key',
    file: 'src/main/desktop/sign-in-question.ts',
    test: 'test/unit/desktop/sign-in-question.test.ts',
    mutations: [
      { rule: 'set-value', of: 'defaultId', to: '0' },
      { rule: 'set-value', of: 'cancelId', to: '0' },
      { rule: 'force-condition', of: 'isVisible', to: 'false' },
      { rule: 'delete-operand', of: 'aborted' },
      { rule: 'force-condition', of: 'READING_MS', to: 'true' },
    ],
  },
  {
    point: 'key',
    file: 'src/main/app.ts',
    test: 'test/e2e/security/question.spec.ts',
    mutations: [{ rule: 'set-value', of: 'ask', to: '() => Promise.resolve(true)' }],
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
    mutations: [{ rule: 'force-condition', in: 'withEntry', of: 'entryIdSchema', to: 'true' }],
  },
  {
    point: 'key',
    file: 'src/main/cloudflare/client.ts',
    test: 'test/unit/cloudflare/tokens.test.ts',
    mutations: [{ rule: 'force-condition', in: 'authorizationHeaders', of: 'kind', to: 'false' }],
  },
  {
    point: 'key',
    file: 'src/main/sign-ins/authorizations.ts',
    test: 'test/unit/sign-ins/authorizations.test.ts',
    mutations: [
      { rule: 'force-condition', in: '#read', of: ['ready', 'get'], to: 'true' },
      {
        rule: 'replace-expression',
        in: '#read',
        of: ['verification', 'ready'],
        to: 'Promise.resolve(success(null))',
      },
      { rule: 'replace-expression', in: 'timer', of: 'delete', to: 'null' },
      { rule: 'delete-statement', in: 'forgetKeys', of: '#drop' },
      { rule: 'delete-statement', in: 'forgetKeys', of: '#reading' },
    ],
  },
  {
    point: 'key',
    file: 'src/main/sign-ins/authorizations.ts',
    test: 'test/unit/sync/kills-before-key.test.ts',
    mutations: [
      {
        rule: 'replace-expression',
        in: '#read',
        of: ['verification', 'ready'],
        to: 'Promise.resolve(success(null))',
      },
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
