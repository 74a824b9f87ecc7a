/**
 * Decisions about a change: resolving a conflict, accepting what Cloudflare stored, retrying and
 * discarding. A decision made on an outdated page changes nothing.
 */
import { describe, expect, it, test } from 'vitest';
import { failed } from '../../../src/shared/result';
import { valueOf } from '../results';
import {
  apply,
  calls,
  change,
  collide,
  draft,
  expectRefused,
  id,
  movedOn,
  now,
  read,
  retryNow,
  revisions,
  saved,
  sendFirst,
  startFreshForEachTest,
  storeDifferently,
  submit,
  type,
  typed,
  versionOf,
  write,
} from './harness';
import { submitInSave } from '../save-events';

startFreshForEachTest();

describe('a decision on an outdated page changes nothing:', () => {
  const choices = { business_phone: 'mine' } as const;

  test('resolving a conflict in an older version', () => {
    submit({ business_phone: 'mine' });
    const remote = collide({ business_phone: 'theirs' });
    const decision = { entryId: id, version: change()!.version - 1, remote, choices };
    expectRefused(() => calls().changes.resolve(decision), movedOn);
    expect(sendFirst).toHaveBeenCalledTimes(1);
  });

  test('accepting or retrying what was stored differently, seen with another text', () => {
    submit({ business_phone: 'mine' });
    const remote = { ...storeDifferently({ business_phone: 'as stored' }), business_email: 'x' };
    const decision = { entryId: id, version: change()!.version, remote };
    expectRefused(() => calls().changes.acceptAsStored(decision), movedOn);
    expectRefused(() => calls().changes.retry(decision), movedOn);
    expect(retryNow).not.toHaveBeenCalled();
  });

  test.each(['an older copy', 'no copy'])('saving over what was stored differently: %s', (what) => {
    submit({ business_phone: 'mine' });
    const older = storeDifferently({ business_phone: 'as stored' });
    apply({ type: 'observe', copy: { ...saved, business_phone: 'theirs' } });
    const before = change();
    const remote = what === 'no copy' ? undefined : older;
    const request = { ...typed({ business_name: 'Mine' }), remote };
    expect(calls().changes.submit(request)).toEqual(movedOn);
    expect(change()).toEqual(before);
    // What was typed is kept.
    expect(draft()).toMatchObject({ business_name: { text: 'Mine' } });
    expect(sendFirst).toHaveBeenCalledTimes(1);
  });

  test('trying a waiting change again that is in conflict by now', () => {
    const save = { id: 'save', at: 1, stage: 'sending', paused: true } as const;
    write((tables) => {
      tables.saves.add({ ...save, fields: ['business_phone'] });
      submitInSave(tables, 'save', id, { business_phone: 'mine' });
    });
    const { version } = change()!;
    collide({ business_phone: 'theirs' });
    const request = { entryId: id, version, remote: null };
    expectRefused(() => calls().changes.retry(request), movedOn);
    expect(change()?.patch.business_phone?.save).toBe('save');
  });

  test('retrying another version of a refused change', () => {
    const { version } = submit({ business_phone: 'mine' });
    apply({ type: 'read', copy: saved });
    apply({ type: 'refuse', version }, { code: 'profile.refused' });
    const request = { entryId: id, version: version + 1, remote: null };
    expectRefused(() => calls().changes.retry(request), movedOn);
  });

  test('resolving a conflict that has been resolved, or is gone', () => {
    submit({ business_phone: 'mine' });
    const remote = collide({ business_phone: 'theirs' });
    const request = { entryId: id, version: change()!.version, remote, choices };
    submit({ business_phone: 'mine 2' }, { business_phone: 'mine' });
    expectRefused(() => calls().changes.resolve(request), movedOn);
    valueOf(now(calls().changes.discard({ entryId: id, version: versionOf(id) })));
    expectRefused(() => calls().changes.resolve(request), movedOn);
    expectRefused(() => calls().changes.acceptAsStored(request), movedOn);
    expectRefused(() => calls().changes.retry(request), failed('change.not-found'));
    expectRefused(
      () => calls().changes.discard({ entryId: id, version: versionOf(id) }),
      failed('change.not-found'),
    );
  });

  test('resolving a conflict with one field undecided', () => {
    submit({ business_phone: 'mine', business_name: 'Mine' });
    const remote = collide({ business_phone: 'theirs', business_name: 'Theirs' });
    const request = { entryId: id, version: change()!.version, remote };
    const answer = {
      ...request,
      choices: { business_name: 'mine', business_address: 'theirs' },
    } as const;
    expectRefused(() => calls().changes.resolve(answer), failed('profile.conflict'));
  });

  test('accepting what was not stored differently', () => {
    const { version } = submit({ business_phone: 'mine' });
    expectRefused(
      () => calls().changes.acceptAsStored({ entryId: id, version, remote: saved }),
      movedOn,
    );
  });
});

describe('ending a change', () => {
  it('by discarding keeps the texts as a revision; a draft on top keeps its base', () => {
    submit({ business_phone: '1' });
    type({ business_name: 'X', business_phone: '2' }, { ...saved, business_phone: '1' });
    valueOf(now(calls().changes.discard({ entryId: id, version: versionOf(id) })));
    expect(change()).toBeNull();
    expect(revisions()).toMatchObject([{ kind: 'discarded', texts: { business_phone: '1' } }]);
    expect(draft()).toEqual({
      business_name: { base: saved.business_name, text: 'X' },
      business_phone: { base: saved.business_phone, text: '2' },
    });
    expect(read((tables) => tables.abandoned.ids())).toEqual([]);
  });

  it('by accepting makes the texts that Cloudflare stored the saved copy', () => {
    submit({ business_phone: '1' });
    const remote = storeDifferently({ business_phone: '+1' });
    const { version } = change()!;
    valueOf(now(calls().changes.acceptAsStored({ entryId: id, version, remote })));
    expect(change()).toBeNull();
    expect(read((tables) => tables.profiles.get(id)?.fields)).toEqual(remote);
    expect(revisions().slice(-2)).toMatchObject([
      { kind: 'replaced', texts: { business_phone: '1' } },
      { kind: 'accepted', texts: remote },
    ]);
  });

  it('by retrying queues the change and notifies the scheduler', () => {
    const { version } = submit({ business_phone: '1' });
    const remote = storeDifferently({ business_phone: '+1' });
    valueOf(now(calls().changes.retry({ entryId: id, version, remote })));
    expect(change()).toMatchObject({
      state: 'queued',
      failure: null,
      remote: null,
      patch: { business_phone: { base: '+1', text: '1' } },
    });
    expect(retryNow).toHaveBeenCalledExactlyOnceWith(id);
  });
});
