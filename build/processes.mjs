/**
 * Starting and surely ending the helper programs of a headless session, always by process id.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** Lets the kernel end a helper when we are killed without a chance to do it ourselves. */
const WITH_PARENT = existsSync('/usr/bin/setpriv')
  ? ['/usr/bin/setpriv', '--pdeathsig', 'KILL']
  : [];

/**
 * Starts a helper program. `lines` collects what it prints on stderr, for a message when it fails.
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} options `stdio` must pipe stderr (index 2)
 */
export function startProcess(command, args, options) {
  const [first, ...rest] = [...WITH_PARENT, command, ...args];
  const child = spawn(first, rest, options);
  const helper = { command, child, words: '', ended: null };
  child.stderr?.on('data', (chunk) => (helper.words = (helper.words + chunk).slice(-2000)));
  helper.ended = new Promise((done) => {
    child.on('error', (error) => {
      helper.words += error.message;
      done();
    });
    child.on('exit', done);
  });
  return helper;
}

/** Has it ended, or never begun? */
export const isOver = ({ child }) =>
  child.exitCode !== null || child.signalCode !== null || child.pid === undefined;

/**
 * Ends a helper: politely, and for good after two seconds. A stopped one is ended at once, since it
 * cannot hear. Does nothing when it is over already.
 */
export async function endProcess(helper, { politely = true } = {}) {
  if (isOver(helper)) return;
  helper.child.kill(politely ? 'SIGTERM' : 'SIGKILL');
  const timer = setTimeout(() => helper.child.kill('SIGKILL'), 2000);
  await helper.ended;
  clearTimeout(timer);
}

/**
 * Waits until `ready()` gives something truthy and returns it. Rejects with a plain sentence when the
 * helper ends before, or after ten seconds.
 */
export async function untilReady(helper, ready) {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const result = await ready();
    if (result) return result;
    if (isOver(helper)) {
      throw new Error(
        `${helper.command} did not start: ${helper.words.trim() || 'it ended at once'}. ` +
          'Is it installed? "node build/setup.mjs --headless" looks after that.',
      );
    }
    if (Date.now() > deadline) throw new Error(`${helper.command} was not ready within 10 s.`);
    await pause(20);
  }
}
