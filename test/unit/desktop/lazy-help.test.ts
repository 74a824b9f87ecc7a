/** The help is loaded when it is first opened, and a failure to load it does not end the app. */
import { expect, it, vi } from 'vitest';
import type { Help } from '../../../src/main/desktop/help-window';
import { createLazyHelp } from '../../../src/main/desktop/lazy-help';

const fakeHelp = () => ({ show: vi.fn<Help['show']>(), translate: vi.fn<Help['translate']>() });
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('is loaded once, by the first page that is shown', async () => {
  const loaded = fakeHelp();
  const load = vi.fn(() => Promise.resolve(loaded));
  const help = createLazyHelp(load, () => undefined);
  help.translate();
  expect(load).not.toHaveBeenCalled();
  help.show('guide');
  help.show('shortcuts');
  help.translate();
  await settled();
  expect(load).toHaveBeenCalledOnce();
  expect(loaded.show.mock.calls).toEqual([['guide'], ['shortcuts']]);
  expect(loaded.translate).toHaveBeenCalledOnce();
});

it('reports a failure to load, and tries again when help is opened again', async () => {
  const loaded = fakeHelp();
  const error = new Error('cannot load');
  const load = vi.fn(() => Promise.resolve(loaded)).mockRejectedValueOnce(error);
  const onUnexpected = vi.fn();
  const help = createLazyHelp(load, onUnexpected);
  help.show('guide');
  await settled();
  expect(onUnexpected.mock.calls).toEqual([[error]]);
  help.show('guide');
  await settled();
  expect(load).toHaveBeenCalledTimes(2);
  expect(loaded.show.mock.calls).toEqual([['guide']]);
  expect(onUnexpected).toHaveBeenCalledOnce();
});

it('reports what showing a page throws', async () => {
  const error = new Error('no window');
  const onUnexpected = vi.fn();
  const help = createLazyHelp(
    () =>
      Promise.resolve({
        ...fakeHelp(),
        show: () => {
          throw error;
        },
      }),
    onUnexpected,
  );
  help.show('guide');
  await settled();
  expect(onUnexpected.mock.calls).toEqual([[error]]);
});
