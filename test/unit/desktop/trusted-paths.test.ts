/** Which folders, sockets and libraries named by the environment a packaged build on Linux trusts. */
import { expect, it, vi } from 'vitest';

const ME = 1000;
const ROOT = 0;
const SOMEONE_ELSE = 1001;

interface Entry {
  uid: number;
  mode: number;
  gid?: number;
  kind?: 'file' | 'socket' | 'link';
  to?: string;
}

/** A file system with the paths of this test. */
const tree = vi.hoisted(() => new Map<string, Entry>());
vi.mock('node:fs', () => {
  const lstatSync = (path: string) => {
    const entry = tree.get(path);
    if (!entry) throw new Error(`ENOENT: ${path}`);
    const { uid, gid = uid, mode, kind } = entry;
    return {
      uid,
      gid,
      mode,
      isFile: () => kind === 'file',
      isDirectory: () => kind === undefined,
      isSocket: () => kind === 'socket',
    };
  };
  const realpathSync = (path: string): string =>
    path
      .split('/')
      .slice(1)
      .reduce((at, name) => {
        const next = `${at === '/' ? '' : at}/${name}`;
        const found = tree.get(next);
        if (!found) throw new Error(`ENOENT: ${next}`);
        return found.kind === 'link' ? realpathSync(found.to!) : next;
      }, '/');
  return { lstatSync, realpathSync, statSync: (path: string) => lstatSync(realpathSync(path)) };
});
const { correctPaths, DRIVER_NAMES, OWN_FOLDERS, SEARCH_PATHS, SYSTEM_PATHS, TEMPORARY_FOLDERS } =
  await import('../../../src/main/desktop/trusted-paths');

const folders = (uid: number, mode: number, ...paths: string[]): void => {
  for (const path of paths) tree.set(path, { uid, mode });
};
folders(ROOT, 0o755, '/', '/home', '/run', '/run/user', '/usr', '/usr/lib', '/usr/bin', '/data');
folders(ROOT, 0o2775, '/usr/local'); // an administrator's group
folders(ROOT, 0o1777, '/tmp', '/usr/sticky');
folders(ROOT, 0o777, '/usr/open');
folders(ME, 0o755, '/home/me', '/home/me/bin', '/home/me/config', '/data/me', '/tmp/mine');
folders(ME, 0o775, '/home/me/own-group');
folders(ME, 0o777, '/home/me/open');
folders(ME, 0o700, '/run/user/1000', '/tmp/private');
folders(SOMEONE_ELSE, 0o755, '/home/other', '/tmp/theirs');
tree.set('/home/me/team', { uid: ME, gid: 100, mode: 0o775 });
tree.set('/home/me/theirs', { uid: SOMEONE_ELSE, mode: 0o755 });
tree.set('/home/me/linked', { uid: ME, mode: 0o777, kind: 'link', to: '/data/me' });
tree.set('/home/me/led-away', { uid: ME, mode: 0o777, kind: 'link', to: '/tmp/theirs' });
tree.set('/tmp/link', { uid: SOMEONE_ELSE, mode: 0o777, kind: 'link', to: '/home/me' });
tree.set('/tmp/link-to-bus', {
  uid: SOMEONE_ELSE,
  mode: 0o777,
  kind: 'link',
  to: '/run/user/1000',
});
for (const [path, uid] of [
  ['/run/user/1000/bus', ME],
  ['/tmp/private/bus', ME],
  ['/tmp/theirs/bus', SOMEONE_ELSE],
  ['/tmp/theirs/bus-of-me', ME],
  ['/run/system-bus', ROOT],
] as const) {
  tree.set(path, { uid, mode: 0o777, kind: 'socket' });
}
tree.set('/tmp/private/file', { uid: ME, mode: 0o644, kind: 'file' });

const account = { uid: ME, gid: ME, home: '/home/me' };

/** The environment after a start with these variables. */
function after(env: Record<string, string>, who: typeof account | { home: null } = account) {
  const changed: NodeJS.ProcessEnv = { ...env };
  correctPaths(changed, { ...account, ...who });
  return changed;
}

it('takes the home folder from the account, whatever HOME says', () => {
  for (const HOME of ['/tmp/mine', '/home/other', '/', '', 'relative']) {
    expect(after({ HOME })['HOME']).toBe('/home/me');
  }
  expect(after({})['HOME']).toBe('/home/me');
});

it('without a home folder in the account, accepts one that only the person can change', () => {
  expect(after({ HOME: '/data/me' }, { home: null })['HOME']).toBe('/data/me');
  expect(after({ HOME: '/data/me' }, { ...account, home: '/missing' })['HOME']).toBe('/data/me');
  for (const HOME of ['/tmp/theirs', '/tmp', '/home/other', '/missing', 'data']) {
    expect(after({ HOME }, { home: null })['HOME']).toBe('/nonexistent');
  }
  expect(after({}, { home: null })['HOME']).toBe('/nonexistent');
});

it.each(OWN_FOLDERS)('%s must be in the home folder, and no one else may change it', (name) => {
  const kept = [
    '/home/me/config',
    '/home/me/not-yet/there',
    '/home/me/own-group',
    '/home/me/linked',
  ];
  for (const path of [...kept, '/home/me']) expect(after({ [name]: path })[name]).toBe(path);
  const refused = [
    ...['/tmp/mine', '/data/me', '/home/other', '/home', '/', '', 'config', '/home/me/../other'],
    ...['/home/me/open', '/home/me/team', '/home/me/theirs', '/home/me/theirs/not-yet'],
    ...['/home/me/led-away', '/tmp/link/config', '/home/meow'],
  ];
  for (const path of refused)
    expect([path, after({ [name]: path })[name]]).toEqual([path, undefined]);
});

