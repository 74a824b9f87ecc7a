/**
 * Texts that the window sends through the real IPC gate. Every text is stored and sent unchanged,
 * code unit by code unit. A text that cannot be sent is refused with a failure code.
 */
import * as fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createGate } from '../../../src/main/ipc/gate';
import { MAX_FIELD_LENGTH } from '../../../src/shared/limits';
import { callChannel } from '../../../src/shared/contract/bridge';
import type { Result } from '../../../src/shared/result';
import type { OrganizationView } from '../../../src/shared/organization';
import type { Patch } from '../../../src/shared/patch';
import { FIELD_NAMES, mapFields, type FieldName } from '../../../src/shared/profile';
import { anyText } from '../database/temporary-database';
import { closeHarnesses, SyncHarness } from '../sync/harness';
import { call, CONFLICT, DRAFT, mainForAllTests, QUEUED } from './whole-main';

vi.mock('electron', async () => (await import('./fake-electron')).electron);

const main = mainForAllTests();
afterEach(closeHarnesses);

const edit = { base: 'base', text: 'text' };

/** Creates a value for each field. */
function each<T>(make: (field: FieldName) => T): Record<FieldName, T> {
  return Object.fromEntries(FIELD_NAMES.map((field) => [field, make(field)])) as Record<
    FieldName,
    T
  >;
}

async function view(id: string): Promise<OrganizationView> {
  const page = await call('organizations.open', { entryId: id });
  if (!page.ok) throw new Error(page.failure.code);
  return page.value as OrganizationView;
}

describe('any text', () => {
  let number = 1;

  /**
   * Types these texts into an organization that has no draft. Returns the draft that its page then
   * shows.
   */
  async function keptDraft(edits: Patch): Promise<unknown> {
    const discard = { entryId: DRAFT, number: (number += 1) };
    expect(await call('drafts.discard', discard)).toMatchObject({ ok: true });
    const keep = { entryId: DRAFT, edits, number: (number += 1) };
    expect(await call('drafts.save', keep)).toEqual({ ok: true, value: null });
    return (await view(DRAFT)).draft?.patch;
  }

  it('is stored unchanged, and so is its base', async () => {
    const edits = fc.tuple(...FIELD_NAMES.map(() => fc.tuple(fc.option(anyText), anyText)));
    await fc.assert(
      fc.asyncProperty(edits, async (texts) => {
        const typed = each((field) => {
          const [base, text] = texts[FIELD_NAMES.indexOf(field)]!;
          // The text must differ from the base, or the field would not be part of the draft.
          return { base, text: `${text}\0\udfff\ud800.` };
        });
        expect(await keptDraft(typed)).toEqual(typed);
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    '\0',
    '\ud800',
    '\udc00\ud800',
    '\r\n',
    'x'.repeat(MAX_FIELD_LENGTH),
    '__proto__',
    '{}',
  ])('is submitted unchanged (%#)', async (text) => {
    const edits = each((field) => ({ base: `base ${field}`, text }));
    const submit = { entryId: QUEUED, edits, number: (number += 1) };
    expect(await call('changes.submit', submit)).toMatchObject({ ok: true });
    const { change, draft } = await view(QUEUED);
    expect(draft).toBeNull();
    expect(each((field) => change?.patch[field]?.text)).toEqual(each(() => text));
  });

  it.each(FIELD_NAMES)('is refused one unit above the maximum in %s', async (field) => {
    const before = main.everything();
    const long = 'x'.repeat(MAX_FIELD_LENGTH + 1);
    const refused = { ok: false, failure: { code: 'gate.malformed' } };
    for (const one of [
      { base: '', text: long },
      { base: long, text: '' },
    ]) {
      const edits = { ...each(() => edit), [field]: one };
      for (const entryId of [DRAFT, QUEUED, CONFLICT]) {
        const request = { entryId, edits, number: number + 1 };
        expect(await call('drafts.save', request)).toEqual(refused);
        expect(await call('changes.submit', request)).toEqual(refused);
      }
    }
    const fill = { edits: { [field]: long }, alsoOverDrafts: true };
    expect(await call('drafts.fill', fill)).toEqual(refused);
    const remote = { ...mapFields(() => ''), [field]: long };
    const decision = { entryId: CONFLICT, version: 1, remote };
    expect(await call('changes.retry', decision)).toEqual(refused);
    expect(await call('changes.acceptAsStored', decision)).toEqual(refused);
    expect(await call('changes.resolve', { ...decision, choices: {} })).toEqual(refused);
    expect(main.everything() === before).toBe(true);
  });
});

it('arrives at Cloudflare and comes back unchanged', async () => {
  const harness = await SyncHarness.start({ organizations: 1 });
  const channels = new Map<string, (event: object, request: unknown) => Promise<Result<unknown>>>();
  const gate = createGate<object>({
    listen: (channel, handler) => channels.set(channel, handler),
    isTrusted: () => true,
    onUnexpected: main.onUnexpected,
  });
  gate.register({ drafts: harness.drafts, changes: harness.changes });
  const window = (name: string, request: object): Promise<Result<unknown>> =>
    channels.get(callChannel('changes', name))!({}, structuredClone(request));
  let number = 0;
  await fc.assert(
    fc.asyncProperty(fc.tuple(...FIELD_NAMES.map(() => anyText)), async (texts) => {
      const before = harness.saved()!;
      const typed = mapFields((field) => `${texts[FIELD_NAMES.indexOf(field)]}\0\udfff${number}`);
      const edits = each((field) => ({ base: before[field], text: typed[field] }));
      const submit = { entryId: harness.id, edits, number: (number += 1) };
      expect(await window('submit', submit)).toMatchObject({ ok: true });
      await harness.until(() => harness.row() === null && !harness.busy());
      expect(harness.standin.profileOf(harness.id)).toEqual(typed);
      expect(harness.saved()).toEqual(typed);
    }),
    { numRuns: 20 },
  );
  expect(harness.standin.violations).toEqual([]);
});
