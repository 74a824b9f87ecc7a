/** Submissions on a real database: from draft to pending change, with nothing in flight rewritten. */
import { describe, expect, it } from 'vitest';
import type { Edits } from '../../../src/shared/profile';
import { calls, id, read, saved, storeDifferently, wake, write } from './world';

describe('a submission', () => {
  it('moves the draft into the outbox in one step and wakes the scheduler', async () => {
    const { drafts, changes } = calls();
    await drafts.keep({ organizationId: id, edits: { business_phone: '1' }, began: {} });
    await changes.submit({ organizationId: id, edits: { business_phone: '12' }, began: {} });
    expect(read((tables) => tables.drafts.get(id))).toBeNull();
    expect(read((tables) => tables.outbox.get(id))).toMatchObject({
      desired: { ...saved, business_phone: '12' },
      base: saved,
      attempted: null,
      state: 'queued',
    });
    expect(wake).toHaveBeenCalledTimes(1);
  });

  it('on top of a waiting one keeps its base and what was attempted, and counts on', async () => {
    const { changes } = calls();
    await changes.submit({ organizationId: id, edits: { business_phone: '1' }, began: {} });
    const attempted = { ...saved, business_phone: '1' };
    const first = write((tables) => {
      const row = tables.outbox.get(id)!;
      tables.outbox.put({ ...row, attempted });
      return row;
    });
    await changes.submit({ organizationId: id, edits: { business_phone: '2' }, began: {} });
    const second = read((tables) => tables.outbox.get(id))!;
    expect(second).toMatchObject({ base: saved, attempted, desired: { business_phone: '2' } });
    expect(second.version).toBeGreaterThan(first.version);
  });

  it('on top of another keeps the text of that one, unless it contains it', async () => {
    const { changes } = calls();
    const submit = (edits: Edits) => changes.submit({ organizationId: id, edits, began: {} });
    const replaced = () =>
      read((tables) => tables.revisions.of(id).filter(({ kind }) => kind === 'replaced'));
    await submit({ business_phone: '1' });
    await submit({ business_name: 'X' });
    expect(read((tables) => tables.outbox.get(id))?.desired).toMatchObject({
      business_phone: '1',
      business_name: 'X',
    });
    expect(replaced()).toEqual([]);
    await submit({ business_phone: '2' });
    expect(replaced()).toMatchObject([{ fields: { business_phone: '1', business_name: 'X' } }]);
  });

  it('on top of another begins, in fields only it changes, from what the person saw', async () => {
    const { drafts, changes } = calls();
    await changes.submit({ organizationId: id, edits: { business_phone: '1' }, began: {} });
    await drafts.keep({ organizationId: id, edits: { business_name: 'X' }, began: {} });
    // The change below moved on: it follows a name somebody else gave meanwhile.
    write((tables) => {
      const row = tables.outbox.get(id)!;
      const theirs = { business_name: 'Theirs' };
      tables.outbox.put({
        ...row,
        base: { ...row.base, ...theirs },
        desired: { ...row.desired, ...theirs },
      });
    });
    await changes.submit({ organizationId: id, edits: { business_name: 'X' }, began: {} });
    expect(read((tables) => tables.outbox.get(id))).toMatchObject({
      base: saved,
      desired: { business_name: 'X', business_phone: '1' },
    });
  });

  it('never uses a version twice, not even after a discard', async () => {
    const { changes } = calls();
    const versions = new Set<number>();
    for (const phone of ['1', '2', '3']) {
      await changes.submit({ organizationId: id, edits: { business_phone: phone }, began: {} });
      versions.add(read((tables) => tables.outbox.get(id))!.version);
      await changes.discard({ organizationId: id });
    }
    expect(versions.size).toBe(3);
  });

  it('begins from what Cloudflare stored when it stored something else', async () => {
    const { changes } = calls();
    await changes.submit({ organizationId: id, edits: { business_phone: '1' }, began: {} });
    const theirs = { ...saved, business_phone: '+1' };
    write((tables) => {
      storeDifferently(tables, theirs);
    });
    await changes.submit({ organizationId: id, edits: { business_phone: '2' }, began: {} });
    expect(read((tables) => tables.outbox.get(id))).toMatchObject({
      base: theirs,
      state: 'queued',
    });
  });

  it('of nothing is told, not sent', async () => {
    const { changes } = calls();
    const answer = await changes.submit({ organizationId: id, edits: {}, began: {} });
    expect(answer).toEqual({ ok: false, failure: { code: 'change.none' } });
    expect(read((tables) => tables.outbox.count())).toBe(0);
    expect(wake).not.toHaveBeenCalled();
  });

  it('of a text that cannot be sent is refused', async () => {
    const { changes } = calls();
    const edits = { external_metadata: 'x'.repeat(100_001) };
    expect(await changes.submit({ organizationId: id, edits, began: {} })).toMatchObject({
      failure: { code: 'profile.unsendable' },
    });
  });
});
