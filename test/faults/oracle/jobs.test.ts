/** The oracle about jobs: whole or absent, only their own fields, and what was done with them stays done. */
import { beforeEach, describe, expect, test } from 'vitest';
import { now } from '../support/time';
import { APPLIED, patchOf, PLANNED, Sample, SKIPPED } from './sample';

let sample: Sample;
beforeEach(() => {
  sample = new Sample();
});
const inOrder = (): void => expect(sample.complaints).toEqual([]);
const complains = (words: string): void => expect(sample.complaints.join('\n')).toContain(words);

const EDITS = { business_name: 'j1' };
const OTHER = 'b'.repeat(32);

describe('submitted', () => {
  test('applied and pending', () => {
    sample.job(EDITS);
    sample.pending(patchOf(EDITS, undefined, 'job'));
    inOrder();
  });

  test('applied and lost', () => {
    sample.job(EDITS);
    complains('"j1" was submitted and is neither pending nor at Cloudflare');
  });

  test('still to be applied, or skipped', () => {
    sample.job(EDITS, { item: PLANNED });
    inOrder();
    sample.job({ business_phone: 'j2' }, { item: SKIPPED, id: 'second' });
    inOrder();
    expect(sample.known.submissions).toHaveLength(1);
  });

  test('answered and gone', () => {
    sample.job(EDITS);
    sample.jobsOnDisk.clear();
    complains('job job: it is gone');
  });

  test('answered and still being planned, or half there', () => {
    const job = sample.job(EDITS, { item: PLANNED });
    sample.jobsOnDisk.get('job')!.stage = 'planning';
    complains('still being planned');
    sample.jobsOnDisk.get('job')!.stage = 'applying';
    job.items = new Map([...job.items, [OTHER, EDITS]]);
    complains('half there');
  });

  test('without an answer: absent, or being planned', () => {
    sample.job(EDITS, { answered: false });
    sample.jobsOnDisk.get('job')!.stage = 'planning';
    inOrder();
    expect(sample.jobs).toEqual([]);
    expect(sample.known.submissions).toEqual([]);
  });

  test('without an answer: whole', () => {
    const job = sample.job(EDITS, { answered: false });
    sample.pending(patchOf(EDITS, undefined, 'job'));
    inOrder();
    expect(job.id).toBe('job');
    sample.pending({});
    complains('"j1" was submitted and is neither');
  });

  test('without an answer: half', () => {
    const job = sample.job(EDITS, { answered: false, item: PLANNED });
    job.items = new Map([...job.items, [OTHER, EDITS]]);
    complains('half there');
  });

  test('over a text that was saved after its preview', () => {
    const before = sample.submitted({ business_name: 'p1' });
    sample.remembered('replaced', { business_name: 'p1' });
    sample.job(EDITS).plannedAt = before.at - 1;
    sample.pending(patchOf(EDITS, undefined, 'job'));
    complains('applied over a text of Brightwater Ltd its preview did not show');
  });

  test('its draft was let go, and is in the history', () => {
    sample.typed({ business_name: 'p1' }, 900);
    sample.job(EDITS);
    sample.known.submissions[0]!.replacesDraft = { business_name: 'p1' };
    sample.pending(patchOf(EDITS, undefined, 'job'));
    complains('none of those');
    sample.remembered('replaced', { business_name: 'p1' });
    inOrder();
  });
});

describe('its own fields', () => {
  test('a field it was not submitted for, or another text', () => {
    sample.job(EDITS);
    sample.pending(patchOf({ ...EDITS, business_phone: 'j1' }, undefined, 'job'));
    complains('business_phone: "j1" is pending and is not its job');
  });

  test('a job nobody submitted', () => {
    sample.submitted({ business_name: 'p1' });
    sample.pending(patchOf({ business_name: 'p1' }, undefined, 'another'));
    complains('for a job that was never submitted');
  });

  test('pending before it was applied', () => {
    sample.job(EDITS, { item: PLANNED });
    sample.pending(patchOf(EDITS, undefined, 'job'));
    complains('its job is not applied yet');
  });

  test('the person’s own change goes with it', () => {
    sample.submitted({ business_phone: 'p1' });
    const job = sample.job(EDITS);
    sample.pending({
      ...patchOf({ business_phone: 'p1' }),
      ...patchOf(EDITS, undefined, 'job'),
    });
    inOrder();
    sample.acted(job, 'cancel');
    sample.disk.change = null;
    sample.remembered('discarded', { ...EDITS, business_phone: 'p1' });
    complains('business_phone: "p1" was submitted last and is neither pending nor at Cloudflare');
  });
});

describe('paused and cancelled', () => {
  const sent = (): void => {
    sample.read();
    sample.put(EDITS);
  };

  test('paused, and sent all the same', () => {
    const job = sample.job(EDITS);
    sample.acted(job, 'pause');
    sample.jobsOnDisk.get('job')!.paused = true;
    sent();
    complains('"j1" was sent although its job is paused');
    sample.known.released.push(sample.known.reads[0]!.at - 0.001);
    inOrder();
  });

  test('paused and resumed, or not on disk', () => {
    const job = sample.job(EDITS);
    sample.acted(job, 'pause');
    complains('it was paused and is not');
    sample.acted(job, 'resume');
    sent();
    inOrder();
    sample.jobsOnDisk.get('job')!.paused = true;
    complains('it was resumed and is paused');
  });

  test('cancelled, and its text is in the history', () => {
    const job = sample.job(EDITS);
    sample.acted(job, 'cancel');
    complains('"j1" was submitted and is neither');
    sample.remembered('discarded', EDITS);
    inOrder();
    job.at -= 1_000;
    sample.known.submissions[0]!.at -= 1_000;
    sample.disk.revisions[0]!.at = now() - 500;
    sent();
    complains('"j1" was sent although it had been discarded');
  });

  test('cancelled and still to be sent, or to be applied', () => {
    const job = sample.job(EDITS);
    sample.pending(patchOf(EDITS, undefined, 'job'));
    sample.acted(job, 'cancel');
    complains('"j1" is pending although its job was cancelled');
    sample.disk.change!.attempted = EDITS;
    inOrder();
    sample.jobsOnDisk.get('job')!.items.set('a'.repeat(32), PLANNED);
    complains('it was cancelled and is still to be applied');
    sample.jobsOnDisk.get('job')!.items.set('a'.repeat(32), APPLIED);
    sample.jobsOnDisk.get('job')!.stage = 'applying';
    complains('it was cancelled and is still being applied');
  });
});
