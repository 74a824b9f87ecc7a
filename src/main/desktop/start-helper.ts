/** Starts helper processes: utility processes of Electron, which can be ended whatever they are doing. */
import { utilityProcess } from 'electron';
import type { HelperProcess } from '../lib/helper-link';

/**
 * Starts a helper.
 * @param path absolute path of the built helper
 * @param name what it is called in the system's list of processes
 */
export function startHelper<Request>(path: string, name: string): HelperProcess<Request> {
  // Ignore stdio, so that nothing the helper's libraries print ends up in a log.
  const child = utilityProcess.fork(path, [], { serviceName: name, stdio: 'ignore' });
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
  };
}
