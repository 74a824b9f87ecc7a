/** The order in which a window is shown: nothing that takes time comes before what a person waits for. */
import { EventEmitter } from 'node:events';
import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import type { BrowserWindow } from 'electron';
import { keepPlace } from '../../../src/main/desktop/window-place';
import { freshStore } from '../store/temporary-store';

vi.mock('electron', () => ({
  screen: { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] },
}));
const { tendWindow } = await import('../../../src/main/desktop/tending');

/** A hidden window that notes what is done with it. */
class FakeWindow extends EventEmitter {
  readonly steps: string[] = [];
  readonly setSize = (): void => void this.steps.push('size');
  readonly center = (): void => void this.steps.push('place');
  readonly setPosition = (): void => void this.steps.push('place');
  readonly maximize = (): void => void this.steps.push('maximize');
  readonly show = (): void => void this.steps.push('show');
  readonly setIcon = (path: string): void => void this.steps.push(path);
  readonly isMaximized = (): boolean => true;
  readonly getNormalBounds = () => ({ x: 20, y: 20, width: 1180, height: 800 });
}

const { platform } = process;
const on = (name: string): void => void Object.defineProperty(process, 'platform', { value: name });
afterEach(() => on(platform));

/** What is done with a window before it is ready to show, and then. */
function stepsOf({ maximized }: { maximized: boolean }): [before: string[], then: string[]] {
  const store = freshStore();
  onTestFinished(() => store.close());
  const fake = new FakeWindow();
  const window = fake as unknown as BrowserWindow;
  if (maximized) keepPlace(store, window);
  tendWindow(window, { store, icon: 'icon.png', emit: vi.fn(), onClosed: vi.fn() });
  const before = fake.steps.splice(0);
  fake.emit('ready-to-show');
  return [before, fake.steps];
}

it('puts a window in its place while it is hidden, shows it painted, and only then reads its icon', () => {
  on('linux');
  expect(stepsOf({ maximized: false })).toEqual([
    ['size', 'place'],
    ['show', 'icon.png'],
  ]);
  expect(stepsOf({ maximized: true })[1]).toEqual(['maximize', 'show', 'icon.png']);
});

it('leaves the icon to the bundle on macOS', () => {
  on('darwin');
  expect(stepsOf({ maximized: false })[1]).toEqual(['show']);
});