it('accepts both names of a home folder behind a link', () => {
  tree.set('/link', { uid: ROOT, mode: 0o777, kind: 'link', to: '/home' });
  const who = { ...account, home: '/link/me' };
  for (const XDG_CONFIG_HOME of ['/link/me/config', '/home/me/config']) {
    expect(after({ XDG_CONFIG_HOME }, who)).toMatchObject({ HOME: '/link/me', XDG_CONFIG_HOME });
  }
});

it.each(SEARCH_PATHS)('%s keeps folders of the system and of the home folder', (name) => {
  const value =
    '/usr/bin:/usr/local/not-yet:/home/me/bin:/tmp/mine:/usr/open:/usr/sticky::.:bin:/tmp';
  expect(after({ [name]: value })[name]).toBe('/usr/bin:/usr/local/not-yet:/home/me/bin');
  expect(after({ [name]: '/tmp/not-yet:/home/other/bin' })).not.toHaveProperty(name);
});

it.each(SYSTEM_PATHS)('%s keeps only what belongs to root', (name) => {
  expect(after({ [name]: '/usr/lib:/home/me/bin:/tmp/x:' })[name]).toBe('/usr/lib');
  expect(after({ [name]: '/home/me/bin' })).not.toHaveProperty(name);
});

it.each(TEMPORARY_FOLDERS)(
  '%s must be one of the shared folders, or no one else may change it',
  (name) => {
    for (const path of ['/tmp', '/var/tmp', '/tmp/private', '/home/me/not-yet']) {
      expect(after({ [name]: path })[name]).toBe(path);
    }
    for (const path of ['/tmp/theirs', '/tmp/not-yet', '/home/me/open', '/usr/sticky', 'tmp', '']) {
      expect(after({ [name]: path })).not.toHaveProperty(name);
    }
  },
);

it.each(DRIVER_NAMES)('%s must be a name, not a path', (name) => {
  for (const driver of ['iHD', 'nvidia-drm']) expect(after({ [name]: driver })[name]).toBe(driver);
  for (const driver of ['../../tmp/theirs', '/tmp/theirs', '..', 'a:/tmp/b', '']) {
    expect(after({ [name]: driver })).not.toHaveProperty(name);
  }
});

it('XDG_RUNTIME_DIR must be a folder that only the person can open', () => {
  const value = (path: string) => after({ XDG_RUNTIME_DIR: path })['XDG_RUNTIME_DIR'];
  for (const path of ['/run/user/1000', '/tmp/private']) expect(value(path)).toBe(path);
  for (const path of [
    '/tmp/mine',
    '/tmp/theirs',
    '/tmp',
    '/tmp/not-yet',
    '/tmp/link-to-bus',
    '.',
  ]) {
    expect(value(path)).toBeUndefined();
  }
});

it('a D-Bus address must be a socket of the person or of root', () => {
  const value = (address: string) =>
    after({ DBUS_SESSION_BUS_ADDRESS: address })['DBUS_SESSION_BUS_ADDRESS'];
  const kept = ['unix:path=/tmp/private/bus', 'unix:path=/run/system-bus,guid=0123456789abcdef'];
  for (const address of kept) expect(value(address)).toBe(address);
  const refused = [
    ...[
      '/tmp/theirs/bus',
      '/tmp/theirs/bus-of-me',
      '/tmp/link-to-bus/bus',
      '/tmp/private/file',
    ].map((path) => `unix:path=${path}`),
    ...['/tmp/private', '/missing', 'tmp/private/bus'].map((path) => `unix:path=${path}`),
    'unix:abstract=/tmp/private/bus',
    'unix:path=/tmp/private/bus,abstract=x',
    'unix:path=/tmp/theirs/bus;unix:path=/tmp/private/bus',
    'unix:path=/tmp/private%2fbus',
    'unix:runtime=yes',
    'unix:tmpdir=/tmp',
    'tcp:host=127.0.0.1,port=1',
    'nonce-tcp:host=127.0.0.1,port=1,noncefile=/tmp/x',
    'unixexec:path=/tmp/mine/program',
    'autolaunch:',
    'disabled:',
    ' unix:path=/tmp/private/bus',
    '',
  ];
  // Only the system can create this address.
  const standard = 'unix:path=/run/user/1000/bus';
  for (const address of refused) expect([address, value(address)]).toEqual([address, standard]);
  expect(after({})['DBUS_SESSION_BUS_ADDRESS']).toBe(standard);
});

it('removes addresses of other buses that cannot be trusted', () => {
  const names = ['AT_SPI_BUS_ADDRESS', 'DBUS_SYSTEM_BUS_ADDRESS'];
  const all = (address: string) => after(Object.fromEntries(names.map((name) => [name, address])));
  expect(names.filter((name) => name in all('unix:path=/run/system-bus'))).toEqual(names);
  expect(names.filter((name) => name in all('unix:path=/tmp/private/bus'))).toEqual([names[0]]);
  expect(names.filter((name) => name in all('unix:path=/tmp/theirs/bus'))).toEqual([]);
});

it('leaves everything else alone', () => {
  const env = { LANG: 'de_DE.UTF-8', DISPLAY: ':0', https_proxy: 'http://proxy.example:3128' };
  expect(after(env)).toEqual({
    ...env,
    HOME: '/home/me',
    DBUS_SESSION_BUS_ADDRESS: 'unix:path=/run/user/1000/bus',
  });
});
