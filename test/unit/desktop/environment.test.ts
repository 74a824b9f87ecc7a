/** What happens before Electron is ready, in an installed build and in one that is being developed. */
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
const { prepare } = await import('../../../src/main/desktop/environment');

beforeEach(() => {
  Object.assign(done, { steps: [], switches: [], first: true });
  Object.assign(app, { isPackaged: true });
  Object.assign(process, { resourcesPath: '/app/resources' });
  vi.stubEnv('LETTERHEAD_API_URL', 'http://127.0.0.1:1');
  vi.stubEnv('LETTERHEAD_UPDATE_CONFIG', '/tmp/other-update.yml');
  vi.stubEnv('SSLKEYLOGFILE', '/tmp/keys');
});

it('an installed build: dangers go first, then the sandbox, one instance, scheme and guards', () => {
  const place = prepare();
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

it('an installed build reads no address of a test, even if it were still there', () => {
  const real = process.env;
  onTestFinished(() => void (process.env = real));
  process.env = new Proxy({ ...real }, { deleteProperty: () => true });
  expect(prepare()).toMatchObject({
    apiUrl: 'https://api.cloudflare.com/client/v4',
    updateConfig: '/app/resources/app-update.yml',
  });
  expect(process.env['LETTERHEAD_API_URL']).toBe('http://127.0.0.1:1');
});

it('a build being developed takes the addresses of a test, and the sandbox where it can', () => {
  Object.assign(app, { isPackaged: false, setName: () => {}, setPath: () => {} });
  expect(prepare()).toMatchObject({
    apiUrl: 'http://127.0.0.1:1',
    updateConfig: '/tmp/other-update.yml',
    keychainService: 'Letterhead (development)',
  });
  expect(done.steps).toContain('enableSandbox');
});

it('an installed build that was started without its sandbox touches nothing and says why', async () => {
  done.switches = ['no-sandbox'];
  expect(prepare()).toBeNull();
  const steps = (): string[] => done.steps.filter((step) => !step.startsWith('remove'));
  await vi.waitFor(() => expect(steps()).toEqual(['no memory in dumps', 'refuse']));
});

it('a second start ends at once', () => {
  done.first = false;
  expect(prepare()).toBeNull();
  expect(done.steps.at(-1)).toBe('exit');
  expect(done.steps).not.toContain('scheme');
});
