/**
 * Puts `window.letterhead` on a page before any script of it, as the preload does: each call goes to a
 * scripted main in the test, each event comes from there.
 */
import type { Page } from '@playwright/test';
import { calls, events } from '../../../src/shared/contract/index';
import type { ScriptedMain } from '../../scripted/main';

type Call = (request: unknown) => Promise<unknown>;

/** What of the contract the page needs: the names. */
const NAMES = {
  namespaces: Object.fromEntries(
    Object.entries(calls).map(([namespace, all]) => [namespace, Object.keys(all)]),
  ),
  events: Object.keys(events),
};

/** Connects a page with a scripted main; call it before the page goes anywhere. */
export async function connect(page: Page, main: ScriptedMain): Promise<void> {
  const bridge = main.bridge as unknown as Record<string, Record<string, Call>>;
  await page.exposeFunction('callMain', (namespace: string, name: string, request: unknown) =>
    bridge[namespace]![name]!(request),
  );
  await page.addInitScript(({ namespaces, events: names }) => {
    const own = window as unknown as {
      callMain: (namespace: string, name: string, request: unknown) => Promise<unknown>;
      letterhead: unknown;
      hearMain: (name: string, payload: unknown) => void;
    };
    const { callMain } = own;
    const listeners = new Map<string, Set<(payload: unknown) => void>>();
    own.hearMain = (name, payload) => listeners.get(name)?.forEach((listener) => listener(payload));
    const on = (name: string) => (listener: (payload: unknown) => void) => {
      const all = listeners.get(name) ?? new Set();
      listeners.set(name, all.add(listener));
      return () => all.delete(listener);
    };
    const namespace = (called: string, all: string[]) =>
      Object.fromEntries(
        all.map((name) => [
          name,
          // What cannot be cloned cannot cross, here as there.
          (request: unknown = null) => callMain(called, name, structuredClone(request)),
        ]),
      );
    own.letterhead = {
      ...Object.fromEntries(
        Object.entries(namespaces).map(([called, all]) => [called, namespace(called, all)]),
      ),
      on: Object.fromEntries(names.map((name) => [name, on(name)])),
    };
  }, NAMES);

  // One after the other, as they come over the channel of the real bridge.
  let sent = Promise.resolve();
  for (const name of NAMES.events) {
    main.bridge.on[name as keyof typeof events]((payload: unknown) => {
      sent = sent.then(() =>
        page
          .evaluate(
            ([event, carried]) =>
              (
                window as unknown as { hearMain: (name: unknown, payload: unknown) => void }
              ).hearMain(event, carried),
            [name, payload],
          )
          // The page is gone, and nobody is there to hear it.
          .catch(() => undefined),
      );
    });
  }
}
