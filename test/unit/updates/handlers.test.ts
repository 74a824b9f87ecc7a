/** The IPC calls about updates, and the banner, which can be dismissed once per version. */
import { expect, it, vi } from 'vitest';
import { createUpdateHandlers } from '../../../src/main/updates/handlers';
import { createChangeFeed } from '../../../src/main/database/change-feed';
import { success } from '../../../src/shared/result';
import type { UpdateStatus } from '../../../src/shared/updates';

function harness() {
  const state = {
    status: {
      mode: 'install',
      reason: null,
      step: 'idle',
      version: null,
      checkedAt: null,
      failure: null,
    } as UpdateStatus,
    dismissed: null as string | null,
  };
  const changes = createChangeFeed((error) => {
    throw error;
  });
  const banners = { show: vi.fn(), hide: vi.fn() };
  const updates = {
    status: () => state.status,
    check: vi.fn(() => success(null)),
    restart: vi.fn(() => success(null)),
    dismissed: () => state.dismissed,
    dismiss: () => void (state.dismissed = state.status.version),
  };
  const updateHandlers = createUpdateHandlers({ updates, changes, banners });
  const setStatus = async (status: Partial<UpdateStatus>): Promise<void> => {
    state.status = { ...state.status, ...status };
    changes.publishInMemory((marks) => marks.topic('updates'));
    await Promise.resolve();
  };
  return { updateHandlers, state, banners, updates, setStatus };
}

it('returns the status, checks and restarts', async () => {
  const { updateHandlers, state, updates } = harness();
  expect(await updateHandlers.handlers.get(null)).toEqual(success(state.status));
  await updateHandlers.handlers.check(null);
  await updateHandlers.handlers.restart(null);
  expect([updates.check.mock.calls.length, updates.restart.mock.calls.length]).toEqual([1, 1]);
});

it('shows the banner once while an update is ready', async () => {
  const { banners, setStatus } = harness();
  await setStatus({ step: 'downloading', version: '1.2.3' });
  expect(banners.show).not.toHaveBeenCalled();
  await setStatus({ step: 'ready' });
  await setStatus({ step: 'ready' });
  expect(banners.show.mock.calls).toEqual([[{ kind: 'update', version: '1.2.3', reason: null }]]);
  await setStatus({ step: 'off', version: null });
  expect(banners.hide.mock.calls).toEqual([['update']]);
});

it('shows a dismissed banner again only for another version', async () => {
  const { updateHandlers, banners, setStatus } = harness();
  await setStatus({ step: 'available', version: '1.2.3', reason: 'package' });
  updateHandlers.bannerDismissed('session-only');
  updateHandlers.bannerDismissed('update');
  await setStatus({ step: 'checking' });
  await setStatus({ step: 'available' });
  expect(banners.show).toHaveBeenCalledTimes(1);
  await setStatus({ version: '1.2.4' });
  expect(banners.show).toHaveBeenCalledTimes(2);
});
