/** Autosave: saves edits within half a second and in order, and retries until a save succeeds. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  Autosave,
  LATE_AFTER_MS,
  RETRY_AFTER_MS,
} from '../../../src/renderer/state/autosave.svelte';
import type { LetterheadApi } from '../../../src/shared/contract/bridge';
import { failed } from '../../../src/shared/result';
import { change, draft, ENTRY_ID, patch, SAVED, savedCopy, view } from '../organization/samples';
import { createAutosave } from './create-autosave';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the delay of half a second', () => {
  it('ends half a second after one key', async () => {
    const { type, texts, wait } = createAutosave();
    type('a');
    expect(texts()).toEqual([]);
    await wait(500);
    expect(texts()).toEqual(['a']);
  });

  it('is not extended by typing without a pause', async () => {
    const { type, texts, answer, wait } = createAutosave();
    let typed = '';
    for (let ms = 0; ms < 2_000; ms += 50) {
      type((typed += 'x'));
      await wait(50);
      await answer();
      // Everything typed up to half a second ago has been sent.
      expect(texts().at(-1)?.length ?? 0).toBeGreaterThanOrEqual(typed.length - 10);
    }
  });

  it('ends immediately on a flush', async () => {
    const { type, texts, autosave, answer, wait } = createAutosave();
    type('a');
    const flushed = autosave.flush();
    expect(texts()).toEqual(['a']);
    await answer();
    await flushed;
    await wait(5_000);
    expect(texts()).toEqual(['a']);
  });
});

describe('the order of calls', () => {
  it('starts no call before the previous one is answered', async () => {
    const { type, texts, answer, wait } = createAutosave();
    type('a');
    await wait(500);
    type('ab');
    await wait(3_000);
    expect(texts()).toEqual(['a']);
    await answer();
    expect(texts()).toEqual(['a', 'ab']);
  });

  it('makes a flush wait for the last text, not only for the running call', async () => {
    const { type, texts, autosave, answer, wait } = createAutosave();
    type('a');
    await wait(500);
    type('ab');
    let done = false;
    void autosave.flush().then(() => (done = true));
    await answer();
    expect(texts()).toEqual(['a', 'ab']);
    expect(done).toBe(false);
    await answer();
    expect(done).toBe(true);
  });

  it('numbers calls upwards, starting from the number of the page', async () => {
    const { type, numbers, answer, wait, autosave } = createAutosave(view({ editNumber: 6 }));
    type('a');
    await wait(500);
    await answer(failed('database.busy'));
    await wait(RETRY_AFTER_MS);
    await answer();
    autosave.follow(view({ editNumber: 40 }));
    type('ab');
    await wait(500);
    await answer();
    expect(numbers()).toEqual([7, 8, 41]);
  });

  it('starts no save while another call runs between two saves', async () => {
    const { type, texts, autosave, wait } = createAutosave();
    type('a');
    let end = () => {};
    const ended = autosave.between(() => new Promise<void>((resolve) => (end = resolve)));
    type('ab');
    void autosave.flush();
    await wait(5_000);
    expect(texts()).toEqual([]);
    end();
    await ended;
    await wait(500);
    expect(texts()).toEqual(['ab']);
  });
});

describe('a failed save', () => {
  it('is reported and retried until it succeeds', async () => {
    const { type, texts, autosave, answer, wait } = createAutosave();
    type('a');
    await wait(500);
    await answer(failed('database.full'));
    expect(autosave.failure?.code).toBe('database.full');
    expect(autosave.isSaved).toBe(false);
    await wait(RETRY_AFTER_MS);
    await answer();
    expect(texts()).toEqual(['a', 'a']);
    expect(autosave.failure).toBeNull();
    expect(autosave.isSaved).toBe(true);
  });

  it('does not delay the next edit', async () => {
    const { type, texts, answer, wait } = createAutosave();
    type('a');
    await wait(500);
    await answer(failed('database.busy'));
    type('ab');
    await wait(500);
    expect(texts()).toEqual(['a', 'ab']);
  });

  it('includes a call that rejects', async () => {
    const save = () => Promise.reject(new Error('gone'));
    const api = { drafts: { save } } as unknown as LetterheadApi;
    const autosave = new Autosave({ api, view: view() });
    autosave.edit('business_phone', 'a');
    await autosave.flush();
    expect(autosave.failure?.code).toBe('app.unexpected');
  });

  it('is also reported when it has not failed but takes very long', async () => {
    const { type, autosave, answer, wait } = createAutosave();
    type('a');
    await wait(500);
    expect(autosave.hasIssue).toBe(false);
    await wait(LATE_AFTER_MS);
    expect(autosave.hasIssue).toBe(true);
    await answer();
    expect(autosave.hasIssue).toBe(false);
  });
});

describe('a reverted field', () => {
  const typed = { business_phone: 'typed' };

  it('is sent once, with the baseline text', async () => {
    const { type, calls, answer, wait } = createAutosave(view({ draft: draft(typed) }));
    type(SAVED.business_phone);
    await wait(500);
    expect(calls).toMatchObject([{ edits: patch({ business_phone: SAVED.business_phone }) }]);
    await answer();
    await wait(5_000);
    expect(calls).toHaveLength(1);
  });

  it('is sent with the baseline text at the time of sending', async () => {
    const { autosave, type, texts, wait } = createAutosave(view({ draft: draft(typed) }));
    type(SAVED.business_phone);
    autosave.follow(view({ draft: draft(typed), change: change({ business_phone: 'pending' }) }));
    await wait(500);
    expect(texts()).toEqual(['pending']);
    expect(autosave.touched).toEqual({});
  });

  it('is reverted again where main had a different baseline', async () => {
    const { autosave, type, texts, answer, wait } = createAutosave(view({ draft: draft(typed) }));
    type(SAVED.business_phone);
    await wait(500);
    await answer();
    const newer = { ...SAVED, business_phone: 'newer' };
    const kept = { business_phone: { base: 'x', text: SAVED.business_phone } };
    autosave.follow(
      view({
        profile: savedCopy(newer),
        draft: { patch: kept, updatedAt: 1 },
        editNumber: 1,
      }),
    );
    expect(autosave.touched).toEqual({});
    await wait(500);
    expect(texts()).toEqual([SAVED.business_phone, 'newer']);
  });

  it('is part of a submit, because the draft has its old text until then', async () => {
    const { autosave, type, calls } = createAutosave(view({ draft: draft(typed) }));
    autosave.edit('business_name', 'Name');
    type(SAVED.business_phone);
    void autosave.submit();
    const edits = patch({ business_name: 'Name', business_phone: SAVED.business_phone });
    expect(calls).toMatchObject([{ name: 'submit', edits }]);
  });
});

describe('a page from main', () => {
  it('does not change touched fields when it is older than the last answer', async () => {
    const { autosave, type, answer } = createAutosave(view({ editNumber: 4 }));
    type('newest');
    void autosave.flush();
    await answer();
    autosave.follow(view({ draft: draft({ business_phone: 'older' }), editNumber: 4 }));
    expect(autosave.touched.business_phone?.text).toBe('newest');
    autosave.follow(view({ editNumber: 4 }));
    expect(autosave.touched.business_phone?.text).toBe('newest');
  });

  it('replaces the draft when it includes the last answer, except for later edits', async () => {
    const { autosave, type, answer } = createAutosave();
    type('kept');
    void autosave.flush();
    await answer();
    autosave.edit('business_name', 'since');
    // A save of many has taken over the draft of the phone number.
    autosave.follow(view({ change: change({ business_phone: 'save' }), editNumber: 1 }));
    expect(autosave.touched).toEqual(patch({ business_name: 'since' }));
  });

  it('lets what is typed on start from the change that took over the draft, also once that is saved', async () => {
    const { autosave, type, calls, answer, wait } = createAutosave();
    type('a');
    void autosave.flush();
    await answer();
    type('ab');
    autosave.follow(view({ change: change({ business_phone: 'a' }), editNumber: 1 }));
    const saved = savedCopy({ ...SAVED, business_phone: 'a' });
    autosave.follow(view({ profile: saved, editNumber: 1 }));
    await wait(500);
    expect(calls.at(-1)?.edits).toEqual({ business_phone: { base: 'a', text: 'ab' } });
  });

  it('does not change a field that is being saved', async () => {
    const { autosave, type, wait } = createAutosave();
    type('being saved');
    await wait(500);
    autosave.follow(view());
    expect(autosave.touched).toEqual(patch({ business_phone: 'being saved' }));
  });
});

it('saves nothing after its organization was removed', async () => {
  const { autosave, type, calls, answer, wait } = createAutosave();
  type('a');
  await wait(500);
  autosave.drop();
  await answer(failed('organization.not-saved-here'));
  void autosave.flush();
  await wait(5_000);
  expect(calls).toHaveLength(1);
  expect(calls[0]).toMatchObject({ entryId: ENTRY_ID });
});
