/**
 * Kinds of hostile environments for an installed app. Each is tested in a separate launch, so that none hides another.
 * They try to send requests to the trap (the attacker's server) or to write into the trap's folder; see hostile.ts.
 */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hostileSwitches, hostileVariables, type Trap } from '../hostile';

/** A kind of hostile environment. */
export interface Attack {
  name: string;
  /** Command-line arguments, not only switches. */
  switches: string[];
  variables: Record<string, string>;
  /**
   * Files that appear in the trap's folder anyway, because Chromium's log and V8's counters start before the app's
   * first line of code. The key must not be in these files.
   */
  expectedFiles?: string[];
}

/**
 * Writes programs and a configuration of the attacker, and returns their paths. When one of the programs runs, it
 * creates a file with its name in the trap's folder.
 */
function writePrograms(programs: string, { folder, port }: Trap) {
  mkdirSync(programs);
  const codeThatCreates = (name: string): string =>
    `require('node:fs').writeFileSync(${JSON.stringify(join(folder, name))}, '');\n`;
  const write = (path: string, text: string): string => {
    const file = join(programs, path);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, text);
    chmodSync(file, 0o755);
    return file;
  };
  write('app/package.json', '{"name":"letterhead","main":"index.js"}');
  write('app/index.js', codeThatCreates('another-app'));
  write('extension/background.js', '');
  write(
    'extension/manifest.json',
    '{"manifest_version":3,"name":"x","version":"1","background":{"service_worker":"background.js"}}',
  );
  return {
    required: write('required.cjs', codeThatCreates('required')),
    prefix: write('prefix.sh', `#!/bin/sh\ntouch '${join(folder, 'prefix')}'\nexec "$@"\n`),
    updates: write('update.yml', `provider: generic\nurl: https://127.0.0.1:${port}/\n`),
    app: join(programs, 'app'),
    extension: join(programs, 'extension'),
  };
}

/**
 * Returns all kinds of hostile environments.
 * @param programs a folder for the attacker's programs, which must not exist yet
 */
export function attacks(trap: Trap, programs: string): Attack[] {
  const { folder, port } = trap;
  const { required, prefix, app, extension, updates } = writePrograms(programs, trap);
  const proxy = `http://127.0.0.1:${port}`;
  const anyCertificate = hostileSwitches(trap).filter((one) => one.includes('certificate'));
  return [
    {
      name: 'names, certificates, recordings and addresses of a different API',
      switches: hostileSwitches(trap),
      variables: { ...hostileVariables(trap), LETTERHEAD_UPDATE_CONFIG: updates },
    },
    {
      name: 'a proxy',
      switches: [...anyCertificate, `--proxy-server=${proxy}`, '--proxy-bypass-list=<-loopback>'],
      variables: {},
    },
    {
      name: 'a PAC file',
      switches: [...anyCertificate, `--proxy-pac-url=${proxy}/proxy.pac`],
      variables: {},
    },
    {
      name: 'logs',
      switches: ['--enable-logging=file', `--log-file=${join(folder, 'switch.log')}`, '--v=3'],
      variables: {
        CHROME_LOG_FILE: join(folder, 'chrome.log'),
        ELECTRON_ENABLE_LOGGING: 'file',
        ELECTRON_LOG_FILE: join(folder, 'electron.log'),
        ELECTRON_LOG_ASAR_READS: join(folder, 'asar.log'),
        NODE_DEBUG: 'http,https,net,tls',
        NODE_DEBUG_NATIVE: 'http2',
        NODE_V8_COVERAGE: join(folder, 'coverage'),
        NODE_REDIRECT_WARNINGS: join(folder, 'warnings.log'),
        BREAKPAD_DUMP_LOCATION: join(folder, 'dumps'),
      },
      expectedFiles: ['coverage', 'dumps', 'electron.log', 'switch.log'],
    },
    {
      name: 'a different keychain',
      switches: [],
      variables: {
        SECRET_BACKEND: 'file',
        SECRET_FILE_TEST_PATH: join(folder, 'keys'),
        SECRET_FILE_TEST_PASSWORD: 'known to the attacker',
      },
    },
    {
      name: 'debuggers',
      switches: [
        '--remote-debugging-port=9222',
        '--remote-debugging-address=0.0.0.0',
        '--remote-allow-origins=*',
        '--auto-open-devtools-for-tabs',
        '--inspect=9229',
        '--inspect-brk=9230',
      ],
      variables: { NODE_OPTIONS: '--inspect=9231', NODE_INSPECT_RESUME_ON_START: '1' },
    },
    {
      name: 'programs of an attacker',
      switches: [
        app,
        `--app=${app}`,
        `--require=${required}`,
        `--load-extension=${extension}`,
        `--utility-cmd-prefix=${prefix}`,
        `--renderer-cmd-prefix=${prefix}`,
        `--gpu-launcher=${prefix}`,
        `--browser-subprocess-path=${prefix}`,
      ],
      variables: {
        ELECTRON_RUN_AS_NODE: '1',
        ELECTRON_NO_ASAR: '1',
        ELECTRON_FORCE_IS_PACKAGED: 'false',
        ELECTRON_OVERRIDE_DIST_PATH: programs,
        NODE_OPTIONS: `--require ${required}`,
        NODE_PATH: programs,
        NODE_EXTRA_CA_CERTS: required,
        OPENSSL_CONF: join(programs, 'openssl.cnf'),
      },
    },
  ];
}

/** Environments in which the app must refuse to start. */
export const REFUSED: Attack[] = [
  { name: '--no-sandbox', switches: ['--no-sandbox'], variables: {} },
  { name: 'ELECTRON_DISABLE_SANDBOX', switches: [], variables: { ELECTRON_DISABLE_SANDBOX: '1' } },
  { name: '--js-flags', switches: ['--js-flags=--expose-gc'], variables: {} },
  { name: '--single-process', switches: ['--single-process'], variables: {} },
];
