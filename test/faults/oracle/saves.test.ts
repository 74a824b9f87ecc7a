/** Tests of the oracle, about saves: they are complete or absent, touch only their own fields, and actions persist. */
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
    sample.save(EDITS);
    sample.pending(patchOf(EDITS, undefined, 'save'));
    isSilent();
  });

  test('applied and lost', () => {
    sample.save(EDITS);
    complains('"j1" was submitted and is neither pending nor at Cloudflare');
  });

  test('not applied yet, or skipped', () => {
    sample.save(EDITS, { item: PLANNED });
    isSilent();
    sample.save({ business_phone: 'j2' }, { item: SKIPPED, id: 'second' });
    isSilent();
    expect(sample.known.submissions).toHaveLength(1);
  });

  test('acknowledged and missing', () => {
    sample.save(EDITS);
    sample.savesOnDisk.clear();
    complains('save save: it is missing');
  });

  test('acknowledged and still being planned, or incomplete', () => {
    const save = sample.save(EDITS, { item: PLANNED });
    sample.savesOnDisk.get('save')!.stage = 'planning';
    complains('still being planned');
    sample.savesOnDisk.get('save')!.stage = 'applying';
    save.items = new Map([...save.items, [OTHER, EDITS]]);
    complains('incomplete');
  });

  test('unanswered: absent, or being planned', () => {
    sample.save(EDITS, { answered: false });
    sample.savesOnDisk.get('save')!.stage = 'planning';
    isSilent();
    expect(sample.saves).toEqual([]);
    expect(sample.known.submissions).toEqual([]);
  });

  test('unanswered: complete', () => {
    const save = sample.save(EDITS, { answered: false });
    sample.pending(patchOf(EDITS, undefined, 'save'));
    isSilent();
    expect(save.id).toBe('save');
    sample.pending({});
    complains('"j1" was submitted and is neither');
  });

  test('unanswered: incomplete', () => {
    const save = sample.save(EDITS, { answered: false, item: PLANNED });
    save.items = new Map([...save.items, [OTHER, EDITS]]);
    complains('incomplete');
  });

  test('over a text that was saved after its preview', () => {
    const before = sample.submitted({ business_name: 'p1' });
    sample.remembered('replaced', { business_name: 'p1' });
    sample.save(EDITS).plannedAt = before.at - 1;
    sample.pending(patchOf(EDITS, undefined, 'save'));
    complains('applied over a text of Brightwater Ltd that its preview did not show');
  });

  test('the draft it replaced is in the history', () => {
    sample.typed({ business_name: 'p1' }, 900);
    sample.save(EDITS);
    sample.known.submissions[0]!.replacesDraft = { business_name: 'p1' };
    sample.pending(patchOf(EDITS, undefined, 'save'));
    complains('none of the allowed states');
    sample.remembered('replaced', { business_name: 'p1' });
    isSilent();
  });
});

describe('its own fields', () => {
  test('a field it was not submitted for, or a different text', () => {
    sample.save(EDITS);
    sample.pending(patchOf({ ...EDITS, business_phone: 'j1' }, undefined, 'save'));
    complains('business_phone: "j1" is pending and is not its save');
  });

  test('a save no one submitted', () => {
    sample.submitted({ business_name: 'p1' });
    sample.pending(patchOf({ business_name: 'p1' }, undefined, 'another'));
    complains('for a save that was never submitted');
  });

  test('pending before it was applied', () => {
    sample.save(EDITS, { item: PLANNED });
    sample.pending(patchOf(EDITS, undefined, 'save'));
    complains('its save is not applied yet');
  });

  test('the person’s own change disappears with the save', () => {
    sample.submitted({ business_phone: 'p1' });
    const save = sample.save(EDITS);
    sample.pending({
      ...patchOf({ business_phone: 'p1' }),
      ...patchOf(EDITS, undefined, 'save'),
    });
    isSilent();
    sample.acted(save, 'cancel', 'discard');
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
    const save = sample.save(EDITS);
    sample.acted(save, 'pause');
    sample.savesOnDisk.get('save')!.paused = true;
    sent();
    complains('"j1" was sent although its save is paused');
    sample.known.released.push(sample.known.reads[0]!.at - 0.001);
    isSilent();
  });

  test('paused and resumed, or not on disk', () => {
    const save = sample.save(EDITS);
    sample.acted(save, 'pause');
    complains('it was paused and is not');
    sample.acted(save, 'resume');
    sent();
    isSilent();
    sample.savesOnDisk.get('save')!.paused = true;
    complains('it was resumed and is paused');
  });

  test('canceled, and its text is in the history', () => {
    const save = sample.save(EDITS);
    sample.acted(save, 'cancel', 'discard');
    complains('"j1" was submitted and is neither');
    sample.remembered('discarded', EDITS);
    isSilent();
    save.at -= 1_000;
    sample.known.submissions[0]!.at -= 1_000;
    sample.disk.revisions[0]!.at = now() - 500;
    sent();
    complains('"j1" was sent although it had been discarded');
  });

  test('canceled and still to be sent or applied', () => {
    const save = sample.save(EDITS);
    sample.pending(patchOf(EDITS, undefined, 'save'));
    sample.acted(save, 'cancel', 'discard');
    complains('"j1" is pending although its save was canceled');
    sample.disk.change!.attempted = EDITS;
    isSilent();
    sample.savesOnDisk.get('save')!.items.set('a'.repeat(32), PLANNED);
    complains('it was canceled and is not applied yet');
    sample.savesOnDisk.get('save')!.items.set('a'.repeat(32), APPLIED);
    sample.savesOnDisk.get('save')!.stage = 'applying';
    complains('it was canceled and is not');
    sample.savesOnDisk.get('save')!.stage = 'canceled';
    complains('it was canceled to discard its texts, and it does keep them');
  });

  test('canceled, and its text is a draft again', () => {
    const save = sample.save(EDITS);
    sample.drafted(EDITS);
    complains('none of the allowed states');
    sample.acted(save, 'cancel', 'keep');
    isSilent();
    sample.drafted({ business_name: 'j2' });
    complains('none of the allowed states');
  });

  test('canceled, and its text was a draft until the person typed over it', () => {
    const save = sample.save(EDITS);
    sample.acted(save, 'cancel', 'keep');
    complains('"j1" was submitted and is neither');
    sample.typed({ business_name: 'p1' }, 900);
    sample.drafted({ business_name: 'p1' });
    isSilent();
  });
});
