/** Tests of the oracle, about jobs: they are complete or absent, touch only their own fields, and actions persist. */
import { beforeEach, describe, expect, test } from 'vitest';
import { now } from '../support/time';
import { APPLIED, patchOf, PLANNED, Sample, SKIPPED } from './sample';

let sample: Sample;
beforeEach(() => {
  sample = new Sample();
});
const isSilent = (): void => expect(sample.complaints).toEqual([]);
const complains = (complaint: string): void =>
  expect(sample.complaints.join('\n')).toContain(complaint);

const EDITS = { business_name: 'j1' };
const OTHER = 'b'.repeat(32);

describe('submitted', () => {
  test('applied and pending', () => {
    sample.job(EDITS);
    sample.pending(patchOf(EDITS, undefined, 'job'));
    isSilent();
  });

  test('applied and lost', () => {
    sample.job(EDITS);
    complains('"j1" was submitted and is neither pending nor at Cloudflare');
  });

  test('not applied yet, or skipped', () => {
    sample.job(EDITS, { item: PLANNED });
    isSilent();
    sample.job({ business_phone: 'j2' }, { item: SKIPPED, id: 'second' });
    isSilent();
    expect(sample.known.submissions).toHaveLength(1);
  });

  test('acknowledged and missing', () => {
    sample.job(EDITS);
    sample.jobsOnDisk.clear();
    complains('job job: it is missing');
  });

  test('acknowledged and still being planned, or incomplete', () => {
    const job = sample.job(EDITS, { item: PLANNED });
    sample.jobsOnDisk.get('job')!.stage = 'planning';
    complains('still being planned');
    sample.jobsOnDisk.get('job')!.stage = 'applying';
    job.items = new Map([...job.items, [OTHER, EDITS]]);
    complains('incomplete');
  });

  test('unanswered: absent, or being planned', () => {
    sample.job(EDITS, { answered: false });
    sample.jobsOnDisk.get('job')!.stage = 'planning';
    isSilent();
    expect(sample.jobs).toEqual([]);
    expect(sample.known.submissions).toEqual([]);
  });

  test('unanswered: complete', () => {
    const job = sample.job(EDITS, { answered: false });
    sample.pending(patchOf(EDITS, undefined, 'job'));
    isSilent();
    expect(job.id).toBe('job');
    sample.pending({});
    complains('"j1" was submitted and is neither');
  });

  test('unanswered: incomplete', () => {
    const job = sample.job(EDITS, { answered: false, item: PLANNED });
    job.items = new Map([...job.items, [OTHER, EDITS]]);
    complains('incomplete');
  });

  test('over a text that was saved after its preview', () => {
    const before = sample.submitted({ business_name: 'p1' });
    sample.remembered('replaced', { business_name: 'p1' });
    sample.job(EDITS).plannedAt = before.at - 1;
    sample.pending(patchOf(EDITS, undefined, 'job'));
    complains('applied over a text of Brightwater Ltd that its preview did not show');
  });

  test('the draft it replaced is in the history', () => {
    sample.typed({ business_name: 'p1' }, 900);
    sample.job(EDITS);
    sample.known.submissions[0]!.replacesDraft = { business_name: 'p1' };
    sample.pending(patchOf(EDITS, undefined, 'job'));
    complains('none of the allowed states');
    sample.remembered('replaced', { business_name: 'p1' });
    isSilent();
  });
});

describe('its own fields', () => {
  test('a field it was not submitted for, or a different text', () => {
    sample.job(EDITS);
    sample.pending(patchOf({ ...EDITS, business_phone: 'j1' }, undefined, 'job'));
    complains('business_phone: "j1" is pending and is not its job');
  });

  test('a job no one submitted', () => {
    sample.submitted({ business_name: 'p1' });
    sample.pending(patchOf({ business_name: 'p1' }, undefined, 'another'));
    complains('for a job that was never submitted');
  });

  test('pending before it was applied', () => {
    sample.job(EDITS, { item: PLANNED });
    sample.pending(patchOf(EDITS, undefined, 'job'));
    complains('its job is not applied yet');
  });

  test('the person’s own change disappears with the job', () => {
    sample.submitted({ business_phone: 'p1' });
    const job = sample.job(EDITS);
    sample.pending({
      ...patchOf({ business_phone: 'p1' }),
      ...patchOf(EDITS, undefined, 'job'),
    });
    isSilent();
    sample.acted(job, 'cancel', 'discard');
    sample.disk.change = null;
    sample.remembered('discarded', { ...EDITS, business_phone: 'p1' });
    complains('business_phone: "p1" was submitted last and is neither pending nor at Cloudflare');
  });
});

describe('paused and canceled', () => {
  const sent = (): void => {
    sample.read();
    sample.put(EDITS);
  };

  test('paused, and sent anyway', () => {
    const job = sample.job(EDITS);
    sample.acted(job, 'pause');
    sample.jobsOnDisk.get('job')!.paused = true;
    sent();
    complains('"j1" was sent although its job is paused');
    sample.known.released.push(sample.known.reads[0]!.at - 0.001);
    isSilent();
  });

  test('paused and resumed, or not on disk', () => {
    const job = sample.job(EDITS);
    sample.acted(job, 'pause');
    complains('it was paused and is not');
    sample.acted(job, 'resume');
    sent();
    isSilent();
    sample.jobsOnDisk.get('job')!.paused = true;
    complains('it was resumed and is paused');
  });

  test('canceled, and its text is in the history', () => {
    const job = sample.job(EDITS);
    sample.acted(job, 'cancel', 'discard');
    complains('"j1" was submitted and is neither');
    sample.remembered('discarded', EDITS);
    isSilent();
    job.at -= 1_000;
    sample.known.submissions[0]!.at -= 1_000;
    sample.disk.revisions[0]!.at = now() - 500;
    sent();
    complains('"j1" was sent although it had been discarded');
  });

  test('canceled and still to be sent or applied', () => {
    const job = sample.job(EDITS);
    sample.pending(patchOf(EDITS, undefined, 'job'));
    sample.acted(job, 'cancel', 'discard');
    complains('"j1" is pending although its job was canceled');
    sample.disk.change!.attempted = EDITS;
    isSilent();
    sample.jobsOnDisk.get('job')!.items.set('a'.repeat(32), PLANNED);
    complains('it was canceled and is not applied yet');
    sample.jobsOnDisk.get('job')!.items.set('a'.repeat(32), APPLIED);
    sample.jobsOnDisk.get('job')!.stage = 'applying';
    complains('it was canceled and is not');
    sample.jobsOnDisk.get('job')!.stage = 'canceled';
    complains('it was canceled to discard its texts, and it does keep them');
  });

  test('canceled, and its text is a draft again', () => {
    const job = sample.job(EDITS);
    sample.drafted(EDITS);
    complains('none of the allowed states');
    sample.acted(job, 'cancel', 'keep');
    isSilent();
    sample.drafted({ business_name: 'j2' });
    complains('none of the allowed states');
  });

  test('canceled, and its text was a draft until the person typed over it', () => {
    const job = sample.job(EDITS);
    sample.acted(job, 'cancel', 'keep');
    complains('"j1" was submitted and is neither');
    sample.typed({ business_name: 'p1' }, 900);
    sample.drafted({ business_name: 'p1' });
    isSilent();
  });
});
