/** The IPC calls about drafts and saving: what they store, trigger and refuse. */
import { describe, expect, it, test } from 'vitest';
import { failed } from '../../../src/shared/result';
import { MAX_FIELD_LENGTH } from '../../../src/shared/limits';
import type { Edits } from '../../../src/shared/profile';
import { valueOf } from '../results';
import {
  apply,
  calls,
  change,
  draft,
  edited,
  expectRefused,
  failing,
  id,
  kinds,
  movedOn,
  now,
  other,
  sendStatus,
  read,
  revisions,
  saved,
  sendFirst,
  startFreshForEachTest,
  database,
  storedState,
  submit,
  type,
  typed,
  versionOf,
  write,
} from './harness';

startFreshForEachTest();

describe('a draft', () => {
  it('keeps only the touched fields, each with the text on screen at its first keystroke', () => {
    type({ business_phone: '1' });
    expect(draft()).toEqual({ business_phone: { base: saved.business_phone, text: '1' } });
    type({ business_phone: '12' }, { business_phone: 'seen later' });
    type({ business_name: 'X' });
    expect(draft()).toEqual({
      business_name: { base: saved.business_name, text: 'X' },
      business_phone: { base: saved.business_phone, text: '12' },
    });
    expect(edited).toHaveBeenCalledTimes(3);
    expect(sendFirst).not.toHaveBeenCalled();
  });

  it('puts the text of a batch into the history that typing replaces, and only that', () => {
    apply({ type: 'edit', field: 'business_phone', text: 'filled', batch: 'batch' });
    // It was under way when the batch ran.
    type({ business_phone: '1' });
    type({ business_phone: '12' });
    expect(draft()).toEqual({ business_phone: { base: saved.business_phone, text: '12' } });
    expect(revisions()).toMatchObject([{ kind: 'replaced', texts: { business_phone: 'filled' } }]);
  });

  it('is based on what the person saw, even if the saved copy has moved on', () => {
    apply({ type: 'observe', copy: { ...saved, business_phone: 'theirs' } });
    type({ business_phone: 'mine' });
    expect(draft()).toEqual({ business_phone: { base: saved.business_phone, text: 'mine' } });
    // Typing the old text while a newer copy is shown is an edit, too.
    type({ business_phone: saved.business_phone });
    expect(draft()).toEqual({
      business_phone: { base: saved.business_phone, text: saved.business_phone },
    });
  });

  it('ignores a draft whose number is not higher than the last one', () => {
    valueOf(now(calls().drafts.save({ ...typed({ business_phone: 'new' }), number: 7 })));
    for (const number of [7, 6, 0]) {
      const older = { ...typed({ business_phone: 'old', business_name: 'old' }), number };
      expectRefused(() => calls().drafts.save(older), { ok: true, value: null });
      expectRefused(() => calls().changes.submit(older), movedOn);
      expectRefused(() => calls().drafts.discard({ entryId: id, number }), movedOn);
    }
    expect(edited).toHaveBeenCalledTimes(1);
    expect(sendStatus.editNumber(id)).toBe(7);
    valueOf(now(calls().drafts.discard({ entryId: id, number: 8 })));
    expect(draft()).toBeNull();
    // Text that arrives late does not bring a discarded draft back.
    expectRefused(() => calls().drafts.save({ ...typed({ business_phone: 'new' }), number: 8 }), {
      ok: true,
      value: null,
    });
  });

  it('does not use up its number when it cannot be stored, so that it can be retried', () => {
    const request = typed({ business_phone: '1' });
    expect(calls(failing()).drafts.save(request)).toEqual(failed('database.full'));
    expect(calls(failing()).changes.submit(request)).toEqual(failed('database.full'));
    expect(edited).not.toHaveBeenCalled();
    valueOf(now(calls().drafts.save(request)));
    expect(draft()).toMatchObject({ business_phone: { text: '1' } });
  });

  it('is refused for an organization that is not saved here', () => {
    const request = { ...typed({ business_phone: '1' }), entryId: 'c'.repeat(32) };
    const none = failed('organization.not-saved-here');
    expect(calls().drafts.save(request)).toEqual(none);
    expect(calls().drafts.discard(request)).toEqual(none);
    expect(calls().changes.submit({ ...request, number: 99 })).toEqual(none);
    expect(calls().changes.discard({ ...request, version: 1 })).toEqual(none);
    expect(read((tables) => tables.outbox.count())).toBe(0);
  });
});

