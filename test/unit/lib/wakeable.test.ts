/** Background work that is woken while it runs. */
import { expect, it, vi } from 'vitest';
import { wakeable } from '../../../src/main/lib/wakeable';

/** Work whose runs the test ends, one after the other. */
function endedByTest() {
  const ends: (() => void)[] = [];
  const work = vi.fn(() => new Promise<void>((resolve) => ends.push(resolve)));
  const end = async (): Promise<void> => {
    ends.shift()?.();
    await new Promise(setImmediate);
  };
  return { work, wake: wakeable(work), end };
}

it('runs once more if it was woken while it ran, however often', async () => {
  const { work, wake, end } = endedByTest();
  wake();
  expect(work).toHaveBeenCalledTimes(1);
  wake();
  wake();
  expect(work, 'never twice at once').toHaveBeenCalledTimes(1);
  await end();
  expect(work).toHaveBeenCalledTimes(2);
  await end();
  expect(work).toHaveBeenCalledTimes(2);
  wake();
  expect(work).toHaveBeenCalledTimes(3);
});
