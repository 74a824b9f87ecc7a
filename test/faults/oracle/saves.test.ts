/**
 * Tests of the oracle, about batches and saves of many: what a batch replaces is in the history, each organization has its
 * part of a save or keeps its drafts, a save owns what it submitted and nothing else, and actions persist.
 */
import { beforeEach, describe, expect, test } from 'vitest';
import { acknowledge, attempt, latest } from '../support/record';
import { textsBefore } from '../support/saves-by-calls';
import { now } from '../support/time';
import { FIRST, patchOf, Sample } from './sample';

let sample: Sample;
beforeEach(() => {
  sample = new Sample();
});
const isSilent = (): void => expect(sample.complaints).toEqual([]);
const complains = (complaint: string): void =>
  expect(sample.complaints.join('\n')).toContain(complaint);

const EDITS = { business_name: 'j1' };
const BOTH = { business_name: 'j1', business_phone: 'j2' };
const OTHER = 'b'.repeat(32);

describe('submitted', () => {
  test('pending', () => {
    sample.save(EDITS);
    sample.pending(patchOf(EDITS, undefined, 'save'));
    isSilent();
  });

  test('lost', () => {
    sample.save(EDITS);
    complains('"j1" was submitted and is neither pending nor at Cloudflare');
  });

  test('still a draft', () => {
    sample.typed(EDITS, 900);
    sample.save(EDITS);
    sample.drafted(EDITS);
    complains('none of the allowed states');
  });

  test('acknowledged and missing', () => {
    sample.save(EDITS, { isOnDisk: false });
    complains('save save: it is missing');
  });

  test('acknowledged and still being submitted, or incomplete', () => {
    const save = sample.save(EDITS);
    sample.pending(patchOf(EDITS, undefined, 'save'));
    sample.savesOnDisk.get('save')!.stage = 'submitting';
    complains('still being submitted');
    sample.savesOnDisk.get('save')!.stage = 'sending';
    isSilent();
    save.items.set(OTHER, EDITS);
    complains(`incomplete: ${OTHER} missing`);
  });

  test('unanswered and still being submitted, also after a run that ended before it could be sent', () => {
    sample.save(EDITS, { answered: false });
    sample.pending(patchOf(EDITS, undefined, 'save'));
    sample.savesOnDisk.get('save')!.stage = 'submitting';
    isSilent();
    isSilent();
    sample.savesOnDisk.clear();
    complains('save save: it is missing');
  });

  test('for an organization or a field that was not ticked', () => {
    sample.save(EDITS);
    sample.pending(patchOf(EDITS, undefined, 'save'));
    const { items } = sample.savesOnDisk.get('save')!;
    items.set(OTHER, ['business_name']);
    complains(`it changes ${OTHER}, which it was not submitted for`);
    items.delete(OTHER);
    items.set(sample.known.id, ['business_name', 'business_phone']);
    complains('which it was not submitted for');
  });

  test('unanswered and absent: its texts stay drafts', () => {
    sample.typed(EDITS, 900);
    sample.save(EDITS, { answered: false, isOnDisk: false });
    sample.drafted(EDITS);
    isSilent();
    expect(sample.saves).toEqual([]);
    expect(sample.known.submissions).toEqual([]);
    sample.disk.draft = null;
    complains('none of the allowed states');
  });

  test('unanswered, and other organizations have it: the texts of this one stay drafts', () => {
    sample.typed(EDITS, 900);
    const save = sample.save(EDITS, { answered: false });
    sample.savesOnDisk.get('save')!.items.clear();
    sample.drafted(EDITS);
    isSilent();
    expect(save.id).toBe('save');
    expect(save.items.size).toBe(0);
    sample.disk.draft = null;
    complains('none of the allowed states');
  });

  test('unanswered, and this organization has it', () => {
    sample.typed(EDITS, 900);
    const save = sample.save(EDITS, { answered: false });
    sample.pending(patchOf(EDITS, undefined, 'save'));
    isSilent();
    expect(save.id).toBe('save');
    sample.disk.change = null;
    complains('"j1" was submitted and is neither');
  });

  test('unanswered, and one of its fields stays a draft', () => {
    sample.typed(BOTH, 900);
    const save = sample.save(BOTH, { answered: false });
    sample.savesOnDisk.get('save')!.items.set(sample.known.id, ['business_name']);
    sample.pending(patchOf(EDITS, undefined, 'save'));
    sample.drafted({ business_phone: 'j2' });
    isSilent();
    expect(save.items.get(sample.known.id)).toEqual(EDITS);
    sample.disk.draft = null;
    complains('none of the allowed states');
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

  test('it does not own its text any more, although the person did nothing', () => {
    sample.save(EDITS);
    sample.pending(patchOf(EDITS));
    complains('business_name: "j1" is pending and no longer its save\'s');
    sample.known.released.push(now());
    isSilent();
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

  test('canceled and still to be sent', () => {
    const save = sample.save(EDITS);
    sample.pending(patchOf(EDITS, undefined, 'save'));
    sample.acted(save, 'cancel', 'discard');
    complains('"j1" is pending although its save was canceled');
    sample.disk.change!.attempted = EDITS;
    isSilent();
    sample.savesOnDisk.get('save')!.stage = 'sending';
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

  test('canceled to keep its texts, and one is only in the history', () => {
    const save = sample.save(EDITS);
    sample.acted(save, 'cancel', 'keep');
    sample.remembered('discarded', EDITS);
    complains('"j1" was to be a draft again and is only in the history');
    // As with a newer draft, which the person has discarded since.
    sample.known.typedAt = { business_name: now() };
    isSilent();
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

describe('drafts of a batch', () => {
  test('made, or unanswered and not made', () => {
    sample.filled(EDITS);
    sample.drafted(EDITS);
    isSilent();
    sample.filled({ business_phone: 'j2' }, {}, false);
    isSilent();
  });

  test('unanswered, and made over a text that was read since', () => {
    sample.filled(EDITS, {}, false);
    sample.elsewhere({ business_name: 's1' });
    const isSeen = (): unknown => latest(sample.known).seen.business_name;
    sample.disk.draft = { patch: patchOf(EDITS, { business_name: 's1' }) };
    isSilent();
    expect(isSeen()).toEqual([FIRST.business_name]);
    sample.filled({ business_name: 'j2' }, {}, false);
    sample.read();
    sample.disk.draft = { patch: patchOf({ business_name: 'j2' }, { business_name: 's1' }) };
    isSilent();
    expect(isSeen()).toEqual([FIRST.business_name, 's1']);
  });

  test('done, and not made', () => {
    sample.filled(EDITS);
    complains('none of the allowed states');
  });

  test('the draft it replaced is in the history, also much later', () => {
    sample.typed({ business_name: 'p1' }, 900);
    sample.filled(EDITS, { business_name: 'p1' });
    sample.drafted(EDITS);
    complains('the draft "p1" is not in the history (filled)');
    sample.remembered('replaced', { business_name: 'p1' });
    isSilent();
    sample.typed({ business_name: 'p2' }, 900);
    sample.drafted({ business_name: 'p2' });
    isSilent();
    sample.disk.revisions.pop();
    complains('the draft "p1" is not in the history');
  });

  test('unanswered, and the draft it replaced is lost', () => {
    sample.typed({ business_name: 'p1' }, 900);
    sample.filled(EDITS, { business_name: 'p1' }, false);
    sample.drafted(EDITS);
    complains('none of the allowed states');
    sample.remembered('replaced', { business_name: 'p1' });
    isSilent();
  });

  test('a text that undoing a save may bring back, and one that it cannot', () => {
    sample.drafted({ business_name: FIRST.business_phone });
    complains('none of the allowed states');
    sample.known.offers = [{ field: 'business_name', text: FIRST.business_phone }];
    isSilent();
    expect(sample.known.offers).toEqual([]);
  });

  test('what undoing a save may bring back: what was read before it was written', () => {
    sample.elsewhere({ business_name: 's1' });
    sample.read();
    const save = sample.save(EDITS);
    sample.put(EDITS);
    sample.elsewhere({ business_name: 's2' });
    sample.read();
    expect([...textsBefore(sample.known, save, 'business_name')]).toEqual(['s1']);
  });

  test('a text that undoing a save brings back over a draft', () => {
    sample.typed({ business_name: 'p1' }, 900);
    sample.known.offers = [{ field: 'business_name', text: 'before' }];
    sample.drafted({ business_name: 'before' });
    complains('none of the allowed states');
  });
});

describe('withdrawn', () => {
  const withdrawn = (answered = true): void => {
    sample.submitted(EDITS);
    // Not just before.
    sample.known.typedAt = {};
    sample.decided('withdraw', EDITS);
    const after = { what: 'withdrew', by: 'call', edits: EDITS, seen: {} } as const;
    const moment = attempt(sample.known, { ...after, isTyped: false });
    if (answered) acknowledge(sample.known, moment);
  };

  test('a draft again', () => {
    withdrawn();
    sample.drafted(EDITS);
    isSilent();
    sample.disk.draft = null;
    complains('none of the allowed states');
  });

  test('unanswered: still pending, or a draft', () => {
    withdrawn(false);
    sample.pending(patchOf(EDITS));
    isSilent();
    sample.disk.change = null;
    complains('"j1" was submitted and is neither');
  });

  test('typed over, and its save is canceled afterwards', () => {
    const save = sample.save(EDITS);
    sample.decided('withdraw', EDITS);
    sample.typed({ business_name: 'p1' }, 900);
    sample.drafted({ business_name: 'p1' });
    isSilent();
    sample.acted(save, 'cancel', 'keep');
    save.actions[0]!.at += 10_000;
    isSilent();
  });

  test('and sent afterwards', () => {
    withdrawn();
    sample.drafted(EDITS);
    sample.read();
    sample.put(EDITS);
    complains('"j1" was sent although it had been withdrawn');
  });
});