describe('saving', () => {
  it('turns the draft and the newest texts into the pending change, and triggers the scheduler', () => {
    type({ business_phone: '1' });
    const page = valueOf(now(calls().changes.submit(typed({ business_phone: '12' }))));
    expect(draft()).toBeNull();
    expect(change()).toMatchObject({
      patch: { business_phone: { base: saved.business_phone, text: '12' } },
      attempted: {},
      state: 'queued',
      attempts: 0,
      saveId: null,
    });
    expect(page).toMatchObject({ draft: null, editNumber: 2, change: { state: 'queued' } });
    expect(sendFirst).toHaveBeenCalledExactlyOnceWith(id);
  });

  it('is refused while the draft has a field that was not reviewed, and every text is kept', () => {
    type({ business_phone: '1' });
    const answer = calls().changes.submit(typed({ business_name: 'X' }));
    expect(answer).toEqual(movedOn);
    expect(change()).toBeNull();
    expect(draft()).toMatchObject({ business_phone: { text: '1' }, business_name: { text: 'X' } });
    expect(sendFirst).not.toHaveBeenCalled();
    expect(kinds()).toEqual([]);
  });

  it('never reuses a version, neither after a discard nor after a removal', () => {
    const versions = [submit({ business_phone: '1' }).version];
    valueOf(now(calls().changes.discard({ entryId: id, version: versionOf(id) })));
    versions.push(submit({ business_phone: '2' }).version);
    write((tables) => {
      const record = tables.organizations.get(id)!;
      tables.organizations.remove(id);
      tables.organizations.put(record);
    });
    sendStatus.forget(id);
    versions.push(submit({ business_phone: '3' }).version);
    const elsewhere = { ...typed({ business_phone: '4' }), entryId: other };
    valueOf(now(calls().changes.submit(elsewhere)));
    versions.push(change(other)!.version);
    expect(new Set(versions).size).toBe(4);
  });

  it('is refused if there is nothing to save, or the texts are saved already', () => {
    for (const edits of [{}, { business_phone: saved.business_phone }]) {
      expectRefused(() => calls().changes.submit(typed(edits)), failed('change.not-found'));
    }
    expect(sendFirst).not.toHaveBeenCalled();
  });
});

describe('an unusual text:', () => {
  const texts = [
    'NUL \0',
    'alone \ud800',
    '\udc00\ud800',
    '\u2028\r\n\t',
    '"save":"x"',
    '😀'.repeat(99),
  ];

  test.each(texts)('%j is stored, submitted, recorded and restored unchanged', (text) => {
    const edits: Edits = { business_address: text, external_metadata: text };
    type(edits);
    expect(draft()).toMatchObject({ business_address: { text } });
    submit(edits);
    expect(change()?.patch).toMatchObject({ business_address: { text } });
    valueOf(now(calls().changes.discard({ entryId: id, version: versionOf(id) })));
    expect(revisions()).toMatchObject([{ kind: 'discarded', texts: edits }]);
    const revisionId = revisions()[0]!.id;
    const page = now(calls().history.restore({ entryId: id, revisionId, replaceDraft: false }));
    expect(valueOf(page).draft?.patch).toMatchObject({ business_address: { text } });
  });

  test('a text that looks like the owner of a field does not become one', () => {
    submit({ business_name: '"save":"x"' });
    expect(read(({ outbox }) => outbox.ofSave('x'))).toEqual([]);
    expect(change()?.saveId).toBeNull();
  });

  test('the longest text is submitted', () => {
    submit({ business_address: 'x'.repeat(MAX_FIELD_LENGTH), business_name: 'Short' });
    expect(change()?.patch.business_address?.text).toHaveLength(MAX_FIELD_LENGTH);
  });

  test('a lost base leads to a conflict, too', () => {
    const request = { ...typed({}), edits: { business_phone: { base: null, text: 'mine' } } };
    valueOf(now(calls().changes.submit(request)));
    expect(apply({ type: 'read', copy: saved })).toMatchObject({ put: null, stop: 'conflict' });
  });
});

test('reads the data of the response in the transaction that makes the change', () => {
  submit({ business_phone: '1' });
  type({ business_phone: '2' }, { business_phone: '1' });
  const before = storedState();
  const request = typed({ business_phone: '2' }, { business_phone: '1' });
  expect(calls(failing()).changes.submit(request)).toEqual(failed('database.full'));
  expect(storedState()).toEqual(before);
  expect(database.read((tables) => tables.outbox.get(id)?.version)).toEqual({ ok: true, value: 1 });
});
