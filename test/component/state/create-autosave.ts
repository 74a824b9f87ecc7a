/** An autosave whose calls the test answers itself. */
import { vi } from 'vitest';
import { createApi } from '../../../src/renderer/state/api.svelte';
import { Autosave } from '../../../src/renderer/state/autosave.svelte';
import { success, type Result } from '../../../src/shared/result';
import type { OrganizationView } from '../../../src/shared/organization';
import type { Patch } from '../../../src/shared/patch';
import { FakeApi } from '../fake-api';
import { view } from '../organization/samples';

interface Call {
  name: 'save' | 'submit' | 'discard';
  edits?: Patch;
  number: number;
  answer: (outcome: Result<never>) => void;
}

/** Creates the autosave of one organization. Needs fake timers. */
export function createAutosave(opened = view()) {
  const calls: Call[] = [];
  const api = new FakeApi();
  const call = (name: Call['name']) => (request: { edits?: Patch; number: number }) =>
    new Promise<Result<never>>((answer) => calls.push({ name, ...request, answer }));
  api.answer('drafts', 'save', call('save'));
  api.answer('drafts', 'discard', call('discard'));
  api.answer('changes', 'submit', call('submit'));
  const autosave = new Autosave({ api: createApi(api.bridge), view: opened });
  return {
    autosave,
    calls,
    /** The phone number in each call. */
    texts: () => calls.map(({ edits }) => edits?.business_phone?.text),
    numbers: () => calls.map(({ number }) => number),
    type: (text: string) => autosave.edit('business_phone', text),
    async answer(outcome: Result<OrganizationView | null> = success(null)) {
      calls.at(-1)?.answer(outcome as Result<never>);
      await vi.advanceTimersByTimeAsync(0);
    },
    wait: (ms: number) => vi.advanceTimersByTimeAsync(ms),
  };
}
