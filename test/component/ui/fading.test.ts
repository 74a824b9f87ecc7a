/** Notices that only inform, and that go after a while. */
import { screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import { success } from '../../../src/shared/result';
import { renderImport } from '../csv/render-import';
import { FakeApi } from '../fake-api';
import { row } from '../samples';

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Puts the window behind another one, or in front again. */
function setInFront(isInFront: boolean): void {
  vi.spyOn(document, 'hasFocus').mockReturnValue(isInFront);
  window.dispatchEvent(new Event(isInFront ? 'focus' : 'blur'));
}

function setVisible(isVisible: boolean): void {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(isVisible ? 'visible' : 'hidden');
  document.dispatchEvent(new Event('visibilitychange'));
}

const result = () => screen.queryByText(/exported/);
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

it('keeps the result of an export until a person who was in another window could have read it', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true, toFake: ['setTimeout', 'clearTimeout'] });
  const user = userEvent.setup({ advanceTimers: vi.advanceTimersByTime });
  const fake = new FakeApi().answer('csv', 'export', () =>
    success({ exportId: 'export-1', fileName: 'list.xlsx', organizations: 1, requested: 1 }),
  );
  await renderImport(fake, [row(1, 'Albrecht')]);
  setInFront(false);
  fake.emit('menuCommand', { command: 'export' });
  await user.click(await screen.findByRole('button', { name: 'Export' }));
  await screen.findByText(/exported/);
  await user.unhover(document.body);
  await pass(60_000);
  expect(result()).not.toBeNull();
  setInFront(true);
  await pass(6_000);
  expect(result()).not.toBeNull();
  setInFront(false);
  await pass(60_000);
  setInFront(true);
  await pass(6_000);
  setVisible(false);
  await pass(60_000);
  setVisible(true);
  await pass(6_000);
  expect(result()).not.toBeNull();
  await pass(4_000);
  expect(result()).toBeNull();
});
