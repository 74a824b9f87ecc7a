/** Tests of the oracle, about Cloudflare: writes, changes that wait for the person, and the settled state. */
import { beforeEach, describe, expect, test } from 'vitest';
import { applyEdits, type Edits } from '../../../src/shared/profile';
import { now } from '../support/time';
import { FIRST, patchOf, Sample } from './sample';

let sample: Sample;
beforeEach(() => {
  sample = new Sample();
});
const isSilent = (): void => expect(sample.complaints).toEqual([]);
const complains = (complaint: string): void =>
  expect(sample.complaints.join('\n')).toContain(complaint);

describe('writes', () => {
  test('a text never submitted', () => {
    sample.read();
    sample.put({ business_name: 'p1' });
    complains('"p1" was sent and never submitted');
  });

  test('a text typed and not submitted', () => {
    sample.typed({ business_name: 'p1' }, 900);
    sample.drafted({ business_name: 'p1' });
    sample.read();
    sample.put({ business_name: 'p1' }, { applied: false });
    complains('never submitted');
  });

  test('without a fresh read', () => {
    sample.submitted({ business_name: 'p1' });
    sample.put({ business_name: 'p1' });
    complains('something was sent without a fresh read');
    sample.read();
    sample.known.reads[0]!.at = sample.known.writes[0]!.at - 4_100;
    complains('something was sent without a fresh read');
  });

  test('someone else’s text that was read, overwritten in the same field', () => {
    sample.submitted({ business_name: 'p1' });
    sample.elsewhere({ business_name: 's1' });
    sample.read();
    sample.put({ business_name: 'p1' });
    complains('"s1" was overwritten without asking by "p1"');
  });

  test('someone else’s text that was read, overwritten by an old copy', () => {
    sample.submitted({ business_name: 'p1' });
    sample.elsewhere({ business_phone: 's1' });
    sample.read();
    sample.put({ business_name: 'p1', business_phone: FIRST.business_phone });
    complains('business_phone: "b0 business_phone" was sent and never submitted');
  });

  test('someone else’s text after the last read is not detectable', () => {
    sample.submitted({ business_name: 'p1' });
    sample.read();
    const read = FIRST;
    sample.elsewhere({ business_name: 's1', business_phone: 's1' });
    sample.put({ business_name: 'p1' }, { over: read });
    isSilent();
  });

  test('someone else’s text that the person saw, or chose to overwrite', () => {
    sample.elsewhere({ business_name: 's1' });
    sample.submitted({ business_name: 'p1' }, { business_name: 's1' });
    sample.submitted({ business_name: 'p2' }, { business_name: 'p1' });
    sample.remembered('replaced', { business_name: 'p1' });
    sample.read();
    sample.put({ business_name: 'p2' });
    isSilent();
    sample.elsewhere({ business_name: 's2' });
    sample.decided('mine', { business_name: 'p2' }, { business_name: 's2' });
    sample.read();
    sample.put({ business_name: 'p2' });
    isSilent();
  });

  test('someone else’s text right after the write is shown as stored differently', () => {
    sample.submitted({ business_name: 'p1' }).at -= 3_500;
    sample.read();
    sample.put({ business_name: 'p1' });
    sample.elsewhere({ business_name: 's1' });
    sample.read();
    sample.put({ business_name: 'p1' });
    isSilent();
    // With a larger distance, reading back was already over when someone else wrote.
    sample.known.reads[0]!.at -= 3_000;
    sample.known.writes[0]!.at -= 3_000;
    complains('"s1" was overwritten without asking by "p1"');
  });

  test('an older text after a newer one was submitted', () => {
    sample.submitted({ business_name: 'p1' });
    sample.read();
    sample.submitted({ business_name: 'p2' }, { business_name: 'p1' });
    sample.pending(patchOf({ business_name: 'p2' }));
    sample.put({ business_name: 'p1' });
    isSilent();
    sample.known.reads[0]!.at = now();
    sample.known.writes[0]!.at = now() + 1;
    complains('"p1" was sent although "p2" was submitted since');
  });

  test('a text that had been discarded', () => {
    const submission = sample.submitted({ business_name: 'p1' });
    submission.at -= 1_000;
    sample.decided('discard', { business_name: 'p1' });
    sample.remembered('discarded', { business_name: 'p1' });
    sample.read();
    sample.put({ business_name: 'p1' });
    isSilent();
    sample.disk.revisions[0]!.at -= 500;
    complains('"p1" was sent although it had been discarded');
  });
});

