/** Starts the keychain helper as a utility process, so that it can be killed when the keychain hangs. */
import { utilityProcess } from 'electron';
import type { HelperProcess } from '.';

/**
 * Starts the helper.
 * @param path absolute path of the built helper
 */
export function startKeychainHelper(path: string): HelperProcess {
  // Ignore stdio, so that nothing the helper's libraries print ends up in a log.
  const child = utilityProcess.fork(path, [], {
    serviceName: 'Letterhead keychain',
    stdio: 'ignore',
  });
  return {
    send: (request) => child.postMessage(request),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.on('exit', listener),
    kill: () => void child.kill(),
  };
}
