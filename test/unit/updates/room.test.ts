/** Room `updates`: what the window is told, and a banner that comes up once for a version. */
import { expect, it, vi } from 'vitest';
import { createUpdatesRoom } from '../../../src/main/updates/room';
import { success } from '../../../src/shared/failure';
import type { UpdateStatus } from '../../../src/shared/updates';

function room() {
  const state = {
    status: {
      ...{ way: 'itself', why: null, step: 'idle' },
      ...{ version: null, lookedAt: null, failure: null },
    } as UpdateStatus,
    dismissed: null as string | null,
  };
  const emit = vi.fn();
  const banners = { show: vi.fn(), hide: vi.fn() };
  const updates = {
    status: () => state.status,
    look: vi.fn(() => success(null)),
    restart: vi.fn(() => success(null)),
    dismissed: () => state.dismissed,
    dismiss: () => void (state.dismissed = state.status.version),
  };
  const made = createUpdatesRoom({ updates, emit, banners });
  const becomes = (status: Partial<UpdateStatus>): void => {
    state.status = { ...state.status, ...status };
    made.changed();
  };
  return { ...{ made, state, emit, banners, updates, becomes } };
}

it('answers, looks, restarts, and tells every standing', async () => {
  const { made, state, updates, emit, becomes } = room();
  expect(await made.handlers.get(null)).toEqual(success(state.status));
  await made.handlers.look(null);
  await made.handlers.restart(null);
  expect([updates.look.mock.calls.length, updates.restart.mock.calls.length]).toEqual([1, 1]);
  becomes({ step: 'looking' });
  expect(emit.mock.calls).toEqual([['updatesChanged', state.status]]);
});

it('the banner is there while something is ready, once', () => {
  const { banners, becomes } = room();
  becomes({ step: 'downloading', version: '1.2.3' });
  expect(banners.show).not.toHaveBeenCalled();
  becomes({ step: 'ready' });
  becomes({ step: 'ready' });
  expect(banners.show.mock.calls).toEqual([[{ kind: 'update', version: '1.2.3', why: null }]]);
  becomes({ step: 'off', version: null });
  expect(banners.hide.mock.calls).toEqual([['update']]);
});

it('put away, it comes up again for another version only', () => {
  const { made, banners, becomes } = room();
  becomes({ step: 'available', version: '1.2.3', why: 'package' });
  made.bannerDismissed('session-only');
  made.bannerDismissed('update');
  becomes({ step: 'looking' });
  becomes({ step: 'available' });
  expect(banners.show).toHaveBeenCalledTimes(1);
  becomes({ version: '1.2.4' });
  expect(banners.show).toHaveBeenCalledTimes(2);
});
