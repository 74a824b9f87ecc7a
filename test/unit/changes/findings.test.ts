/**
 * Regression tests: the ways in which the first version broke its guarantees, on a real database
 * and over real HTTP. The model checker in test/model/ covers the rules; these tests show that the
 * whole app follows them. The numbers are in the names of the tests.
 *
 * 1. Someone else's text was overwritten in a field that an earlier write of ours never touched.
 * 2. A draft on top of a discarded change overwrote what someone else wrote before the read-back.
 * 3. Canceling or pausing a job also canceled or held the person's own fields and those of other
 *    jobs.
 * 4. A change that was stored differently was sent again over what someone else wrote in between.
 * 5. A write waited for the rate limit after its read (tested in test/unit/sync/).
 * 6. Typed text was lost when its page was left and opened again (test/component/organization/).
 * 7. A discarded text was written again; restoring a revision during a conflict hid the conflict; a
 *    recovered change of a paused job was queued.
 *
 * Other files in test/unit test a few more such cases.
 */
import { afterEach, describe, expect, test } from 'vitest';
import { adoptEdits } from '../../../src/main/changes/adopt-edits';
import type { FieldName } from '../../../src/shared/profile';
import { BulkHarness, closeHarnesses } from '../bulk/harness';
import { SyncHarness } from '../sync/harness';

afterEach(closeHarnesses);

const OURS = '1 Harbour Street';
const THEIRS = '9 Market Square';

/** Someone else changes a field at Cloudflare. */
function strangerWrites(harness: SyncHarness, field: FieldName, text: string): void {
  harness.standin.setProfile(harness.id, { [field]: text });
}

/** The text of a field at Cloudflare. */
function remote(harness: SyncHarness, field: FieldName, id = harness.id): string | undefined {
  return harness.standin.profileOf(id)?.[field];
}

/** Waits until the change has ended or waits for the person. */
async function ended(harness: SyncHarness, id = harness.id): Promise<void> {
  await harness.until(() => !harness.busy() && harness.row(id)?.state !== 'queued');
}

/** The person's texts in the history of one field. */
function historyTexts(
  harness: SyncHarness,
  field: FieldName,
  id = harness.id,
): (string | undefined)[] {
  return harness
    .read((tables) => tables.revisions.of(id))
    .filter(({ kind }) => kind === 'discarded' || kind === 'replaced')
    .map(({ texts }) => texts[field])
    .filter((text) => text !== undefined);
}

describe('1: someone else’s text in a field that an earlier write never touched', () => {
  test('leads to a conflict, although the phone was stored differently before', async () => {
    const harness = await SyncHarness.start();
    harness.standin.faults.add({ mode: 'stores-differently', times: 1 });
    harness.submit({ business_phone: '+1 555 0100' });
    harness.type({ business_address: OURS });
    strangerWrites(harness, 'business_address', THEIRS);
    await ended(harness);
    expect(harness.row()?.state).toBe('differs');
    harness.submit({});
    await ended(harness);
    expect(remote(harness, 'business_address')).toBe(THEIRS);
    expect(harness.row()).toMatchObject({
      state: 'conflict',
      remote: { business_address: THEIRS },
    });
  });
});

describe('2: a change discarded during its write', () => {
  test('a draft on top does not overwrite what a stranger wrote before the read-back', async () => {
    const harness = await SyncHarness.start();
    harness.submit({ business_address: '1 First Street' });
    await harness.until(() => harness.sendStatus.of(harness.id).step === 'writing');
    harness.type({ business_address: OURS });
    harness.discard();
    await harness.until(() => harness.sendStatus.of(harness.id).step === 'confirming', {
      clock: false,
    });
    strangerWrites(harness, 'business_address', THEIRS);
    await ended(harness);
    harness.submit({});
    await ended(harness);
    expect(remote(harness, 'business_address')).toBe(THEIRS);
    expect(harness.row()?.state).toBe('conflict');
  });

  test('a draft on top is based on our own write if that write arrived', async () => {
    const harness = await SyncHarness.start();
    harness.submit({ business_address: '1 First Street' });
    await harness.until(() => harness.sendStatus.of(harness.id).step === 'writing');
    harness.type({ business_address: OURS });
    harness.discard();
    await ended(harness);
    harness.submit({});
    await ended(harness);
    expect(harness.row()).toBeNull();
    expect(remote(harness, 'business_address')).toBe(OURS);
  });
});

