/**
 * The preload: exposes `window.letterhead`, with one function for each call of the contract and one subscribe
 * function for each event. There is no generic function that could reach another channel. This file needs no
 * edit when a call is added.
 *
 * It contains only the names of the contract, which the build inserts (electron.vite.config.ts). It must not
 * import the schemas: Electron does not cache compiled preload code, so they would slow down every first paint.
 */
import { contextBridge, ipcRenderer } from 'electron';
import { callChannel, eventChannel, type DeclaredNames } from '../shared/contract/bridge';
import { firstCalls } from '../shared/first-paint';

declare const DECLARED_NAMES: DeclaredNames;
/** Height of the page, in px. */
declare const innerHeight: number;

/**
 * Answers to the calls that the first paint needs, requested while the page's script is still loading. Each
 * answer serves one call. The first event from main discards them all: it may announce newer data, and the
 * page was not listening yet.
 */
const prefetched = new Map(
  firstCalls(innerHeight).map(({ namespace, name, request }) => [
    keyOf(callChannel(namespace, name), request),
    // Fails if main has no handlers yet. Then the page makes the call itself; its script waits for them.
    ipcRenderer.invoke(callChannel(namespace, name), request).catch(() => null),
  ]),
);
for (const name of DECLARED_NAMES.events)
  ipcRenderer.once(eventChannel(name), () => prefetched.clear());

function keyOf(channel: string, request: unknown): string {
  return JSON.stringify([channel, request]);
}

/** Calls main, or uses the prefetched answer. */
async function invoke(channel: string, request: unknown): Promise<unknown> {
  if (prefetched.size > 0) {
    const key = keyOf(channel, request);
    const pending = prefetched.get(key);
    prefetched.delete(key);
    const answer: unknown = await pending;
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
      const handle = (_event: unknown, payload: unknown): void => listener(payload);
      ipcRenderer.on(eventChannel(name), handle);
      // Its result, Electron's object, must not reach the page.
      return () => void ipcRenderer.removeListener(eventChannel(name), handle);
    },
  ]),
);

contextBridge.exposeInMainWorld('letterhead', { ...Object.fromEntries(namespaces), on });
