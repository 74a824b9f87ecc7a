/** What the app does before Electron is ready, in packaged and unpackaged builds. */
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';

const done = vi.hoisted(() => ({
  steps: [] as string[],
  switches: [] as string[],
  first: true,
  /** Electron's folders by name. */
  paths: {} as Record<string, string>,
}));
vi.mock('electron', () => {
  const step = (name: string) => () => void done.steps.push(name);
  return {
    app: {
      isPackaged: true,
      commandLine: {
        hasSwitch: (name: string) => done.switches.includes(name),
        appendSwitch: (name: string, ...values: string[]) =>
          void done.steps.push([name, ...values].join('=')),
        removeSwitch: (name: string) => void done.steps.push(`remove ${name}`),
      },
      setAppUserModelId: (id: string) => void done.steps.push(id),
      enableSandbox: step('enableSandbox'),
      requestSingleInstanceLock: () => (done.steps.push('lock'), done.first),
      getName: () => 'Letterhead',
      getPath: (name: string) => done.paths[name],
      setPath: (name: string, path: string) => void (done.paths[name] = path),
      getAppPath: () => '/app',
      on: (name: string) => void done.steps.push(name),
      exit: step('exit'),
      getPreferredSystemLanguages: () => [],
      isReady: () => false,
      whenReady: () => ({ then: step('refuse') }),
    },
    dialog: {},
    session: {},
    protocol: { registerSchemesAsPrivileged: step('scheme') },
  };
});
vi.mock('../../../src/main/desktop/core-dumps', () => ({
  keepMemoryOutOfDumps: () => void done.steps.push('no memory in dumps'),
}));
vi.mock('../../../src/main/desktop/trusted-paths', () => ({
  correctPaths: (env: NodeJS.ProcessEnv) => {
    done.steps.push('correct paths');
    env['HOME'] = '/home/me';
  },
}));
const { app } = await import('electron');
const { prepareEnvironment } = await import('../../../src/main/desktop/environment');

/** Pretends that the tests run on another system. */
function platformIs(platform: NodeJS.Platform): void {
  const before = Object.getOwnPropertyDescriptor(process, 'platform')!;
  onTestFinished(() => void Object.defineProperty(process, 'platform', before));
  Object.defineProperty(process, 'platform', { ...before, value: platform });
}

beforeEach(() => {
  const paths = { home: '/planted', appData: '/planted/.config', userData: '/planted/data' };
  Object.assign(done, { steps: [], switches: [], first: true, paths });
  Object.assign(app, { isPackaged: true });
  Object.assign(process, { resourcesPath: '/app/resources' });
  platformIs('linux');
  vi.stubEnv('HOME', '/planted');
  vi.stubEnv('XDG_CONFIG_HOME', undefined);
  vi.stubEnv('LETTERHEAD_API_URL', 'http://127.0.0.1:1');
  vi.stubEnv('LETTERHEAD_UPDATE_CONFIG', '/tmp/other-update.yml');
  vi.stubEnv('SSLKEYLOGFILE', '/tmp/keys');
});

it('packaged: removes dangerous switches first, then sets up sandbox, single instance, scheme and restrictions', () => {
  const place = prepareEnvironment();
  const own = done.steps.filter((step) => !step.startsWith('remove'));
  expect(own).toEqual([
    'no memory in dumps',
    'correct paths',
    'js-flags=--max-semi-space-size=1',
    'disable-quic',
    'enableSandbox',
    'lock',
    'scheme',
    expect.stringMatching(/^blink-settings=/),
    expect.stringMatching(/^disable-features=/),
    'web-contents-created',
    'session-created',
  ]);
  expect(done.steps[1]).toMatch(/^remove /);
  expect(process.env['SSLKEYLOGFILE']).toBeUndefined();
  expect(place).toMatchObject({
    apiUrl: 'https://api.cloudflare.com/client/v4',
    updateConfig: '/app/resources/app-update.yml',
    developmentPage: null,
    keychainService: 'Letterhead',
  });
});

it('packaged for Windows: has the id of the shortcut that the installer makes', () => {
  platformIs('win32');
  prepareEnvironment();
  const config = readFileSync('build/packaging/config.mjs', 'utf8');
  const [, appId] = /appId: '(.+)'/.exec(config) ?? [];
  expect(done.steps).toContain(appId);
});

