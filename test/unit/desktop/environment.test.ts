/** What the app does before Electron is ready, in packaged and unpackaged builds. */
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';

const done = vi.hoisted(() => ({ steps: [] as string[], switches: [] as string[], first: true }));
vi.mock('electron', () => {
  const step = (name: string) => () => void done.steps.push(name);
  return {
    app: {
      isPackaged: true,
      commandLine: {
        hasSwitch: (name: string) => done.switches.includes(name),
        appendSwitch: (name: string, value: string) => void done.steps.push(`${name}=${value}`),
        removeSwitch: (name: string) => void done.steps.push(`remove ${name}`),
      },
      enableSandbox: step('enableSandbox'),
      requestSingleInstanceLock: () => (done.steps.push('lock'), done.first),
      getPath: () => '/tmp',
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
const { app } = await import('electron');
const { prepareEnvironment } = await import('../../../src/main/desktop/environment');

beforeEach(() => {
  Object.assign(done, { steps: [], switches: [], first: true });
  Object.assign(app, { isPackaged: true });
  Object.assign(process, { resourcesPath: '/app/resources' });
  vi.stubEnv('LETTERHEAD_API_URL', 'http://127.0.0.1:1');
  vi.stubEnv('LETTERHEAD_UPDATE_CONFIG', '/tmp/other-update.yml');
  vi.stubEnv('SSLKEYLOGFILE', '/tmp/keys');
});

it('packaged: removes dangerous switches first, then sets up sandbox, single instance, scheme and restrictions', () => {
  const place = prepareEnvironment();
  const own = done.steps.filter((step) => !step.startsWith('remove'));
  expect(own).toEqual([
    'no memory in dumps',
    'js-flags=--max-semi-space-size=1',
    'enableSandbox',
    'lock',
    'scheme',
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
  Object.assign(app, { isPackaged: false, setName: () => {}, setPath: () => {} });
  expect(prepareEnvironment()).toMatchObject({
    apiUrl: 'http://127.0.0.1:1',
    updateConfig: '/tmp/other-update.yml',
    keychainService: 'Letterhead (development)',
  });
  expect(done.steps).toContain('enableSandbox');
});

it('packaged: does nothing but report why when started without its sandbox', async () => {
  done.switches = ['no-sandbox'];
  expect(prepareEnvironment()).toBeNull();
  const steps = (): string[] => done.steps.filter((step) => !step.startsWith('remove'));
  await vi.waitFor(() => expect(steps()).toEqual(['no memory in dumps', 'refuse']));
});

it('exits immediately in a second instance', () => {
  done.first = false;
  expect(prepareEnvironment()).toBeNull();
  expect(done.steps.at(-1)).toBe('exit');
  expect(done.steps).not.toContain('scheme');
});
