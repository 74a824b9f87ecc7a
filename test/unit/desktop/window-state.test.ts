/** The remembered window position, which is used only if a person could reach the window there. */
import { expect, it, vi } from 'vitest';

vi.mock('electron', () => ({}));
const { placeOnScreen } = await import('../../../src/main/desktop/window-state');
const { MIN_SIZE } = await import('../../../src/main/desktop/boot-window');

const screens = [{ x: 0, y: 0, width: 1920, height: 1080 }];
const place = { x: 100, y: 80, width: 1200, height: 800, maximized: false };

it('opens the window where it was', () => {
  expect(placeOnScreen(place, screens)).toEqual(place);
});

it('discards a position outside all screens, and keeps the size', () => {
  expect(placeOnScreen({ ...place, x: 4000 }, screens)).toEqual({
    width: 1200,
    height: 800,
    maximized: false,
  });
  expect(placeOnScreen({ ...place, y: 1079 }, screens)).not.toHaveProperty('y');
});

it('is never smaller than the layout allows', () => {
  expect(placeOnScreen({ ...place, width: 10, height: 10 }, screens)).toMatchObject(MIN_SIZE);
});

it.each([null, 'text', {}, { ...place, x: 'left' }, { ...place, width: -5 }, { ...place, y: 0.5 }])(
  'opens at the default size for %j',
  (saved) => {
    expect(placeOnScreen(saved, screens)).toEqual({ width: 1180, height: 800, maximized: false });
  },
);
