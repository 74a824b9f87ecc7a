/**
 * Hostile environments for an installed app, by kind: each is tested in a start of its own, so that none hides another.
 * All of them lead to the trap, or write into the trap's folder.
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
   * Files it writes into the trap's folder anyway, because it takes effect before the app's first line: Chromium's own
   * log, and V8's counters. The key must not be in them.
   */
  leaves?: string[];
}

/** Programs of the attacker; when run, each writes a file with its name into the trap's folder. */
function plant(planted: string, { folder, port }: Trap) {
  mkdirSync(planted);
  const leave = (name: string): string =>
    `require('node:fs').writeFileSync(${JSON.stringify(join(folder, name))}, '');\n`;
  const write = (path: string, text: string): string => {
    const file = join(planted, path);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, text);
    chmodSync(file, 0o755);
    return file;
  };
  write('app/package.json', '{"name":"letterhead","main":"index.js"}');
  write('app/index.js', leave('another-app'));
  write('extension/background.js', '');
  write(
    'extension/manifest.json',
    '{"manifest_version":3,"name":"x","version":"1","background":{"service_worker":"background.js"}}',
  );
  return {
    required: write('required.cjs', leave('required')),
    prefix: write('prefix.sh', `#!/bin/sh\ntouch '${join(folder, 'prefix')}'\nexec "$@"\n`),
    updates: write('update.yml', `provider: generic\nurl: https://127.0.0.1:${port}/\n`),
    app: join(planted, 'app'),
    extension: join(planted, 'extension'),
  };
}

/**
 * Every kind.
 * @param planted a folder, not created yet, for the attacker's programs
 */
export function attacks(trap: Trap, planted: string): Attack[] {
  const { folder, port } = trap;
  const { required, prefix, app, extension, updates } = plant(planted, trap);
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
      leaves: ['coverage', 'dumps', 'electron.log', 'switch.log'],
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
        ELECTRON_OVERRIDE_DIST_PATH: planted,
        NODE_OPTIONS: `--require ${required}`,
        NODE_PATH: planted,
        NODE_EXTRA_CA_CERTS: required,
        OPENSSL_CONF: join(planted, 'openssl.cnf'),
      },
    },
  ];
}

/** Environments in which it must not start at all. */
export const REFUSED: Attack[] = [
  { name: '--no-sandbox', switches: ['--no-sandbox'], variables: {} },
  { name: 'ELECTRON_DISABLE_SANDBOX', switches: [], variables: { ELECTRON_DISABLE_SANDBOX: '1' } },
  { name: '--js-flags', switches: ['--js-flags=--expose-gc'], variables: {} },
  { name: '--single-process', switches: ['--single-process'], variables: {} },
];
