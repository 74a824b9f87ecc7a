/**
 * Defines `window.letterhead` before any script of the page runs, as the preload does. Calls go to a
 * scripted main in the test process, and events come from it.
 */
import type { Page } from '@playwright/test';
import { namesOf } from '../../../src/shared/contract/bridge';
import { calls, events } from '../../../src/shared/contract/index';
import type { ScriptedMain } from '../../scripted/scripted-main';

type Call = (request: unknown) => Promise<unknown>;

/** The names in the contract, which is all the page needs. */
const NAMES = namesOf({ calls, events });

/** Connects a page to a scripted main. Call it before the first navigation. */
export async function connectToScriptedMain(page: Page, main: ScriptedMain): Promise<void> {
  const bridge = main.bridge as unknown as Record<string, Record<string, Call>>;
  await page.exposeFunction('callMain', (namespace: string, name: string, request: unknown) =>
    bridge[namespace]![name]!(request),
  );
  await page.addInitScript(({ calls: namespaces, events: names }) => {
    const target = window as unknown as {
      callMain: (namespace: string, name: string, request: unknown) => Promise<unknown>;
      letterhead: unknown;
      receiveEvent: (name: string, payload: unknown) => void;
    };
    const { callMain } = target;
    const listeners = new Map<string, Set<(payload: unknown) => void>>();
    target.receiveEvent = (name, payload) => {
      for (const listener of listeners.get(name) ?? []) {
        try {
          listener(payload);
        } catch (error) {
          // Makes it a `pageerror`, as an exception in a listener of the real bridge is.
          reportError(error);
        }
      }
    };
    const on = (name: string) => (listener: (payload: unknown) => void) => {
      const listenersOfEvent = listeners.get(name) ?? new Set();
      listeners.set(name, listenersOfEvent.add(listener));
      return () => listenersOfEvent.delete(listener);
    };
    const createNamespace = (namespace: string, callNames: readonly string[]) =>
      Object.fromEntries(
        callNames.map((name) => [
          name,
          // The real bridge also rejects what cannot be cloned.
          (request: unknown = null) => callMain(namespace, name, structuredClone(request)),
        ]),
      );
    target.letterhead = {
      ...Object.fromEntries(
        Object.entries(namespaces).map(([namespace, callNames]) => [
          namespace,
          createNamespace(namespace, callNames),
        ]),
      ),
      on: Object.fromEntries(names.map((name) => [name, on(name)])),
    };
  }, NAMES);

  // One after another, like on the IPC channel of the real bridge.
  let sent = Promise.resolve();
  for (const name of NAMES.events) {
    main.bridge.on[name as keyof typeof events]((payload: unknown) => {
      sent = sent.then(() =>
        page
          .evaluate(
            ([event, value]) =>
              (
                window as unknown as { receiveEvent: (name: unknown, payload: unknown) => void }
              ).receiveEvent(event, value),
            [name, payload],
          )
          .catch((error: Error) => {
            // The page may be closed or reloaded before its last event has arrived.
            if (/closed|context was destroyed/.test(error.message)) return;
            main.issues.push(error.message);
          }),
      );
    });
  }
}
