/** The IPC calls of the support namespace: details for support, which can be shown and copied. */
import { expect, it } from 'vitest';
import { createSupport } from '../../../src/main/support/handlers';
import { success } from '../../../src/shared/result';

function harness() {
  const copied: string[] = [];
  const shownLogs: number[] = [];
  let count = 0;
  const handlers = createSupport({
    details: () => `details ${(count += 1)}`,
    copy: (text) => void copied.push(text),
    showLogs: () => Promise.resolve(void shownLogs.push(1)),
  });
  return { handlers, copied, shownLogs };
}

it('copies exactly the details that were shown last', async () => {
  const { handlers, copied } = harness();
  await handlers.supportDetails(null);
  expect(await handlers.supportDetails(null)).toEqual(success({ text: 'details 2' }));
  expect(await handlers.copySupportDetails(null)).toEqual(success(null));
  expect(copied).toEqual(['details 2']);
});

it('copies details even if none were shown, and opens the log', async () => {
  const { handlers, copied, shownLogs } = harness();
  await handlers.copySupportDetails(null);
  expect(copied).toEqual(['details 1']);
  await handlers.showLogs(null);
  expect(shownLogs).toHaveLength(1);
});

it('reports success only after the system has accepted the copied text', async () => {
  const refusing = createSupport({
    details: () => 'details',
    copy: () => Promise.reject(new Error('no clipboard')),
    showLogs: () => Promise.resolve(),
  });
  await expect(refusing.copySupportDetails(null)).rejects.toThrow('no clipboard');
});
