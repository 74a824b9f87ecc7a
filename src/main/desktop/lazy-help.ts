/** Loads the help window when help is first opened, so that it does not delay the start. */
import type { Help } from './help-window';

/**
 * Returns the help, which is loaded by the first `show`. If loading fails, the next `show` tries again.
 * @param onUnexpected called with whatever loading or showing throws
 */
export function createLazyHelp(
  load: () => Promise<Help>,
  onUnexpected: (error: unknown) => void,
): Help {
  let loading: Promise<Help> | null = null;
  const loadOnce = (): Promise<Help> =>
    (loading ??= load().catch((error: unknown) => {
      loading = null;
      throw error;
    }));
  return {
    show: (page) =>
      void loadOnce()
        .then((help) => help.show(page))
        .catch(onUnexpected),
    // What is not loaded yet is translated when it is shown.
    translate: () => void loading?.then((help) => help.translate()).catch(onUnexpected),
  };
}
