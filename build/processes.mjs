/**
 * Starts the helper programs of a headless session and reliably ends them, always by process id.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** Lets the kernel end a helper if we are killed and cannot do it ourselves. */
const WITH_PARENT = existsSync('/usr/bin/setpriv')
  ? ['/usr/bin/setpriv', '--pdeathsig', 'KILL']
  : [];

/**
 * Starts a helper program. `output` collects the end of its stderr, for an error message.
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} options `stdio` must pipe stderr (index 2)
 */
export function startProcess(command, args, options) {
  const [first, ...rest] = [...WITH_PARENT, command, ...args];
  const child = spawn(first, rest, options);
  const helper = { command, child, output: '', ended: null };
  child.stderr?.on('data', (chunk) => (helper.output = (helper.output + chunk).slice(-2000)));
  helper.ended = new Promise((done) => {
    child.on('error', (error) => {
      helper.output += error.message;
      done();
    });
    child.on('exit', done);
  });
  return helper;
}

/** Whether a helper has exited or never started. */
export const isOver = ({ child }) =>
  child.exitCode !== null || child.signalCode !== null || child.pid === undefined;

/**
 * Ends a helper with SIGTERM, and with SIGKILL after two seconds. With `politely: false` it is killed
 * immediately, because a stopped process does not receive SIGTERM. Does nothing if the helper has exited.
 */
export async function endProcess(helper, { politely = true } = {}) {
  if (isOver(helper)) return;
  helper.child.kill(politely ? 'SIGTERM' : 'SIGKILL');
  const timer = setTimeout(() => helper.child.kill('SIGKILL'), 2000);
  await helper.ended;
  clearTimeout(timer);
}

/**
 * Waits until `ready()` returns something truthy and returns that. Rejects with a plain sentence if the
 * helper exits first, or after a minute.
 */
export async function untilReady(helper, ready) {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const result = await ready();
    if (result) return result;
    if (isOver(helper)) {
      throw new Error(
        `${helper.command} did not start: ${helper.output.trim() || 'it exited at once'}. ` +
          'Is it installed? "node build/setup.mjs --headless" installs it.',
      );
    }
    if (Date.now() > deadline) {
      throw new Error(
        `${helper.command} was not ready within 10 s. ${helper.output.trim()}`.trim(),
      );
    }
    await pause(20);
  }
}
