/** Starts helper processes: utility processes of Electron, which can be ended whatever they are doing. */
import { app, utilityProcess, type ForkOptions } from 'electron';
import type { HelperProcess } from '../lib/helper-link';

/** What a helper gets. By default, it inherits our environment. */
type HelperOptions = Pick<ForkOptions, 'env' | 'execArgv'>;

/** A helper process whose memory can be measured. */
export interface MeasuredProcess<Request> extends HelperProcess<Request> {
  /** How much memory it has, in bytes, buffers included; 0 before it has started and after it ended. */
  memoryBytes(): number;
}

/**
 * For a helper that gets nothing: none of our variables, and at most 512 MB for objects. An empty environment would mean
 * all of ours. Node needs SystemRoot on Windows.
 */
export const WITH_NOTHING: HelperOptions = {
  env: { LANG: 'C', ...(process.env['SystemRoot'] && { SystemRoot: process.env['SystemRoot'] }) },
  execArgv: ['--js-flags=--max-old-space-size=512'],
};

/**
 * Starts a helper.
 * @param path absolute path of the built helper
 * @param name what it is called in the system's list of processes
 */
export function startHelper<Request>(
  path: string,
  name: string,
  options: HelperOptions = {},
): MeasuredProcess<Request> {
  // Ignore stdio, so that nothing the helper's libraries print ends up in a log.
  const child = utilityProcess.fork(path, [], { serviceName: name, stdio: 'ignore', ...options });
  let isEnded = false;
  // Before it has started, `kill` has no effect.
  child.once('spawn', () => isEnded && child.kill());
  // Emitted where V8 gives up; without a listener, Electron would throw it here. `exit` follows.
  child.on('error', () => undefined);
  return {
    send: (request) => child.postMessage(request),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.on('exit', listener),
    kill() {
      isEnded = true;
      child.kill();
    },
    memoryBytes() {
      const { pid } = child;
      const found = app.getAppMetrics().find((metric) => metric.pid === pid);
      return (found?.memory.workingSetSize ?? 0) * 1_024;
    },
  };
}
