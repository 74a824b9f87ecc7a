/**
 * Looks at an unpackaged app from inside its main process, loaded before it with `-r`: when its window
 * was ready, when it said that its list is painted, and whatever the driver (app.ts) asks over the
 * process's message channel. The app knows nothing of it, and the bare window has the same one.
 */
const { monitorEventLoopDelay } = module.require('node:perf_hooks');
const { setFlagsFromString } = module.require('node:v8');
const { runInNewContext } = module.require('node:vm');
const { app, ipcMain } = module.require('electron');

const now = () => performance.timeOrigin + performance.now();

/** What happened so far; calls only until the list is painted. */
const timeline = [];
let window = null;
let painted = false;
/** Of main's event loop, while it is watched. */
let delay = null;
/** Ms that main took for each call since they are counted, by channel; null: they are not. */
let spent = null;

function note(what, told = false) {
  const at = now();
  timeline.push({ what, at });
  if (told) process.send({ event: what, at });
}

note('main process begins');
app.once('ready', () => note('Electron is ready'));
app.on('browser-window-created', (_event, created) => {
  window ??= created;
  note('window created');
  created.once('ready-to-show', () => note('ready to show', true));
  created.webContents.once('did-start-navigation', () => note('page requested'));
  created.webContents.once('dom-ready', () => note('page parsed'));
});
if (process.env.BENCH_TRUST === '1') {
  // The stand-in's certificate is its own.
  app.on('session-created', (session) =>
    session.setCertificateVerifyProc((_, answer) => answer(0)),
  );
}

async function timed(channel, answering) {
  const began = performance.now();
  const counted = spent;
  const answer = await answering();
  (counted[channel] ??= []).push(performance.now() - began);
  return answer;
}

const handle = ipcMain.handle.bind(ipcMain);
ipcMain.handle = (channel, listener) =>
  handle(channel, async (...args) => {
    if (spent !== null) return timed(channel, () => listener(...args));
    if (painted) return listener(...args);
    if (channel === 'call:app.painted') {
      painted = true;
      note('painted', true);
      return listener(...args);
    }
    note(`${channel} asked`);
    const answer = await listener(...args);
    note(`${channel} answered`);
    return answer;
  });

const PAGE_TIMES = `JSON.stringify({
  origin: performance.timeOrigin,
  paints: performance.getEntriesByType('paint').map(({ name, startTime }) => [name, startTime]),
})`;

/** Collects garbage here. Through the inspector it would never be done in Electron's main process. */
function collect() {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return null;
}

const ANSWERS = {
  /** Moments of the start. */
  timeline: () => timeline,
  /** When the page began and painted. */
  page: async () => JSON.parse(await window.webContents.executeJavaScript(PAGE_TIMES)),
  collect,
  'calls-start': () => {
    spent = {};
    return null;
  },
  /** Ms of each call since, by channel. */
  'calls-stop': () => {
    const counted = spent;
    spent = null;
    return counted;
  },
  'loop-start': () => {
    delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    return null;
  },
  /** The longest time, ms, in which main answered no one. */
  'loop-stop': () => {
    delay.disable();
    return delay.max / 1e6;
  },
  quit: () => {
    app.quit();
    return null;
  },
};

process.on('message', async ({ id, ask }) => {
  const answer = await ANSWERS[ask]();
  if (process.connected) process.send({ id, answer });
});
