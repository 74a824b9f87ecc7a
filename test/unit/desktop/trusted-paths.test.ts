/** Which folders and which bus named by the environment a packaged build on Linux accepts. */
import { expect, it, vi } from 'vitest';

const ME = 1000;
const ROOT = 0;
const SOMEONE_ELSE = 1001;

/** A file system with the folders, sockets and files of this test. */
const tree = vi.hoisted(() => new Map<string, { uid: number; kind: string; to?: string }>());
vi.mock('node:fs', () => {
  const found = (path: string) => {
    const entry = tree.get(path);
    if (!entry) throw new Error(`ENOENT: ${path}`);
    return entry;
  };
  return {
    realpathSync: (path: string) => found(path).to ?? path,
    statSync: (path: string) => {
      const { uid, kind } = found(path);
      return { uid, isDirectory: () => kind === 'folder', isSocket: () => kind === 'socket' };
    },
  };
});
const { correctPaths, OWN_FOLDERS } = await import('../../../src/main/desktop/trusted-paths');

for (const [path, uid, kind] of [
  ['/', ROOT, 'folder'],
  ['/home/me', ME, 'folder'],
  ['/home/other', SOMEONE_ELSE, 'folder'],
  ['/data/me', ME, 'folder'],
  ['/tmp', ROOT, 'folder'],
  ['/tmp/file', ME, 'file'],
  ['/tmp/bus', ME, 'socket'],
  ['/tmp/their-bus', SOMEONE_ELSE, 'socket'],
  ['/run/system-bus', ROOT, 'socket'],
] as const) {
  tree.set(path, { uid, kind });
}
tree.set('/link/me', { uid: ME, kind: 'folder', to: '/home/me' });

const account = { uid: ME, home: '/home/me' };

/** The environment after a start with these variables. */
function after(env: Record<string, string>, who: { home: string | null } = account) {
  const changed: NodeJS.ProcessEnv = { ...env };
  correctPaths(changed, { ...account, ...who });
  return changed;
}

it('takes the home folder from the account, whatever HOME says', () => {
  for (const HOME of ['/data/me', '/home/other', '/', '', 'relative']) {
    expect(after({ HOME })['HOME']).toBe('/home/me');
  }
  expect(after({})['HOME']).toBe('/home/me');
});

it('without a home folder in the account, accepts one that belongs to the person', () => {
  for (const home of [null, '/missing']) {
    expect(after({ HOME: '/data/me' }, { home })['HOME']).toBe('/data/me');
    for (const HOME of ['/home/other', '/tmp', '/tmp/file', '/missing', 'data']) {
      expect(after({ HOME }, { home })['HOME']).toBe('/nonexistent');
    }
    expect(after({}, { home })['HOME']).toBe('/nonexistent');
  }
});

it.each(OWN_FOLDERS)('%s must be in the home folder', (name) => {
  for (const path of ['/home/me', '/home/me/config', '/home/me/not-yet/there']) {
    expect(after({ [name]: path })[name]).toBe(path);
  }
  const refused = ['/data/me', '/home/other', '/home', '/', '', 'config', '/home/me/../other'];
  for (const path of [...refused, '/home/meow', '/tmp/planted'])
    expect([path, after({ [name]: path })[name]]).toEqual([path, undefined]);
});

it('accepts both names of a home folder behind a link', () => {
  for (const XDG_CONFIG_HOME of ['/link/me/config', '/home/me/config']) {
    expect(after({ XDG_CONFIG_HOME }, { home: '/link/me' })).toMatchObject({
      HOME: '/link/me',
      XDG_CONFIG_HOME,
    });
  }
});

it('a D-Bus address must be a socket of the person or of root', () => {
  const value = (address: string) =>
    after({ DBUS_SESSION_BUS_ADDRESS: address })['DBUS_SESSION_BUS_ADDRESS'];
  const kept = ['unix:path=/tmp/bus', 'unix:path=/run/system-bus,guid=0123456789abcdef'];
  for (const address of kept) expect(value(address)).toBe(address);
  const refused = [
    ...['/tmp/their-bus', '/tmp/file', '/tmp', '/missing', 'tmp/bus'].map(
      (path) => `unix:path=${path}`,
    ),
    'unix:abstract=/tmp/bus',
    'unix:path=/tmp/bus,abstract=x',
    'unix:path=/tmp/their-bus;unix:path=/tmp/bus',
    'unix:path=/tmp%2fbus',
    'unix:runtime=yes',
    'unix:tmpdir=/tmp',
    'tcp:host=127.0.0.1,port=1',
    'nonce-tcp:host=127.0.0.1,port=1,noncefile=/tmp/x',
    'unixexec:path=/tmp/program',
    'autolaunch:',
    'disabled:',
    ' unix:path=/tmp/bus',
    '',
  ];
  // Only the system can create this address.
  const standard = 'unix:path=/run/user/1000/bus';
  for (const address of refused) expect([address, value(address)]).toEqual([address, standard]);
  expect(after({})['DBUS_SESSION_BUS_ADDRESS']).toBe(standard);
});

it('leaves everything else alone', () => {
  const env = { LANG: 'de_DE.UTF-8', PATH: '/tmp:bin', https_proxy: 'http://proxy.example:3128' };
  expect(after(env)).toEqual({
    ...env,
    HOME: '/home/me',
    DBUS_SESSION_BUS_ADDRESS: 'unix:path=/run/user/1000/bus',
  });
});
