/** Autosave: submitting and discarding the draft. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Autosave, RETRY_AFTER_MS } from '../../../src/renderer/state/autosave.svelte';
import type { LetterheadApi } from '../../../src/shared/contract/bridge';
import { failed, success } from '../../../src/shared/result';
import type { Patch } from '../../../src/shared/patch';
import { change, draft, patch, view } from '../organization/samples';
import { createAutosave } from './create-autosave';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a submit', () => {
  const submitted = (text: string, editNumber: number) =>
    success(view({ change: change({ business_phone: text }), editNumber }));

  it('waits for the running save, includes every touched field, and is not followed by a save', async () => {
    const opened = view({ draft: draft({ business_name: 'Name' }) });
    const { autosave, type, calls, answer, wait } = createAutosave(opened);
    type('a');
    await wait(500);
    type('ab');
    const submitting = autosave.submit();
    await wait(1_000);
    expect(calls.map(({ name }) => name)).toEqual(['save']);
    await answer();
    const edits = patch({ business_name: 'Name', business_phone: 'ab' });
    expect(calls[1]).toMatchObject({ name: 'submit', number: 2, edits });
    await answer(success(view({ change: change({ business_name: 'Name' }), editNumber: 2 })));
    expect((await submitting).ok).toBe(true);
    await wait(5_000);
    expect(calls).toHaveLength(2);
    expect(autosave.touched).toEqual({});
    expect(autosave.isSaved).toBe(true);
  });

  it('continues when the running save fails, and includes its edits', async () => {
    const { autosave, type, calls, answer, wait } = createAutosave();
    type('a');
    await wait(500);
    void autosave.submit();
    await answer(failed('database.busy'));
    expect(calls[1]).toMatchObject({ name: 'submit', edits: patch({ business_phone: 'a' }) });
    await answer(submitted('a', 2));
    await wait(RETRY_AFTER_MS);
    expect(calls).toHaveLength(2);
    expect(autosave.hasIssue).toBe(false);
  });

  it('keeps all edits when it fails, and saves them', async () => {
    const { autosave, type, calls, answer, wait } = createAutosave();
    type('a');
    void autosave.submit();
    await answer(failed('database.full'));
    expect(autosave.touched).toEqual(patch({ business_phone: 'a' }));
    await wait(500);
    expect(calls.map(({ name }) => name)).toEqual(['submit', 'save']);
    expect(calls[1]).toMatchObject({ number: 2, edits: patch({ business_phone: 'a' }) });
  });

  it('provides the base of text that is typed while it runs', async () => {
    const { autosave, type, calls, answer, wait } = createAutosave();
    type('a');
    void autosave.submit();
    type('ab');
    await answer(submitted('a', 1));
    const edits = { business_phone: { base: 'a', text: 'ab' } };
    expect(autosave.touched).toEqual(edits);
    await wait(500);
    expect(calls[1]).toMatchObject({ name: 'save', number: 2, edits });
  });
});

describe('a discard', () => {
  it('shows immediately, waits for the running save, and is not followed by a save', async () => {
    const { autosave, type, calls, answer, wait } = createAutosave();
    type('a');
    await wait(500);
    type('ab');
    void autosave.discard();
    expect(autosave.touched).toEqual({});
    await wait(1_000);
    expect(calls).toHaveLength(1);
    // The page of the save arrives while the draft is being discarded.
    autosave.follow(view({ draft: draft({ business_phone: 'a' }), editNumber: 1 }));
    expect(autosave.touched).toEqual({});
    await answer(failed('database.busy'));
    expect(calls[1]).toMatchObject({ name: 'discard', number: 2 });
    autosave.follow(view({ draft: draft({ business_phone: 'a' }), editNumber: 1 }));
    expect(autosave.touched).toEqual({});
    await answer(success(view({ editNumber: 2 })));
    await wait(5_000);
    expect(calls).toHaveLength(2);
    expect(autosave).toMatchObject({ touched: {}, isSaved: true, hasIssue: false });
  });

  it('restores all edits when it fails, and saves them', async () => {
    const { autosave, type, calls, answer, wait } = createAutosave();
    type('a');
    void autosave.discard();
    await answer(failed('database.busy'));
    expect(autosave.touched).toEqual(patch({ business_phone: 'a' }));
    await wait(500);
    expect(calls[1]).toMatchObject({ name: 'save', edits: patch({ business_phone: 'a' }) });
  });

  it('keeps text typed while it runs', async () => {
    const { autosave, type, calls, answer, wait } = createAutosave();
    type('a');
    void autosave.discard();
    type('b');
    await answer(success(view({ editNumber: 1 })));
    expect(autosave.touched).toEqual(patch({ business_phone: 'b' }));
    await wait(500);
    expect(calls[1]).toMatchObject({ name: 'save', edits: patch({ business_phone: 'b' }) });
  });
});

describe.each(['submit', 'discard'] as const)('a %s whose call rejects', (name) => {
  it('fails, keeps the text and does not block later saves', async () => {
    const kept: Patch[] = [];
    const save = async ({ edits }: { edits: Patch }) => success(void kept.push(edits));
    const reject = () => Promise.reject(new Error('gone'));
    const bare = { drafts: { save, discard: reject }, changes: { submit: reject } };
    const api = bare as unknown as LetterheadApi;
    const autosave = new Autosave({ api, view: view() });
    autosave.edit('business_phone', 'a');
    const outcome = await autosave[name]().catch(() => 'rejected');
    expect(outcome).toMatchObject({ ok: false, failure: { code: 'app.unexpected' } });
    expect(autosave.touched).toEqual(patch({ business_phone: 'a' }));
    await vi.advanceTimersByTimeAsync(500);
    expect(kept).toEqual([patch({ business_phone: 'a' })]);
    // The draft of a page is followed again, too.
    autosave.follow(view({ draft: draft({ business_phone: 'b' }), editNumber: 2 }));
    expect(autosave.touched).toEqual(patch({ business_phone: 'b' }));
    expect(autosave.isSaved).toBe(true);
  });
});
