/** The saved position and size of the window. The position is used only if a person could reach the window there. */
import { expect, it, vi } from 'vitest';

vi.mock('electron', () => ({}));
const { placeOnScreen } = await import('../../../src/main/desktop/window-placement');
const { MIN_SIZE } = await import('../../../src/main/desktop/boot-window');

/** Work areas of the screens, in px. */
const screens = [{ x: 0, y: 0, width: 1920, height: 1080 }];
const saved = { x: 100, y: 80, width: 1200, height: 800, maximized: false, zoom: 1.5 };

it('opens the window where it was closed', () => {
  expect(placeOnScreen(saved, screens)).toEqual(saved);
});

it('keeps only the size if the position is outside all screens', () => {
  expect(placeOnScreen({ ...saved, x: 4000 }, screens)).toEqual({
    width: 1200,
    height: 800,
    maximized: false,
    zoom: 1.5,
  });
  // One visible row of pixels is not enough to grab the title bar.
  expect(placeOnScreen({ ...saved, y: 1079 }, screens)).not.toHaveProperty('y');
});

it('opens the window at the smallest size of the layout if the saved one is smaller', () => {
  expect(placeOnScreen({ ...saved, width: 10, height: 10 }, screens)).toMatchObject(MIN_SIZE);
});

it('zooms to 100 % if no zoom factor was saved', () => {
  const { zoom: _zoom, ...older } = saved;
  expect(placeOnScreen(older, screens)).toEqual({ ...older, zoom: 1 });
});

it.each([
  null,
  'text',
  {},
  { ...saved, x: 'left' },
  { ...saved, width: -5 },
  { ...saved, y: 0.5 },
  { ...saved, zoom: 0 },
])('opens the window at the default size if %j is saved', (invalid) => {
  expect(placeOnScreen(invalid, screens)).toEqual({
    width: 1180,
    height: 800,
    maximized: false,
    zoom: 1,
  });
});
