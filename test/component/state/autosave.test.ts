/** Keeping what is typed: in time, in order, until it worked, and with rising numbers. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createApi } from '../../../src/renderer/state/api.svelte';
import { Autosave, LATE_AFTER, RETRY_AFTER } from '../../../src/renderer/state/autosave.svelte';
import type { LetterheadApi } from '../../../src/shared/contract/bridge';
import { failed, success, type Outcome } from '../../../src/shared/failure';
import type { OrganizationView } from '../../../src/shared/organization';
import type { Patch } from '../../../src/shared/patch';
import { FakeApi } from '../fake-api';
import {
  change,
  draft,
  ORGANIZATION_ID,
  patch,
  SAVED,
  savedCopy,
  view,
} from '../organization/views';

interface Call {
  name: 'keep' | 'submit' | 'discard';
  edits?: Patch;
  number: number;
  answer: (outcome: Outcome<never>) => void;
}

/** An autosave of one organization, with every call answered by hand. */
function autosaveOf(opened = view()) {
  const calls: Call[] = [];
  const api = new FakeApi();
  const call = (name: Call['name']) => (request: { edits?: Patch; number: number }) =>
    new Promise<Outcome<never>>((answer) => calls.push({ name, ...request, answer }));
  api.answer('drafts', 'keep', call('keep'));
  api.answer('drafts', 'discard', call('discard'));
  api.answer('changes', 'submit', call('submit'));
  const autosave = new Autosave({ api: createApi(api.bridge), view: opened });
  return {
    autosave,
    calls,
    /** What each call carried of the phone number. */
    texts: () => calls.map(({ edits }) => edits?.business_phone?.text),
    numbers: () => calls.map(({ number }) => number),
    type: (text: string) => autosave.edit('business_phone', text),
    async answer(outcome: Outcome<OrganizationView | null> = success(null)) {
      calls.at(-1)?.answer(outcome as Outcome<never>);
      await vi.advanceTimersByTimeAsync(0);
    },
    wait: (ms: number) => vi.advanceTimersByTimeAsync(ms),
  };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the half second', () => {
  it('is kept after one key', async () => {
    const { type, texts, wait } = autosaveOf();
    type('a');
    expect(texts()).toEqual([]);
    await wait(500);
    expect(texts()).toEqual(['a']);
  });

  it('is kept while typing goes on without a pause', async () => {
    const { type, texts, answer, wait } = autosaveOf();
    let typed = '';
    for (let ms = 0; ms < 2_000; ms += 50) {
      type((typed += 'x'));
      await wait(50);
      await answer();
      // Everything up to half a second ago has been handed over.
      expect(texts().at(-1)?.length ?? 0).toBeGreaterThanOrEqual(typed.length - 10);
    }
  });

  it('ends at once on a flush', async () => {
    const { type, texts, autosave, answer, wait } = autosaveOf();
    type('a');
    const flushed = autosave.flush();
    expect(texts()).toEqual(['a']);
    await answer();
    await flushed;
    await wait(5_000);
    expect(texts()).toEqual(['a']);
  });
});

