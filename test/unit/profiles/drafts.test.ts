/** Drafts on a real database: what was typed stays, over the copy it was typed on. */
import { describe, expect, it } from 'vitest';
import { calls, id, read, saved, write } from './world';

describe('a draft', () => {
  it('keeps what was typed over the saved copy, and goes when nothing differs', async () => {
    const { drafts } = calls();
    await drafts.keep({ organizationId: id, edits: { business_phone: '1' }, began: {} });
    expect(read((tables) => tables.drafts.get(id))).toMatchObject({
      fields: { ...saved, business_phone: '1' },
      base: saved,
    });
    await drafts.keep({
      organizationId: id,
      edits: { business_phone: saved.business_phone },
      began: {},
    });
    expect(read((tables) => tables.drafts.get(id))).toBeNull();
  });

  it('replaces the edits as a whole: a field no longer edited goes back to its base', async () => {
    const { drafts } = calls();
    await drafts.keep({
      organizationId: id,
      edits: { business_phone: '1', business_name: 'X' },
      began: {},
    });
    await drafts.keep({ organizationId: id, edits: { business_name: 'X' }, began: {} });
    expect(read((tables) => tables.drafts.get(id))?.fields).toEqual({
      ...saved,
      business_name: 'X',
    });
  });

  it('begins from the pending change when one waits, and does not touch it', async () => {
    const { drafts, changes } = calls();
    await changes.submit({ organizationId: id, edits: { business_phone: '1' }, began: {} });
    const waiting = read((tables) => tables.outbox.get(id));
    await drafts.keep({ organizationId: id, edits: { business_name: 'X' }, began: {} });
    expect(read((tables) => tables.drafts.get(id))?.base.business_phone).toBe('1');
    expect(read((tables) => tables.outbox.get(id))).toEqual(waiting);
  });

  it('begins from what the person saw, also where the saved copy has moved on since', async () => {
    const { drafts, changes } = calls();
    const began = { business_phone: saved.business_phone };
    const theirs = { ...saved, business_phone: 'theirs', business_email: 'new@example.com' };
    write((tables) => {
      const row = tables.profiles.get(id)!;
      tables.profiles.put({ ...row, fields: theirs });
    });
    await drafts.keep({ organizationId: id, edits: { business_phone: 'mine' }, began });
    expect(read((tables) => tables.drafts.get(id))).toMatchObject({
      fields: { ...theirs, business_phone: 'mine' },
      base: { ...theirs, business_phone: saved.business_phone },
    });
    // Once begun, what it began from stays.
    const later = { business_phone: 'theirs' };
    await changes.submit({ organizationId: id, edits: { business_phone: 'mine 2' }, began: later });
    expect(read((tables) => tables.outbox.get(id))?.base.business_phone).toBe(saved.business_phone);
  });

  it('of an old text typed back over a newer copy is an edit of that copy', async () => {
    const { drafts } = calls();
    const phone = { business_phone: saved.business_phone };
    await drafts.keep({ organizationId: id, edits: { business_phone: 'mine' }, began: phone });
    await drafts.keep({ organizationId: id, edits: phone, began: { business_phone: 'theirs' } });
    expect(read((tables) => tables.drafts.get(id))).toMatchObject({
      fields: phone,
      base: { business_phone: 'theirs' },
    });
  });

  it('is refused for an organization that is not saved here', async () => {
    const { drafts } = calls();
    const other = 'b'.repeat(32);
    expect(await drafts.keep({ organizationId: other, edits: {}, began: {} })).toEqual({
      ok: false,
      failure: { code: 'organization.not-saved-here' },
    });
  });
});
