/**
 * The bridge, computed from the contract: one function per declared call, one listener per declared
 * event, nothing generic. It is never touched when a call is added. Only the names are in it: the build
 * reads them off the contract (electron.vite.config.ts), because no compiled code of a preload is kept
 * and the schemas would be read and built anew before every first paint.
 */
import { contextBridge, ipcRenderer } from 'electron';
import { callChannel, eventChannel, type DeclaredNames } from '../shared/contract/bridge';
import { firstCalls } from '../shared/first-paint';

declare const DECLARED_NAMES: DeclaredNames;
/** Height of the page, in px. */
declare const innerHeight: number;

/**
 * What the first paint asks for, asked while the page's script is still on its way. Each answer is good for
 * one call, and only until main announces something: the page did not hear that yet.
 */
const ahead = new Map(
  firstCalls(innerHeight).map(({ namespace, name, request }) => [
    keyOf(callChannel(namespace, name), request),
    // Main may not listen yet. It does when the page asks, whose script is held back until then.
    ipcRenderer.invoke(callChannel(namespace, name), request).catch(() => null),
  ]),
);
for (const name of DECLARED_NAMES.events) ipcRenderer.once(eventChannel(name), () => ahead.clear());

function keyOf(channel: string, request: unknown): string {
  return JSON.stringify([channel, request]);
}

/** Asks main, or gives what it was asked ahead. */
async function invoke(channel: string, request: unknown): Promise<unknown> {
  if (ahead.size > 0) {
    const key = keyOf(channel, request);
    const asked = ahead.get(key);
    ahead.delete(key);
    const answer: unknown = await asked;
    if (answer) return answer;
  }
  return ipcRenderer.invoke(channel, request);
}

const namespaces = Object.entries(DECLARED_NAMES.calls).map(([namespace, names]) => [
  namespace,
  Object.fromEntries(
    names.map((name) => [
      name,
      (request: unknown = null) => invoke(callChannel(namespace, name), request),
    ]),
  ),
]);

const on = Object.fromEntries(
  DECLARED_NAMES.events.map((name) => [
    name,
    (listener: (payload: unknown) => void) => {
      const hear = (_event: unknown, payload: unknown): void => listener(payload);
      ipcRenderer.on(eventChannel(name), hear);
      return () => ipcRenderer.removeListener(eventChannel(name), hear);
    },
  ]),
);

contextBridge.exposeInMainWorld('letterhead', { ...Object.fromEntries(namespaces), on });