describe('the order', () => {
  it('is kept: no call begins before the one before has answered', async () => {
    const { type, texts, answer, wait } = autosaveOf();
    type('a');
    await wait(500);
    type('ab');
    await wait(3_000);
    expect(texts()).toEqual(['a']);
    await answer();
    expect(texts()).toEqual(['a', 'ab']);
  });

  it('a flush waits for the last text, not only for the call under way', async () => {
    const { type, texts, autosave, answer, wait } = autosaveOf();
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

  it('has a higher number with every call, from that of the page on', async () => {
    const { type, numbers, answer, wait, autosave } = autosaveOf(view({ draftNumber: 6 }));
    type('a');
    await wait(500);
    await answer(failed('store.busy'));
    await wait(RETRY_AFTER);
    await answer();
    autosave.follow(view({ draftNumber: 40 }));
    type('ab');
    await wait(500);
    await answer();
    expect(numbers()).toEqual([7, 8, 41]);
  });

  it('holds no keep while a call runs between two of them', async () => {
    const { type, texts, autosave, wait } = autosaveOf();
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

describe('a keep that fails', () => {
  it('is reported and tried again until it works', async () => {
    const { type, texts, autosave, answer, wait } = autosaveOf();
    type('a');
    await wait(500);
    await answer(failed('store.full'));
    expect(autosave.failure?.code).toBe('store.full');
    expect(autosave.isSaved).toBe(false);
    await wait(RETRY_AFTER);
    await answer();
    expect(texts()).toEqual(['a', 'a']);
    expect(autosave.failure).toBeNull();
    expect(autosave.isSaved).toBe(true);
  });

  it('does not slow down the next key', async () => {
    const { type, texts, answer, wait } = autosaveOf();
    type('a');
    await wait(500);
    await answer(failed('store.busy'));
    type('ab');
    await wait(500);
    expect(texts()).toEqual(['a', 'ab']);
  });

  it('counts as failed when the call itself breaks', async () => {
    const keep = () => Promise.reject(new Error('gone'));
    const api = { drafts: { keep } } as unknown as LetterheadApi;
    const autosave = new Autosave({ api, view: view() });
    autosave.edit('business_phone', 'a');
    await autosave.flush();
    expect(autosave.failure?.code).toBe('app.unexpected');
  });

  it('is reported when it takes long, not only when it fails', async () => {
    const { type, autosave, answer, wait } = autosaveOf();
    type('a');
    await wait(500);
    expect(autosave.hasIssue).toBe(false);
    await wait(LATE_AFTER);
    expect(autosave.hasIssue).toBe(true);
    await answer();
    expect(autosave.hasIssue).toBe(false);
  });
});

describe('a reverted field', () => {
  const typed = { business_phone: 'typed' };

  it('is sent once with the text that lies under it', async () => {
    const { type, calls, answer, wait } = autosaveOf(view({ draft: draft(typed) }));
    type(SAVED.business_phone);
    await wait(500);
    expect(calls).toMatchObject([{ edits: patch({ business_phone: SAVED.business_phone }) }]);
    await answer();
    await wait(5_000);
    expect(calls).toHaveLength(1);
  });

  it('is sent with what lies under it when it is sent', async () => {
    const { autosave, type, texts, wait } = autosaveOf(view({ draft: draft(typed) }));
    type(SAVED.business_phone);
    autosave.follow(view({ draft: draft(typed), change: change({ business_phone: 'pending' }) }));
    await wait(500);
    expect(texts()).toEqual(['pending']);
    expect(autosave.touched).toEqual({});
  });

  it('is reverted again where something else lay under it in main', async () => {
    const { autosave, type, texts, answer, wait } = autosaveOf(view({ draft: draft(typed) }));
    type(SAVED.business_phone);
    await wait(500);
    await answer();
    const newer = { ...SAVED, business_phone: 'newer' };
    const kept = { business_phone: { base: 'x', text: SAVED.business_phone } };
    const news = { profile: savedCopy(newer), draft: { patch: kept, updatedAt: 1 } };
    autosave.follow(view({ ...news, draftNumber: 1 }));
    expect(autosave.touched).toEqual({});
    await wait(500);
    expect(texts()).toEqual([SAVED.business_phone, 'newer']);
  });

  it('goes along with a submit, since the draft has its old text until then', async () => {
    const { autosave, type, calls } = autosaveOf(view({ draft: draft(typed) }));
    autosave.edit('business_name', 'Name');
    type(SAVED.business_phone);
    void autosave.submit();
    const edits = patch({ business_name: 'Name', business_phone: SAVED.business_phone });
    expect(calls).toMatchObject([{ name: 'submit', edits }]);
  });
});

describe('a page from main', () => {
  it('that is older than the last answer leaves the touched fields', async () => {
    const { autosave, type, answer } = autosaveOf(view({ draftNumber: 4 }));
    type('newest');
    void autosave.flush();
    await answer();
    autosave.follow(view({ draft: draft({ business_phone: 'older' }), draftNumber: 4 }));
    expect(autosave.touched.business_phone?.text).toBe('newest');
    autosave.follow(view({ draftNumber: 4 }));
    expect(autosave.touched.business_phone?.text).toBe('newest');
  });

  it('that knows the last answer is what the draft is, but for what is typed since', async () => {
    const { autosave, type, answer } = autosaveOf();
    type('kept');
    void autosave.flush();
    await answer();
    autosave.edit('business_name', 'since');
    // A job of many has taken the draft of the phone number over.
    autosave.follow(view({ change: change({ business_phone: 'job' }), draftNumber: 1 }));
    expect(autosave.touched).toEqual(patch({ business_name: 'since' }));
  });

  it('leaves a field whose keep is under way', async () => {
    const { autosave, type, wait } = autosaveOf();
    type('on its way');
    await wait(500);
    autosave.follow(view());
    expect(autosave.touched).toEqual(patch({ business_phone: 'on its way' }));
  });
});

describe('a submit', () => {
  const submitted = (text: string, draftNumber: number) =>
    success(view({ change: change({ business_phone: text }), draftNumber }));

  it('waits for a keep under way, carries every touched field, and nothing is kept after it', async () => {
    const opened = view({ draft: draft({ business_name: 'Name' }) });
    const { autosave, type, calls, answer, wait } = autosaveOf(opened);
    type('a');
    await wait(500);
    type('ab');
    const submitting = autosave.submit();
    await wait(1_000);
    expect(calls.map(({ name }) => name)).toEqual(['keep']);
    await answer();
    const edits = patch({ business_name: 'Name', business_phone: 'ab' });
    expect(calls[1]).toMatchObject({ name: 'submit', number: 2, edits });
    await answer(success(view({ change: change({ business_name: 'Name' }), draftNumber: 2 })));
    expect((await submitting).ok).toBe(true);
    await wait(5_000);
    expect(calls).toHaveLength(2);
    expect(autosave.touched).toEqual({});
    expect(autosave.isSaved).toBe(true);
  });

  it('goes on when the keep under way fails, and takes what that one had', async () => {
    const { autosave, type, calls, answer, wait } = autosaveOf();
    type('a');
    await wait(500);
    void autosave.submit();
    await answer(failed('store.busy'));
    expect(calls[1]).toMatchObject({ name: 'submit', edits: patch({ business_phone: 'a' }) });
    await answer(submitted('a', 2));
    await wait(RETRY_AFTER);
    expect(calls).toHaveLength(2);
    expect(autosave.hasIssue).toBe(false);
  });

  it('that fails leaves everything, which is kept then', async () => {
    const { autosave, type, calls, answer, wait } = autosaveOf();
    type('a');
    void autosave.submit();
    await answer(failed('store.full'));
    expect(autosave.touched).toEqual(patch({ business_phone: 'a' }));
    await wait(500);
    expect(calls.map(({ name }) => name)).toEqual(['submit', 'keep']);
    expect(calls[1]).toMatchObject({ number: 2, edits: patch({ business_phone: 'a' }) });
  });

  it('is the base of what is typed while it is under way', async () => {
    const { autosave, type, calls, answer, wait } = autosaveOf();
    type('a');
    void autosave.submit();
    type('ab');
    await answer(submitted('a', 1));
    const edits = { business_phone: { base: 'a', text: 'ab' } };
    expect(autosave.touched).toEqual(edits);
    await wait(500);
    expect(calls[1]).toMatchObject({ name: 'keep', number: 2, edits });
  });
});

describe('a discard', () => {
  it('shows it at once, waits for a keep under way, and nothing is kept after it', async () => {
    const { autosave, type, calls, answer, wait } = autosaveOf();
    type('a');
    await wait(500);
    type('ab');
    void autosave.discard();
    expect(autosave.touched).toEqual({});
    await wait(1_000);
    expect(calls).toHaveLength(1);
    // The page of the keep comes while the draft is about to go.
    autosave.follow(view({ draft: draft({ business_phone: 'a' }), draftNumber: 1 }));
    expect(autosave.touched).toEqual({});
    await answer(failed('store.busy'));
    expect(calls[1]).toMatchObject({ name: 'discard', number: 2 });
    autosave.follow(view({ draft: draft({ business_phone: 'a' }), draftNumber: 1 }));
    expect(autosave.touched).toEqual({});
    await answer(success(view({ draftNumber: 2 })));
    await wait(5_000);
    expect(calls).toHaveLength(2);
    expect(autosave).toMatchObject({ touched: {}, isSaved: true, hasIssue: false });
  });

  it('that fails brings everything back, which is kept then', async () => {
    const { autosave, type, calls, answer, wait } = autosaveOf();
    type('a');
    void autosave.discard();
    await answer(failed('store.busy'));
    expect(autosave.touched).toEqual(patch({ business_phone: 'a' }));
    await wait(500);
    expect(calls[1]).toMatchObject({ name: 'keep', edits: patch({ business_phone: 'a' }) });
  });

  it('leaves what is typed while it is under way', async () => {
    const { autosave, type, calls, answer, wait } = autosaveOf();
    type('a');
    void autosave.discard();
    type('b');
    await answer(success(view({ draftNumber: 1 })));
    expect(autosave.touched).toEqual(patch({ business_phone: 'b' }));
    await wait(500);
    expect(calls[1]).toMatchObject({ name: 'keep', edits: patch({ business_phone: 'b' }) });
  });
});

describe.each(['submit', 'discard'] as const)('a %s whose call rejects', (name) => {
  it('fails, leaves the text and does not block later keeps', async () => {
    const kept: Patch[] = [];
    const keep = async ({ edits }: { edits: Patch }) => success(void kept.push(edits));
    const reject = () => Promise.reject(new Error('gone'));
    const bare = { drafts: { keep, discard: reject }, changes: { submit: reject } };
    const api = bare as unknown as LetterheadApi;
    const autosave = new Autosave({ api, view: view() });
    autosave.edit('business_phone', 'a');
    const outcome = await autosave[name]().catch(() => 'rejected');
    expect(outcome).toMatchObject({ ok: false, failure: { code: 'app.unexpected' } });
    expect(autosave.touched).toEqual(patch({ business_phone: 'a' }));
    await vi.advanceTimersByTimeAsync(500);
    expect(kept).toEqual([patch({ business_phone: 'a' })]);
    // The draft of a page counts again, too.
    autosave.follow(view({ draft: draft({ business_phone: 'b' }), draftNumber: 2 }));
    expect(autosave.touched).toEqual(patch({ business_phone: 'b' }));
    expect(autosave.isSaved).toBe(true);
  });
});

it('keeps nothing any more after its organization was removed', async () => {
  const { autosave, type, calls, answer, wait } = autosaveOf();
  type('a');
  await wait(500);
  autosave.drop();
  await answer(failed('organization.not-saved-here'));
  void autosave.flush();
  await wait(5_000);
  expect(calls).toHaveLength(1);
  expect(calls[0]).toMatchObject({ organizationId: ORGANIZATION_ID });
});
