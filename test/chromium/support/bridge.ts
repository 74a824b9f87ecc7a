/**
 * Defines `window.letterhead` before any script of the page runs, as the preload does. Calls go to a
 * scripted main in the test process, and events come from it.
 */
import type { Page } from '@playwright/test';
import { calls, events } from '../../../src/shared/contract/index';
import type { ScriptedMain } from '../../scripted/scripted-main';

type Call = (request: unknown) => Promise<unknown>;

/** The names in the contract, which is all the page needs. */
const NAMES = {
  namespaces: Object.fromEntries(
    Object.entries(calls).map(([namespace, all]) => [namespace, Object.keys(all)]),
  ),
  events: Object.keys(events),
};

/** Connects a page to a scripted main. Call it before the first navigation. */
export async function connect(page: Page, main: ScriptedMain): Promise<void> {
  const bridge = main.bridge as unknown as Record<string, Record<string, Call>>;
  await page.exposeFunction('callMain', (namespace: string, name: string, request: unknown) =>
    bridge[namespace]![name]!(request),
  );
  await page.addInitScript(({ namespaces, events: names }) => {
    const target = window as unknown as {
      callMain: (namespace: string, name: string, request: unknown) => Promise<unknown>;
      letterhead: unknown;
      receiveEvent: (name: string, payload: unknown) => void;
    };
    const { callMain } = target;
    const listeners = new Map<string, Set<(payload: unknown) => void>>();
    target.receiveEvent = (name, payload) =>
      listeners.get(name)?.forEach((listener) => listener(payload));
    const on = (name: string) => (listener: (payload: unknown) => void) => {
      const all = listeners.get(name) ?? new Set();
      listeners.set(name, all.add(listener));
      return () => all.delete(listener);
    };
    const createNamespace = (namespace: string, callNames: string[]) =>
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
          // The page is already closed.
          .catch(() => undefined),
      );
    });
  }
}