describe('3: a job and the person’s own change of another field', () => {
  /** The person's change of the phone waits, then a job changes every address. */
  async function changeAndJob(): Promise<{ harness: BulkHarness; job: string; id: string }> {
    const harness = await BulkHarness.start();
    const { sync } = harness;
    sync.standin.faults.add({ mode: '503-text', times: 1 });
    sync.submit({ business_phone: '+1 555 0101' });
    await sync.until(() => sync.row()?.state === 'waiting');
    const plan = await harness.plan({ business_address: OURS });
    const submitting = harness.submitPlan(plan, [sync.id]);
    const job = await submitting;
    if (!job.ok) throw new Error('not submitted');
    return { harness, job: job.value, id: sync.id };
  }

  test('canceling the job leaves the person’s change', async () => {
    const { harness, job, id } = await changeAndJob();
    const { sync } = harness;
    await harness.bulk.handlers.pause({ jobId: job });
    await harness.bulk.handlers.cancel({ jobId: job });
    await harness.applied();
    expect(historyTexts(sync, 'business_phone')).toEqual([]);
    await ended(sync);
    expect(remote(sync, 'business_phone', id)).toBe('+1 555 0101');
  });

  test('pausing the job does not hold back the person’s change', async () => {
    const { harness, job, id } = await changeAndJob();
    const { sync } = harness;
    await harness.bulk.handlers.pause({ jobId: job });
    await sync.until(() => remote(sync, 'business_phone', id) === '+1 555 0101');
    await sync.until(() => !sync.busy());
    expect(remote(sync, 'business_address', id)).not.toBe(OURS);
    await harness.bulk.handlers.resume({ jobId: job });
    await harness.ended(job);
    expect(remote(sync, 'business_address', id)).toBe(OURS);
    expect(harness.result(job, id)?.state).toBe('done');
  });

  test('a second job neither sends nor cancels the field of a paused job', async () => {
    const harness = await BulkHarness.start();
    const { sync } = harness;
    sync.standin.faults.add({ mode: '503-text', times: 9 });
    const first = await harness.change({ business_phone: '+1 555 0102' }, [sync.id]);
    await harness.bulk.handlers.pause({ jobId: first });
    sync.standin.faults.clear();
    const second = await harness.change({ business_address: OURS }, [sync.id]);
    await harness.ended(second);
    expect(remote(sync, 'business_address')).toBe(OURS);
    expect(remote(sync, 'business_phone')).not.toBe('+1 555 0102');
    expect(sync.row()?.patch.business_phone).toMatchObject({ text: '+1 555 0102', job: first });
    const third = await harness.change({ business_address: THEIRS }, [sync.id]);
    await harness.bulk.handlers.cancel({ jobId: third });
    await harness.applied();
    expect(sync.row()?.patch.business_phone).toMatchObject({ text: '+1 555 0102', job: first });
  });
});

describe('4: stored differently', () => {
  async function differs(harness: SyncHarness): Promise<void> {
    harness.standin.faults.add({ mode: 'stores-differently', times: 1 });
    harness.submit({ business_phone: '+1 555 0103' });
    await ended(harness);
    expect(harness.row()?.state).toBe('differs');
    strangerWrites(harness, 'business_phone', '+1 555 9999');
  }

  test('is not sent over a stranger’s text by a job for another field', async () => {
    const harness = await BulkHarness.start();
    await differs(harness.sync);
    const job = await harness.change({ business_address: OURS }, [harness.sync.id]);
    await harness.ended(job);
    expect(remote(harness.sync, 'business_phone')).toBe('+1 555 9999');
    expect(harness.sync.row()?.state).toBe('differs');
    const result = harness.result(job, harness.sync.id);
    expect(result).toMatchObject({ state: 'canceled', failure: { code: 'change.outdated' } });
  });

  test('leads to a conflict with a stranger’s text when it is retried', async () => {
    const harness = await SyncHarness.start();
    await differs(harness);
    harness.retry();
    await ended(harness);
    expect(remote(harness, 'business_phone')).toBe('+1 555 9999');
    expect(harness.row()?.state).toBe('conflict');
  });
});

test('7: saving another field after a discarded write does not write the discarded text again', async () => {
  const harness = await SyncHarness.start();
  const before = remote(harness, 'business_phone');
  harness.submit({ business_phone: '+1 555 0104' });
  await harness.until(() => harness.sendStatus.of(harness.id).step === 'writing');
  harness.discard();
  await ended(harness);
  strangerWrites(harness, 'business_phone', before ?? '');
  harness.submit({ business_address: OURS });
  await ended(harness);
  expect(harness.row()).toBeNull();
  expect(remote(harness, 'business_phone')).toBe(before);
});

test('7: restoring the base text during a conflict does not hide the conflict', async () => {
  const harness = await SyncHarness.start();
  const first = remote(harness, 'business_phone') ?? '';
  harness.write((tables) => {
    const texts = harness.standin.profileOf(harness.id) ?? {};
    tables.revisions.add({
      entryId: harness.id,
      at: 1,
      kind: 'observed',
      texts,
      author: null,
    });
  });
  const revisionId = harness.read((tables) => tables.revisions.latest(harness.id)) ?? 0;
  harness.submit({ business_phone: '+1 555 0105' });
  strangerWrites(harness, 'business_phone', '+1 555 8888');
  await ended(harness);
  expect(harness.row()?.state).toBe('conflict');
  harness.history.restore({ entryId: harness.id, revisionId, replaceDraft: false });
  expect(harness.read((tables) => tables.drafts.get(harness.id))?.patch.business_phone?.text).toBe(
    first,
  );
  harness.submit({});
  await ended(harness);
  expect(harness.row()).toMatchObject({
    state: 'conflict',
    patch: { business_phone: { text: first } },
  });
  expect(remote(harness, 'business_phone')).toBe('+1 555 8888');
});

test('7: recovering a change of a paused job gives a draft, not a queued change', async () => {
  const harness = await SyncHarness.start();
  const edit = { base: '', text: '+1 555 0106', job: 'of-then' };
  harness.write((tables) =>
    adoptEdits(tables, harness.id, {
      draft: {},
      change: { business_phone: edit },
      version: 7,
      at: 1,
    }),
  );
  expect(harness.row()).toBeNull();
  const draft = harness.read((tables) => tables.drafts.get(harness.id));
  expect(draft?.patch).toEqual({ business_phone: { base: '', text: '+1 555 0106' } });
});