it('packaged: ignores server addresses for tests, even if an environment variable still has one', () => {
  const real = process.env;
  onTestFinished(() => void (process.env = real));
  process.env = new Proxy({ ...real }, { deleteProperty: () => true });
  expect(prepareEnvironment()).toMatchObject({
    apiUrl: 'https://api.cloudflare.com/client/v4',
    updateConfig: '/app/resources/app-update.yml',
  });
  expect(process.env['LETTERHEAD_API_URL']).toBe('http://127.0.0.1:1');
});

it('unpackaged: uses the server addresses for tests, and the sandbox where possible', () => {
  Object.assign(app, { isPackaged: false, setName: () => {} });
  expect(prepareEnvironment()).toMatchObject({
    apiUrl: 'http://127.0.0.1:1',
    updateConfig: '/tmp/other-update.yml',
    keychainService: 'Letterhead (development)',
  });
  expect(done.steps).toContain('enableSandbox');
  expect(done.steps).not.toContain('correct paths');
});

describe('the sample sign-in', () => {
  beforeEach(() => vi.stubEnv('LETTERHEAD_SAMPLE_SIGN_IN', 'office@brightwater.example abc'));

  it('is read in an unpackaged build that talks to a server on this computer', () => {
    Object.assign(app, { isPackaged: false, setName: () => {} });
    expect(prepareEnvironment()?.sample).toEqual({
      email: 'office@brightwater.example',
      key: 'abc',
    });
  });

  it('is ignored by a packaged build, even if an environment variable still has it', () => {
    const real = process.env;
    onTestFinished(() => void (process.env = real));
    process.env = new Proxy({ ...real }, { deleteProperty: () => true });
    expect(prepareEnvironment()?.sample).toBeNull();
    expect(process.env['LETTERHEAD_SAMPLE_SIGN_IN']).toContain('abc');
  });

  it.each([
    ['Cloudflare', undefined],
    ['another server', 'https://127.0.0.1.evil.example/client/v4'],
  ])('is ignored where requests go to %s', (_, url) => {
    Object.assign(app, { isPackaged: false, setName: () => {} });
    vi.stubEnv('LETTERHEAD_API_URL', url);
    expect(prepareEnvironment()?.sample).toBeNull();
  });

  it.each([undefined, '', 'office@brightwater.example', 'a b c'])('is null for %j', (text) => {
    Object.assign(app, { isPackaged: false, setName: () => {} });
    vi.stubEnv('LETTERHEAD_SAMPLE_SIGN_IN', text);
    expect(prepareEnvironment()?.sample).toBeNull();
  });
});

it('packaged on Linux: moves the folders that Electron derived from a planted home folder', () => {
  const own = { home: '/home/me', appData: '/home/me/.config' };
  expect(prepareEnvironment()?.userData).toBe('/home/me/.config/Letterhead');
  expect(done.paths).toMatchObject(own);

  vi.stubEnv('XDG_CONFIG_HOME', '/home/me/settings');
  expect(prepareEnvironment()?.userData).toBe('/home/me/settings/Letterhead');
});

it('packaged on Linux: a folder chosen with a switch stays', () => {
  done.switches = ['user-data-dir'];
  expect(prepareEnvironment()?.userData).toBe('/planted/data');
  expect(done.paths['appData']).toBe('/home/me/.config');
});

it.each(['win32', 'darwin'] as const)('packaged on %s: leaves the folders alone', (platform) => {
  platformIs(platform);
  const { ...before } = done.paths;
  expect(prepareEnvironment()?.userData).toBe('/planted/data');
  expect(done.paths).toEqual(before);
});

it('packaged: does nothing but report why when started without its sandbox', async () => {
  done.switches = ['no-sandbox'];
  expect(prepareEnvironment()).toBeNull();
  const steps = (): string[] => done.steps.filter((step) => !step.startsWith('remove'));
  await vi.dynamicImportSettled();
  expect(steps()).toEqual(['no memory in dumps', 'correct paths', 'refuse']);
});

it('exits immediately in a second instance', () => {
  done.first = false;
  done.switches = ['user-data-dir'];
  done.paths['userData'] = tmpdir(); // must be writable
  expect(prepareEnvironment()).toBeNull();
  expect(done.steps.at(-1)).toBe('exit');
  expect(done.steps).not.toContain('scheme');
});
