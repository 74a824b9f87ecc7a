/** The end of a pending change by the person, given up or accepted: its text stays, and what was typed on top is right. */
import { describe, expect, it } from 'vitest';
import { calls, gaveUp, id, read, saved, storeDifferently, write } from './world';

describe('ending a change', () => {
  it('by discarding keeps its text as a revision, and gives a draft on top the saved copy', async () => {
    const { drafts, changes } = calls();
    await changes.submit({ organizationId: id, edits: { business_phone: '1' }, began: {} });
    await drafts.keep({ organizationId: id, edits: { business_name: 'X' }, began: {} });
    await changes.discard({ organizationId: id });
    expect(read((tables) => tables.outbox.get(id))).toBeNull();
    expect(read((tables) => tables.revisions.of(id))).toMatchObject([
      { kind: 'discarded', fields: { business_phone: '1' } },
    ]);
    expect(read((tables) => tables.drafts.get(id))).toMatchObject({
      base: saved,
      fields: { ...saved, business_name: 'X' },
    });
  });

  it('by accepting makes what Cloudflare stored the saved copy', async () => {
    const { changes } = calls();
    await changes.submit({ organizationId: id, edits: { business_phone: '1' }, began: {} });
    const theirs = { ...saved, business_phone: '+1' };
    write((tables) => {
      storeDifferently(tables, theirs);
      tables.profiles.put({ ...tables.profiles.get(id)!, fields: theirs });
    });
    await changes.acceptAsStored({ organizationId: id });
    expect(read((tables) => tables.outbox.get(id))).toBeNull();
    expect(read((tables) => tables.profiles.get(id))?.fields).toEqual(theirs);
    expect(read((tables) => tables.revisions.of(id))).toMatchObject([
      { kind: 'replaced', fields: { business_phone: '1' } },
      { kind: 'accepted', fields: theirs },
    ]);
  });

  it('by accepting does not bring an older copy back, and keeps an edit on top of it honest', async () => {
    const { drafts, changes } = calls();
    await changes.submit({ organizationId: id, edits: { business_phone: '1' }, began: {} });
    const stored = { ...saved, business_phone: '+1' };
    const newer = { ...stored, business_phone: '+1', business_name: 'Theirs' };
    await drafts.keep({ organizationId: id, edits: { business_name: 'X' }, began: {} });
    write((tables) => {
      storeDifferently(tables, stored);
      tables.profiles.put({ ...tables.profiles.get(id)!, fields: newer });
    });
    await changes.acceptAsStored({ organizationId: id });
    expect(read((tables) => tables.profiles.get(id))?.fields).toEqual(newer);
    expect(read((tables) => tables.revisions.of(id))).toMatchObject([{ kind: 'replaced' }]);
    // Saved later it asks: the person never saw that name.
    expect(read((tables) => tables.drafts.get(id))).toMatchObject({
      fields: { business_name: 'X', business_phone: '+1' },
      base: { business_name: saved.business_name },
    });
  });

  it('by discarding gives an edit on top the right beginning, field by field', async () => {
    const { drafts, changes } = calls();
    await changes.submit({ organizationId: id, edits: { business_phone: '1' }, began: {} });
    const edits = { business_phone: '2', business_name: 'X' };
    await drafts.keep({ organizationId: id, edits, began: {} });
    write((tables) => {
      const row = tables.outbox.get(id)!;
      const theirs = { business_name: 'Theirs' };
      const desired = { ...row.desired, ...theirs };
      const base = { ...row.base, ...theirs };
      tables.outbox.put({ ...row, base, desired, attempted: desired });
      // The answer was lost, the page was read since: the phone there is our own, the name is not.
      const fields = { ...saved, business_phone: '1', business_name: 'Theirs' };
      tables.profiles.put({ ...tables.profiles.get(id)!, fields });
    });
    await changes.discard({ organizationId: id });
    expect(read((tables) => tables.drafts.get(id))).toMatchObject({
      fields: edits,
      base: { business_phone: '1', business_name: saved.business_name },
    });
    expect(read((tables) => tables.givenUp.get(id))).toMatchObject({
      base: { ...saved, business_name: 'Theirs' },
      attempted: { business_phone: '1' },
    });
    expect(gaveUp).toHaveBeenCalledWith(id);
  });

  it('is not possible without one, nor by accepting what was not stored differently', async () => {
    const { changes } = calls();
    const none = { ok: false, failure: { code: 'change.none' } };
    expect(await changes.discard({ organizationId: id })).toEqual(none);
    await changes.submit({ organizationId: id, edits: { business_phone: '1' }, began: {} });
    expect(await changes.acceptAsStored({ organizationId: id })).toEqual(none);
    expect(read((tables) => tables.outbox.count())).toBe(1);
  });
});
