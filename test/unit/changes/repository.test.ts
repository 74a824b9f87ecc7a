/**
 * How a transition of the change machine is stored: its state, revisions and outcomes of saves, in
 * one transaction, together with the timing. Which state follows is tested in test/model/.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { initialState, transition, type ChangeEvent } from '../../../src/main/changes/machine';
import { applyEvent, loadState, sendingSave } from '../../../src/main/changes/repository';
import { VERSION_SETTING } from '../../../src/main/database';
import { FIELD_NAMES, type Profile } from '../../../src/shared/profile';
import { freshDatabase, opened, temporaryFolder } from '../database/temporary-database';
import { valueOf } from '../results';
import { ORGANIZATION } from '../samples';
import {
  apply,
  change,
  draft,
  id,
  kinds,
  read,
  revisions,
  saved,
  startFreshForEachTest,
  submit,
  type,
  write,
} from './harness';
import { submitInSave } from '../save-events';

startFreshForEachTest();

const profileRow = () => read((tables) => tables.profiles.get(id));
const ends = () =>
  read((tables) =>
    tables.saves.results('save').map(({ state, failure }) => [state, failure?.code]),
  );

/** Stores a save that is being sent and changes this field of the organization. */
function addSave(save: string, text: string, field: keyof Profile = 'business_phone'): void {
  write((tables) => {
    tables.saves.add({ id: save, at: 1, fields: [field], stage: 'sending', paused: false });
    submitInSave(tables, save, id, { [field]: text });
  });
}