describe('changes that wait for the person', () => {
  const waits = (state: 'conflict' | 'differs', remote: Edits, attempted: Edits = {}): void => {
    const patch = patchOf({ business_name: 'p1' });
    sample.pending(patch, { state, attempted, remote: applyEdits(FIRST, remote) });
  };

  beforeEach(() => {
    sample.submitted({ business_name: 'p1' });
  });

  test('a conflict with someone else in the same field', () => {
    sample.elsewhere({ business_name: 's1' });
    waits('conflict', { business_name: 's1' });
    isSilent();
  });

  test('a conflict after someone restored the old text', () => {
    sample.elsewhere({ business_name: 's1' });
    sample.elsewhere({ business_name: FIRST.business_name });
    waits('conflict', {});
    isSilent();
  });

  test('a conflict in no field', () => {
    sample.elsewhere({ business_name: 'p1', business_phone: 's1' });
    waits('conflict', { business_name: 'p1', business_phone: 's1' });
    complains('in conflict although no field differs');
  });

  test('a conflict with a text Cloudflare never held', () => {
    waits('conflict', { business_name: 's9' });
    complains('in conflict with a text Cloudflare never held');
  });

  test('a conflict with our own write', () => {
    sample.read();
    sample.put({ business_name: 'p1' });
    sample.submitted({ business_name: 'p2' }, { business_name: 'p1' });
    const remote = { ...FIRST, business_name: 'p1' };
    sample.pending(patchOf({ business_name: 'p2' }), { state: 'conflict', remote });
    complains('in conflict with our own text "p1"');
  });

  test('a conflict with our own text that was not on screen yet', () => {
    sample.read();
    sample.put({ business_name: 'p1' });
    sample.submitted({ business_name: 'p2' });
    const remote = { ...FIRST, business_name: 'p1' };
    sample.pending(patchOf({ business_name: 'p2' }), { state: 'conflict', remote });
    isSilent();
  });

  test('stored differently, because someone else wrote in between', () => {
    sample.read();
    sample.put({ business_name: 'p1' });
    sample.elsewhere({ business_name: 's1' });
    waits('differs', { business_name: 's1' });
    isSilent();
  });

  test('stored differently, and no one else wrote there', () => {
    sample.read();
    sample.put({ business_name: 'p1' }, { applied: false });
    waits('differs', {});
    complains('stored differently although no one else wrote there');
  });

  test('a copy without a decision to make', () => {
    sample.pending(patchOf({ business_name: 'p1' }), { remote: FIRST });
    complains('a copy for a decision, but no decision to make');
  });
});

describe('after everything settled', () => {
  const ends = (): string => sample.complaintsAtTheEnd.join('\n');

  test('nothing waits and everything is explained', () => {
    sample.submitted({ business_name: 'p1' });
    sample.read();
    sample.put({ business_name: 'p1' });
    sample.elsewhere({ business_phone: 's1' });
    sample.saved();
    expect(ends()).toBe('');
  });

  test('an older text of the person arrived last', () => {
    sample.submitted({ business_name: 'p1' });
    sample.submitted({ business_name: 'p2' }, { business_name: 'p1' });
    sample.read();
    sample.put({ business_name: 'p2' });
    sample.put({ business_name: 'p1' });
    sample.saved();
    expect(ends()).toContain('Cloudflare holds "p1", last submitted was "p2"');
  });

  test('a discarded text arrived anyway', () => {
    sample.submitted({ business_name: 'p1' });
    sample.read();
    sample.put({ business_name: 'p1' });
    sample.decided('discard', { business_name: 'p1' });
    sample.saved();
    expect(ends()).toBe('');
  });

  test('something still waits, or the saved copy differs', () => {
    sample.pending({});
    sample.drafted({ business_name: 'p1' });
    sample.elsewhere({ business_phone: 's1' });
    expect(ends()).toContain('a change is still queued');
    expect(ends()).toContain('a draft is still there');
    expect(ends()).toContain('is shown as saved');
  });
});
