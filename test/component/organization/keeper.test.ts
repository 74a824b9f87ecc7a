/** Keeping a draft: in time, in order, until it worked. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  DraftKeeper,
  LATE_AFTER,
  TRY_AGAIN_AFTER,
} from '../../../src/renderer/features/organization/keeper.svelte';
import { failed, success, type Outcome } from '../../../src/shared/failure';

/** A keeper over a text, with every keep answered by hand. */
function kept() {
  const calls: { text: string; answer: (outcome: Outcome<null>) => void }[] = [];
  const state = { text: '' };
  const keeper = new DraftKeeper(
    () => new Promise((answer) => calls.push({ text: state.text, answer })),
  );
  return {
    keeper,
    calls,
    texts: () => calls.map((call) => call.text),
    type(text: string) {
      state.text = text;
      keeper.typed();
    },
    async answer(outcome: Outcome<null> = success(null)) {
      calls.at(-1)?.answer(outcome);
      await vi.advanceTimersByTimeAsync(0);
    },
  };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the half second', () => {
  it('is kept after one key', async () => {
    const { type, texts } = kept();
    type('a');
    expect(texts()).toEqual([]);
    await vi.advanceTimersByTimeAsync(500);
    expect(texts()).toEqual(['a']);
  });

  it('is kept while typing goes on without a pause', async () => {
    const { type, texts, answer } = kept();
    let typed = '';
    for (let ms = 0; ms < 2_000; ms += 50) {
      type((typed += 'x'));
      await vi.advanceTimersByTimeAsync(50);
      await answer();
      // Everything up to half a second ago has been handed over.
      expect(texts().at(-1)?.length ?? 0).toBeGreaterThanOrEqual(typed.length - 10);
    }
  });

  it('ends at once on a flush', async () => {
    const { type, texts, keeper, answer } = kept();
    type('a');
    const flushed = keeper.flush();
    expect(texts()).toEqual(['a']);
    await answer();
    await flushed;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(texts()).toEqual(['a']);
  });
});

describe('the order', () => {
  it('is kept: no call begins before the one before has answered', async () => {
    const { type, texts, answer } = kept();
    type('a');
    await vi.advanceTimersByTimeAsync(500);
    type('ab');
    await vi.advanceTimersByTimeAsync(3_000);
    expect(texts()).toEqual(['a']);
    await answer();
    expect(texts()).toEqual(['a', 'ab']);
  });

  it('a flush waits for the last text, not only for the call under way', async () => {
    const { type, texts, keeper, answer } = kept();
    type('a');
    await vi.advanceTimersByTimeAsync(500);
    type('ab');
    let done = false;
    void keeper.flush().then(() => (done = true));
    await answer();
    expect(texts()).toEqual(['a', 'ab']);
    expect(done).toBe(false);
    await answer();
    expect(done).toBe(true);
  });

  it('is handed over on a submit: nothing is kept after it', async () => {
    const { type, texts, keeper, answer } = kept();
    type('a');
    await vi.advanceTimersByTimeAsync(500);
    type('ab');
    const yielded = keeper.yield();
    await answer();
    await yielded;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(texts()).toEqual(['a']);
  });
});

describe('a keep that fails', () => {
  it('is said and tried again until it works', async () => {
    const { type, texts, keeper, answer } = kept();
    type('a');
    await vi.advanceTimersByTimeAsync(500);
    await answer(failed('store.full'));
    expect(keeper.failure?.code).toBe('store.full');
    await vi.advanceTimersByTimeAsync(TRY_AGAIN_AFTER);
    await answer();
    expect(texts()).toEqual(['a', 'a']);
    expect(keeper.failure).toBeNull();
  });

  it('does not slow down the next key', async () => {
    const { type, texts, answer } = kept();
    type('a');
    await vi.advanceTimersByTimeAsync(500);
    await answer(failed('store.busy'));
    type('ab');
    await vi.advanceTimersByTimeAsync(500);
    expect(texts()).toEqual(['a', 'ab']);
  });

  it('counts as failed when the call itself breaks', async () => {
    const keeper = new DraftKeeper(() => Promise.reject(new Error('gone')));
    keeper.typed();
    await keeper.flush();
    expect(keeper.failure?.code).toBe('app.unexpected');
  });

  it('is said when it takes long, not only when it fails', async () => {
    const { type, keeper, answer } = kept();
    type('a');
    await vi.advanceTimersByTimeAsync(500);
    expect(keeper.behind).toBe(false);
    await vi.advanceTimersByTimeAsync(LATE_AFTER);
    expect(keeper.behind).toBe(true);
    await answer();
    expect(keeper.behind).toBe(false);
  });
});
