/** Drafts and submissions on a real database: nothing typed is dropped, nothing in flight rewritten. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createChanges } from '../../../src/main/profiles/changes';
import { createDrafts } from '../../../src/main/profiles/drafts';
import { openStore } from '../../../src/main/store';
import type { Store, Tables } from '../../../src/main/store/tables';
import { success, type Outcome } from '../../../src/shared/failure';
import type { OrganizationView } from '../../../src/shared/organization';
import { EMPTY_PROFILE, FIELD_NAMES, type Edits, type Profile } from '../../../src/shared/profile';

const id = 'a'.repeat(32);
const saved: Profile = {
  business_name: 'Brightwater Ltd',
  business_email: 'office@brightwater.example',
  business_phone: '+44 20 7946 0321',
  business_address: '12 Harbour Row\r\nBristol',
  external_metadata: '{"crm":1}',
};

let folder: string;
let store: Store;
let clock: number;
const wake = vi.fn();
const onChanged = vi.fn();
const gaveUp = vi.fn();

function value<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(outcome.failure.code);
  return outcome.value;
}
const read = <T>(work: (tables: Tables) => T): T => value(store.read(work));
const write = <T>(work: (tables: Tables) => T): T => value(store.write(work));

function calls() {
  const options = {
    store,
    now: () => (clock += 1),
    pageOf: () => success({} as OrganizationView),
    onChanged,
    wake,
    gaveUp,
    retryNow: vi.fn(),
  };
  return { drafts: createDrafts(options), changes: createChanges(options) };
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'letterhead-changes-'));
  clock = 1_000;
  store = value(openStore(folder, { now: () => clock })).store;
  vi.clearAllMocks();
  write((tables) => {
    tables.organizations.put({
      id,
      name: 'Brightwater',
      credentialId: null,
      addedAt: 1,
      seenAt: null,
    });
    tables.profiles.put({
      organizationId: id,
      fields: saved,
      confirmedAt: 1,
      checkedAt: 1,
      changedElsewhere: false,
    });
  });
});

afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

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
      const row = tables.outbox.get(id)!;
      const failure = { code: 'profile.stored-differently' as const };
      tables.outbox.put({ ...row, state: 'refused', failure, theirs });
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
      const row = tables.outbox.get(id)!;
      const failure = { code: 'profile.stored-differently' as const };
      tables.outbox.put({ ...row, state: 'refused', failure, theirs });
      tables.profiles.put({ ...tables.profiles.get(id)!, fields: theirs });
    });
    await changes.acceptAsStored({ organizationId: id });
    expect(read((tables) => tables.outbox.get(id))).toBeNull();
    expect(read((tables) => tables.profiles.get(id))?.fields).toEqual(theirs);
    expect(read((tables) => tables.revisions.of(id))).toMatchObject([
      { kind: 'replaced', fields: { business_phone: '1' } },
      { kind: 'saved', fields: theirs },
    ]);
  });

  it('by accepting does not bring an older copy back, and keeps an edit on top of it honest', async () => {
    const { drafts, changes } = calls();
    await changes.submit({ organizationId: id, edits: { business_phone: '1' }, began: {} });
    const stored = { ...saved, business_phone: '+1' };
    const newer = { ...stored, business_phone: '+1', business_name: 'Theirs' };
    await drafts.keep({ organizationId: id, edits: { business_name: 'X' }, began: {} });
    write((tables) => {
      const row = tables.outbox.get(id)!;
      const failure = { code: 'profile.stored-differently' as const };
      tables.outbox.put({ ...row, state: 'refused', failure, theirs: stored });
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

it('whatever a person does, their last text is in the draft, the outbox or the history', async () => {
  const edits = fc
    .constantFrom(...FIELD_NAMES)
    .chain((field) => fc.string({ maxLength: 4 }).map((text): Edits => ({ [field]: text })));
  const step = fc.record({ does: fc.constantFrom('keep', 'submit', 'discard'), edits });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      write((tables) => {
        tables.outbox.remove(id);
        tables.drafts.remove(id);
      });
      const { drafts, changes } = calls();
      for (const { does, edits: typed } of steps) {
        const [field, text] = Object.entries(typed)[0] as [keyof Profile, string];
        const request = { organizationId: id, edits: typed, began: {} };
        const before = read((tables) => tables.outbox.get(id));
        if (does === 'keep') await drafts.keep(request);
        if (does === 'submit') await changes.submit(request);
        if (does === 'discard') await changes.discard({ organizationId: id });
        const now = read((tables) => ({
          draft: tables.drafts.get(id)?.fields,
          sent: tables.outbox.get(id)?.desired,
          saved: tables.profiles.get(id)?.fields ?? EMPTY_PROFILE,
          history: tables.revisions.of(id).map(({ fields }) => fields),
        }));
        if (does === 'discard') {
          if (before) expect(now.history).toContainEqual(before.desired);
        } else {
          expect((now.draft ?? now.sent ?? now.saved)[field]).toBe(text);
        }
      }
    }),
    { numRuns: 60 },
  );
});
