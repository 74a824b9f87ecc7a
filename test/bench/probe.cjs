/**
 * Observes an unpackaged app from inside its main process, loaded before it with `-r`: reports when its window is
 * ready and when the app says that its list is painted, and answers queries of the driver (app.ts) over the
 * process's message channel. The app does not know about it, and the bare window has the same probe.
 */
const { monitorEventLoopDelay } = module.require('node:perf_hooks');
const { setFlagsFromString } = module.require('node:v8');
const { runInNewContext } = module.require('node:vm');
const { app, dialog, ipcMain } = module.require('electron');

if (process.env.BENCH_FILE) {
  const filePaths = [process.env.BENCH_FILE];
  dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths });
}

const now = () => performance.timeOrigin + performance.now();

/** Recorded moments; calls only until the list is painted. */
const timeline = [];
let window = null;
let painted = false;
/** Monitors the delay of main's event loop; null while not monitored. */
let delay = null;
/** Main's time for each call in ms, by channel; null while not measured. */
let durations = null;

function note(what, isReported = false) {
  const at = now();
  timeline.push({ what, at });
  if (isReported) process.send({ event: what, at });
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
  // The stand-in's certificate is self-signed.
  app.on('session-created', (session) =>
    session.setCertificateVerifyProc((_, answer) => answer(0)),
  );
}

async function timed(channel, answerCall) {
  const startedAt = performance.now();
  const collected = durations;
  const answer = await answerCall();
  (collected[channel] ??= []).push(performance.now() - startedAt);
  return answer;
}

const handle = ipcMain.handle.bind(ipcMain);
ipcMain.handle = (channel, listener) =>
  handle(channel, async (...args) => {
    if (durations !== null) return timed(channel, () => listener(...args));
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

/** Collects garbage. The inspector's command has no effect in Electron's main process. */
function collect() {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return null;
}

const ANSWERS = {
  /** Recorded moments of the start. */
  timeline: () => timeline,
  /** The page's start and paint times. */
  page: async () => JSON.parse(await window.webContents.executeJavaScript(PAGE_TIMES)),
  collect,
  'calls-start': () => {
    durations = {};
    return null;
  },
  /** Durations of the calls since then, in ms, by channel. */
  'calls-stop': () => {
    const collected = durations;
    durations = null;
    return collected;
  },
  'loop-start': () => {
    delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    return null;
  },
  /** The longest time main's event loop was blocked, in ms. */
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