describe('a stored state', () => {
  it('is loaded as it was stored, after any event', () => {
    const field = fc.constantFrom(...FIELD_NAMES.slice(0, 2));
    const text = fc.constantFrom('', 'a', 'b', 'NUL \0, alone \ud800');
    const copy = fc
      .tuple(text, text)
      .map(([name, email]): Profile => ({ ...saved, business_name: name, business_email: email }));
    const held = fc.constantFrom<string[]>([], ['save']);
    const event: fc.Arbitrary<ChangeEvent> = fc.oneof(
      fc.record({ type: fc.constant('edit' as const), field, text }),
      fc.constantFrom<ChangeEvent>(
        { type: 'submit' },
        { type: 'discardDraft' },
        { type: 'discardPending' },
        { type: 'cancelSave', save: 'save', writing: false },
        { type: 'releaseSave', save: 'save' },
        { type: 'gone' },
      ),
      fc.record({ type: fc.constant('read' as const), copy, held }),
      fc.record({ type: fc.constant('observe' as const), copy }),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 12 }), (events) => {
        const database = freshDatabase();
        valueOf(
          database.write((tables) =>
            tables.organizations.put({
              ...ORGANIZATION,
              id,
              name: '',
              signInId: null,
              addedAt: 1,
              viewedAt: null,
            }),
          ),
        );
        let state = initialState();
        for (const each of events) {
          state = transition(state, each).state;
          valueOf(database.write((tables) => applyEvent(tables, id, each, { at: 1 })));
          expect(valueOf(database.read((tables) => loadState(tables, id)))).toEqual(state);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('is the same after reopening the database, including its version', () => {
    const folder = temporaryFolder();
    const first = opened(folder);
    valueOf(
      first.database.write((tables) => {
        tables.organizations.put({
          ...ORGANIZATION,
          id,
          name: '',
          signInId: null,
          addedAt: 1,
          viewedAt: null,
        });
        for (const text of ['a', 'b']) {
          applyEvent(tables, id, { type: 'edit', field: 'business_name', text }, { at: 1 });
          applyEvent(tables, id, { type: 'submit' }, { at: 1 });
        }
      }),
    );
    const before = valueOf(first.database.read((tables) => loadState(tables, id)));
    expect(before.version).toBe(2);
    first.database.close();
    const { database } = opened(folder);
    expect(valueOf(database.read((tables) => loadState(tables, id)))).toEqual(before);
  });

  it('is not stored for an organization that is not saved here', () => {
    const unknown = 'c'.repeat(32);
    const event: ChangeEvent = { type: 'edit', field: 'business_name', text: 'x' };
    expect(write((tables) => applyEvent(tables, unknown, event, { at: 1 }))).toBeNull();
    expect(read((tables) => tables.drafts.get(unknown))).toBeNull();
  });
});

describe('the history of a change that Cloudflare stored in part', () => {
  const TYPED = { business_phone: '1', business_name: 'X' };

  it('has the copy with the text that is there', () => {
    submit(TYPED);
    const { sent } = apply({ type: 'read', copy: saved })!;
    const copy = { ...saved, business_phone: '1' };
    apply({ type: 'readBack', sent: sent!, copy });
    expect(change()).toMatchObject({ state: 'differs', patch: { business_name: { text: 'X' } } });
    expect(revisions()).toMatchObject([{ kind: 'saved', texts: copy }]);
  });

  it('has no new copy if none of its texts is there', () => {
    submit(TYPED);
    const { sent } = apply({ type: 'read', copy: saved })!;
    const before = revisions();
    apply({ type: 'readBack', sent: sent!, copy: saved });
    expect(revisions()).toEqual(before);
  });
});

it('takes the advice about a text that was saved as seen, but not about one from elsewhere', () => {
  const advice = () => read((tables) => tables.profiles.advice(id));
  submit({ business_phone: '020 7946 0321' });
  const { sent } = apply({ type: 'read', copy: saved })!;
  const copy = { ...saved, business_phone: '020 7946 0321', business_email: 'none' };
  apply({ type: 'readBack', sent: sent!, copy });
  expect(advice()).toEqual(['business_email']);
  apply({ type: 'observe', copy: { ...copy, business_phone: '020 7946 0322' } });
  expect(advice()).toEqual(['business_email', 'business_phone']);
});

describe('the timing of a change', () => {
  const times = { attempts: 4, nextTryAt: 77, state: 'waiting' } as const;
  const wait = () =>
    write((tables) => {
      const failure = { code: 'network.unreachable' } as const;
      tables.outbox.put({ ...tables.outbox.get(id)!, ...times, failure });
    });

  it('stays while the same version is read and written', () => {
    submit({ business_phone: '1' });
    wait();
    apply({ type: 'read', copy: saved });
    expect(change()).toMatchObject({ ...times, attempted: { business_phone: '1' } });
    apply({ type: 'observe', copy: { ...saved, business_name: 'Theirs' } });
    expect(change()).toMatchObject(times);
  });

  it('is reset by another submission, and by a decision', () => {
    submit({ business_phone: '1' });
    wait();
    submit({ business_phone: '2' }, { business_phone: '1' });
    const fresh = { attempts: 0, nextTryAt: null, state: 'queued', failure: null };
    expect(change()).toMatchObject(fresh);
    wait();
    const remote = { ...saved, business_phone: 'theirs' };
    apply({ type: 'read', copy: remote });
    expect(change()).toMatchObject({ state: 'conflict', failure: { code: 'profile.conflict' } });
    const choices = { business_phone: 'mine' } as const;
    apply({ type: 'resolve', version: change()!.version, remote, choices });
    expect(change()).toMatchObject({ ...fresh, attempts: 4 });
  });

  it('keeps the reason of a refusal, and drops it otherwise', () => {
    const { version } = submit({ business_phone: '1' });
    const failure = { code: 'profile.refused', status: 400 } as const;
    apply({ type: 'refuse', version }, failure);
    expect(change()).toMatchObject({ state: 'refused', failure });
    apply({ type: 'retry', version, remote: null });
    expect(change()).toMatchObject({ state: 'queued', failure: null });
  });
});

describe('the saved copy', () => {
  it('keeps the time of its confirmation while its texts stay the same', () => {
    write((tables) => applyEvent(tables, id, { type: 'observe', copy: saved }, { at: 50 }));
    expect(profileRow()).toMatchObject({ confirmedAt: 1, checkedAt: 50, changedElsewhere: false });
    const copy = { ...saved, business_phone: 'theirs' };
    write((tables) => applyEvent(tables, id, { type: 'observe', copy }, { at: 60, readAt: 55 }));
    expect(profileRow()).toMatchObject({ confirmedAt: 55, checkedAt: 55, changedElsewhere: true });
    expect(revisions()).toMatchObject([{ kind: 'observed', at: 55, texts: copy }]);
  });

  it('stays as it was when the profile is gone', () => {
    const before = profileRow();
    write((tables) => applyEvent(tables, id, { type: 'observe', copy: 'none' }, { at: 50 }));
    expect(profileRow()).toEqual(before);
    expect(kinds()).toEqual([]);
  });

  it('is recorded once as a revision, however many times it is observed', () => {
    const copy = { ...saved, business_phone: 'theirs' };
    const observe = (texts: Profile) => apply({ type: 'observe', copy: texts });
    observe(copy);
    write((tables) => tables.profiles.put({ ...tables.profiles.get(id)!, fields: saved }));
    observe(copy);
    expect(kinds()).toEqual(['observed']);
  });
});

describe('saves', () => {
  it('get the outcome of each of their fields, in the transaction of the change', () => {
    addSave('save', 'by the save');
    expect(ends()).toEqual([['waiting', undefined]]);
    const sent = apply({ type: 'read', copy: saved })!.sent!;
    apply({ type: 'readBack', sent, copy: { ...saved, business_phone: 'by the save' } });
    expect(ends()).toEqual([['done', undefined]]);
    expect(change()).toBeNull();
  });

  it('change nothing in a transaction that fails', () => {
    addSave('save', 'by the save');
    type({ business_name: 'typed' });
    const failing = (): void =>
      write((tables) => {
        applyEvent(tables, id, { type: 'discardPending' }, { at: 1 });
        throw new Error('a defect');
      });
    expect(failing).toThrow();
    expect(change()).not.toBeNull();
    expect(ends()).toEqual([['waiting', undefined]]);
    expect(kinds()).toEqual([]);
    expect(draft()).not.toBeNull();
  });
});

it('a change has the priority of the person, otherwise of its first save that is not paused', () => {
  const edit = { base: '', text: 'x' };
  const of = (save?: string) => ({ ...edit, ...(save === undefined ? {} : { save }) });
  const two = { business_name: of('a'), business_phone: of('b') };
  expect(sendingSave(two, [])).toBe('a');
  expect(sendingSave(two, ['a'])).toBe('b');
  expect(sendingSave(two, ['a', 'b'])).toBe('a');
  expect(sendingSave({ ...two, business_email: of() }, ['a'])).toBeNull();
});

it('never gives out a version of another database again', () => {
  const none = { type: 'adopt', draft: {}, change: {} } as const;
  apply({ ...none, version: 41 });
  expect(submit({ business_phone: '1' }).version).toBe(42);
  apply({ ...none, version: 7 });
  expect(submit({ business_phone: '2' }, { business_phone: '1' }).version).toBe(43);
});

describe('a revision after those that are there, though the clock was set back', () => {
  const phones = ['first', 'second', 'first'];
  const ADDED = 5;

  /** Reads three copies at these times. Returns the times that their revisions have in the end. */
  function readAt(...times: readonly number[]): number[] {
    const before = revisions().length;
    write(({ organizations }) => organizations.put({ ...organizations.get(id)!, addedAt: ADDED }));
    for (const [index, business_phone] of phones.entries()) {
      const event = { type: 'observe', copy: { ...saved, business_phone } } as const;
      write((tables) => applyEvent(tables, id, event, { at: times[index]! }));
    }
    const added = revisions().slice(before);
    expect(added.map(({ texts }) => texts.business_phone)).toEqual(phones);
    return added.map(({ at }) => at);
  }

  it.each([
    [10, 20],
    [10, 1_001],
    [ADDED - 1, 1_001],
  ])('keeps the dates that are there: then %i, then %i', (second, third) => {
    expect(readAt(1_000, second, third)).toEqual([1_000, 1_000, Math.max(1_000, third)]);
  });
});

describe('the last version', () => {
  const versionOf = () => change()?.version;

  it.each([2 ** 53, 2 ** 50, -1, 1.5, 'x', null, 0])(
    'is not taken from an altered setting: %s',
    (stored) => {
      submit({ business_phone: '1' });
      const first = versionOf()!;
      write(({ settings }) => settings.put(VERSION_SETTING, stored));
      submit({ business_phone: '2' });
      expect(versionOf()).toBe(first + 1);
      apply({ type: 'discardPending' });
      submit({ business_phone: '3' });
      expect(versionOf()).toBe(first + 2);
    },
  );

  it('is not taken from an altered change', () => {
    submit({ business_phone: '1' });
    write(({ outbox }) => outbox.put({ ...outbox.get(id)!, version: 2 ** 53 }));
    expect(change()).toMatchObject({ version: 0 });
    expect(() => submit({ business_phone: '2' })).toThrow('change.outdated');
    submit({ business_phone: '2' });
    expect(versionOf()).toBe(2);
  });
});
