/** The oracle about Cloudflare's side: what was sent, what waits for the person, and how it all ends. */
import { beforeEach, describe, expect, test } from 'vitest';
import { applyEdits, type Edits } from '../../../src/shared/profile';
import { now } from '../support/time';
import { FIRST, patchOf, Sample } from './sample';

let sample: Sample;
beforeEach(() => {
  sample = new Sample();
});
const inOrder = (): void => expect(sample.complaints).toEqual([]);
const complains = (words: string): void => expect(sample.complaints.join('\n')).toContain(words);

describe('what was sent', () => {
  test('something never submitted', () => {
    sample.read();
    sample.put({ business_name: 'p1' });
    complains('"p1" was sent and never submitted');
  });

  test('something typed and not submitted', () => {
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

  test('somebody else’s text that was read, overwritten by the same field', () => {
    sample.submitted({ business_name: 'p1' });
    sample.elsewhere({ business_name: 's1' });
    sample.read();
    sample.put({ business_name: 'p1' });
    complains('"s1" was overwritten unasked by "p1"');
  });

  test('somebody else’s text that was read, overwritten by an old copy', () => {
    sample.submitted({ business_name: 'p1' });
    sample.elsewhere({ business_phone: 's1' });
    sample.read();
    sample.put({ business_name: 'p1', business_phone: FIRST.business_phone });
    complains('business_phone: "b0 business_phone" was sent and never submitted');
  });

  test('somebody else’s text that came after the last read cannot be seen', () => {
    sample.submitted({ business_name: 'p1' });
    sample.read();
    const read = FIRST;
    sample.elsewhere({ business_name: 's1', business_phone: 's1' });
    sample.put({ business_name: 'p1' }, { over: read });
    inOrder();
  });

  test('somebody else’s text the person saw, or chose to overwrite', () => {
    sample.elsewhere({ business_name: 's1' });
    sample.submitted({ business_name: 'p1' }, { business_name: 's1' });
    sample.submitted({ business_name: 'p2' }, { business_name: 'p1' });
    sample.remembered('replaced', { business_name: 'p1' });
    sample.read();
    sample.put({ business_name: 'p2' });
    inOrder();
    sample.elsewhere({ business_name: 's2' });
    sample.decided('mine', { business_name: 'p2' }, { business_name: 's2' });
    sample.read();
    sample.put({ business_name: 'p2' });
    inOrder();
  });

  test('somebody else’s text right after the write is shown as stored differently', () => {
    sample.submitted({ business_name: 'p1' }).at -= 3_500;
    sample.read();
    sample.put({ business_name: 'p1' });
    sample.elsewhere({ business_name: 's1' });
    sample.read();
    sample.put({ business_name: 'p1' });
    inOrder();
    // Long before: then the reading back was over.
    sample.known.reads[0]!.at -= 3_000;
    sample.known.writes[0]!.at -= 3_000;
    complains('"s1" was overwritten unasked by "p1"');
  });

  test('an older text after a newer one was submitted', () => {
    sample.submitted({ business_name: 'p1' });
    sample.read();
    sample.submitted({ business_name: 'p2' }, { business_name: 'p1' });
    sample.pending(patchOf({ business_name: 'p2' }));
    sample.put({ business_name: 'p1' });
    inOrder();
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
    inOrder();
    sample.disk.revisions[0]!.at -= 500;
    complains('"p1" was sent although it had been discarded');
  });
});

describe('what waits for the person', () => {
  const waits = (state: 'conflict' | 'differs', remote: Edits, attempted: Edits = {}): void => {
    const patch = patchOf({ business_name: 'p1' });
    sample.pending(patch, { state, attempted, remote: applyEdits(FIRST, remote) });
  };

  beforeEach(() => {
    sample.submitted({ business_name: 'p1' });
  });

  test('a conflict with somebody else in the same field', () => {
    sample.elsewhere({ business_name: 's1' });
    waits('conflict', { business_name: 's1' });
    inOrder();
  });

  test('a conflict where somebody put the old text back', () => {
    sample.elsewhere({ business_name: 's1' });
    sample.elsewhere({ business_name: FIRST.business_name });
    waits('conflict', {});
    inOrder();
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

  test('a conflict with oneself', () => {
    sample.read();
    sample.put({ business_name: 'p1' });
    sample.submitted({ business_name: 'p2' }, { business_name: 'p1' });
    const remote = { ...FIRST, business_name: 'p1' };
    sample.pending(patchOf({ business_name: 'p2' }), { state: 'conflict', remote });
    complains('in conflict with the own text "p1"');
  });

  test('a conflict with an own text that was not on screen yet', () => {
    sample.read();
    sample.put({ business_name: 'p1' });
    sample.submitted({ business_name: 'p2' });
    const remote = { ...FIRST, business_name: 'p1' };
    sample.pending(patchOf({ business_name: 'p2' }), { state: 'conflict', remote });
    inOrder();
  });

  test('stored differently, because somebody else wrote in between', () => {
    sample.read();
    sample.put({ business_name: 'p1' });
    sample.elsewhere({ business_name: 's1' });
    waits('differs', { business_name: 's1' });
    inOrder();
  });

  test('stored differently, and no one else wrote there', () => {
    sample.read();
    sample.put({ business_name: 'p1' }, { applied: false });
    waits('differs', {});
    complains('stored differently although no one else wrote there');
  });

  test('a copy and nothing to decide', () => {
    sample.pending(patchOf({ business_name: 'p1' }), { remote: FIRST });
    complains('a copy to decide about, and nothing to decide');
  });
});

describe('the end', () => {
  const ends = (): string => sample.complaintsAtTheEnd.join('\n');

  test('nothing waits and all is explained', () => {
    sample.submitted({ business_name: 'p1' });
    sample.read();
    sample.put({ business_name: 'p1' });
    sample.elsewhere({ business_phone: 's1' });
    sample.saved();
    expect(ends()).toBe('');
  });

  test('an older text of the person’s came last', () => {
    sample.submitted({ business_name: 'p1' });
    sample.submitted({ business_name: 'p2' }, { business_name: 'p1' });
    sample.read();
    sample.put({ business_name: 'p2' });
    sample.put({ business_name: 'p1' });
    sample.saved();
    expect(ends()).toContain('Cloudflare holds "p1", last submitted was "p2"');
  });

  test('a discarded text came all the same', () => {
    sample.submitted({ business_name: 'p1' });
    sample.read();
    sample.put({ business_name: 'p1' });
    sample.decided('discard', { business_name: 'p1' });
    sample.saved();
    expect(ends()).toBe('');
  });

  test('something still waits, or the saved copy is another one', () => {
    sample.pending({});
    sample.drafted({ business_name: 'p1' });
    sample.elsewhere({ business_phone: 's1' });
    expect(ends()).toContain('a change is still queued');
    expect(ends()).toContain('a draft is still there');
    expect(ends()).toContain('is shown as saved');
  });
});
