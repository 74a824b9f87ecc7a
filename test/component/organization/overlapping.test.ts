/** Two calls that take the draft over from one autosave, because its page was left and opened again meanwhile. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createApi } from '../../../src/renderer/state/api.svelte';
import { Autosaves } from '../../../src/renderer/state/autosaves.svelte';
import { Editor } from '../../../src/renderer/features/organization/editor.svelte';
import { failed, type Result } from '../../../src/shared/result';
import { FakeApi } from '../fake-api';
import { view } from './samples';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A main whose answers to a save of changes and to a discard the test gives, in order. */
function setUp() {
  const answers: ((outcome: Result<never>) => void)[] = [];
  const drafts: (string | undefined)[] = [];
  const fake = new FakeApi();
  const answerLater = (): Promise<Result<never>> =>
    new Promise((answer) => void answers.push(answer));
  fake
    .answer('changes', 'submit', answerLater)
    .answer('drafts', 'discard', answerLater)
    .answer('drafts', 'save', ({ edits }) => {
      drafts.push(edits.business_phone?.text);
      return new Promise(() => undefined);
    });
  const api = createApi(fake.bridge);
  const autosaves = new Autosaves(api);
  const opened = view();
  autosaves.open(opened.id);
  return {
    opened,
    drafts,
    /** Opens the page, again if it was open. */
    open: () => new Editor({ api, autosaves, view: opened }),
    async fail() {
      answers.shift()?.(failed('database.busy'));
      await vi.advanceTimersByTimeAsync(0);
    },
  };
}

test.each(['save', 'discard'] as const)(
  'typed text survives a failed %s and a failed save that overlap',
  async (first) => {
    const { opened, open, fail, drafts } = setUp();
    const before = open();
    before.type('business_phone', first === 'save' ? 'TYPED' : 'EARLIER');
    void (first === 'save' ? before.submit() : before.discardEdits());
    await vi.advanceTimersByTimeAsync(0);
    const again = open();
    if (first === 'discard') again.type('business_phone', 'TYPED');
    void again.submit();
    await fail();
    // Any event of the open page, such as the end of a refresh.
    again.follow({ ...opened, viewNumber: opened.viewNumber + 1 });
    expect(again.autosave.texts.business_phone).toBe('TYPED');
    await fail();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(again.autosave.texts.business_phone).toBe('TYPED');
    expect(drafts.at(-1)).toBe('TYPED');
  },
);
