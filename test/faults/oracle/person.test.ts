/**
 * The oracle about the person's side: it is silent about a sample in order, and complains about each kind
 * of loss. An oracle that never complains would make every run of the kill loop green.
 */
import { beforeEach, describe, expect, test } from 'vitest';
import { acknowledge, attempt } from '../support/record';
import { FIRST, patchOf, Sample } from './sample';

let sample: Sample;
beforeEach(() => {
  sample = new Sample();
});
const inOrder = (): void => expect(sample.complaints).toEqual([]);
const complains = (words: string): void => expect(sample.complaints.join('\n')).toContain(words);

describe('drafts', () => {
  test('nothing typed, nothing there', inOrder);

  test('typed and kept', () => {
    sample.typed({ business_name: 'p1' }, 600);
    sample.drafted({ business_name: 'p1' });
    inOrder();
  });

  test('typed in the last half second: kept or not', () => {
    sample.typed({ business_name: 'p1' }, 499);
    inOrder();
  });

  test('typed longer ago and lost', () => {
    sample.typed({ business_name: 'p1' }, 501);
    complains('the draft on disk is none of those it may be');
  });

  test('typed longer ago, but main stood still', () => {
    sample.typed({ business_name: 'p1' }, 701);
    sample.stalls.push({ from: sample.killedAt - 650, to: sample.killedAt - 445 });
    inOrder();
    sample.stalls.push({ from: sample.killedAt - 650, to: sample.killedAt - 455 });
    sample.stalls.shift();
    sample.typed({ business_name: 'p1' }, 701);
    complains('none of those');
  });

  test('an older text than must be kept', () => {
    sample.typed({ business_name: 'p1' }, 900);
    sample.typed({ business_name: 'p1 more' }, 600);
    sample.drafted({ business_name: 'p1' });
    complains('none of those');
  });

  test('another field was lost on the way', () => {
    sample.typed({ business_name: 'p1' }, 900);
    sample.typed({ business_phone: 'p2' }, 600);
    sample.drafted({ business_phone: 'p2' });
    complains('none of those');
  });

  test('typed back to what lies under it: no edit any more', () => {
    sample.typed({ business_name: 'p1' }, 900);
    sample.typed({ business_name: FIRST.business_name }, 600);
    sample.elsewhere({ business_name: 's1' });
    sample.read();
    sample.saved();
    inOrder();
    sample.drafted({ business_name: 'p1' });
    complains('none of those');
  });

  test('a text that Cloudflare held in an earlier life only is still an edit', () => {
    sample.elsewhere({ business_name: 's1' });
    sample.read();
    sample.elsewhere({ business_name: 's2' });
    sample.read();
    sample.saved();
    inOrder();
    sample.typed({ business_name: 's1' }, 900);
    complains('none of those');
  });

  test('an edit nobody made', () => {
    sample.drafted({ business_name: 'p9' });
    complains('none of those');
  });

  test('a discarded draft that came back', () => {
    sample.typed({ business_name: 'p1' }, 900);
    const after = { what: 'discarded', by: 'call', edits: {}, seen: {} } as const;
    acknowledge(sample.known, attempt(sample.known, after));
    sample.drafted({ business_name: 'p1' });
    complains('none of those');
  });

  test('a draft that a version replaced is in the history', () => {
    sample.typed({ business_name: 'p1' }, 900);
    const restored = { what: 'restored', by: 'call', edits: { business_phone: 'p0' } } as const;
    const moment = { ...restored, seen: {}, remembered: { business_name: 'p1' } };
    acknowledge(sample.known, attempt(sample.known, moment));
    sample.drafted({ business_phone: 'p0' });
    complains('none of those');
    sample.remembered('replaced', { business_name: 'p1' });
    inOrder();
  });

  test('what the person saw', () => {
    sample.known.complaints.push('the page shows something else');
    complains('the page shows something else');
  });

  test('the organization is gone, the database is damaged', () => {
    sample.troubles = ['it is damaged and was set aside'];
    complains('damaged');
    sample.organizationsOnDisk = [];
    complains('the organization is gone');
  });
});

describe('submitted changes', () => {
  test('pending', () => {
    sample.submitted({ business_name: 'p1' });
    sample.pending(patchOf({ business_name: 'p1' }));
    inOrder();
  });

  test('confirmed, and changed by somebody else since', () => {
    sample.submitted({ business_name: 'p1' });
    sample.read();
    sample.put({ business_name: 'p1' });
    sample.elsewhere({ business_name: 's1' });
    inOrder();
  });

  test('neither pending nor at Cloudflare nor in the history', () => {
    sample.submitted({ business_name: 'p1' });
    complains('was submitted and is neither pending nor at Cloudflare nor in the history');
  });

  test('sent, not applied, and gone', () => {
    sample.submitted({ business_name: 'p1' });
    sample.read();
    sample.put({ business_name: 'p1' }, { applied: false });
    complains('neither pending nor at Cloudflare');
  });

  test('in the history, though the person did not decide so', () => {
    sample.submitted({ business_name: 'p1' });
    sample.remembered('replaced', { business_name: 'p1' });
    complains('"p1" was submitted last and is neither pending nor at Cloudflare');
  });

  test('a field of it lost from what is pending', () => {
    sample.submitted({ business_name: 'p1', business_phone: 'p2' });
    sample.pending(patchOf({ business_name: 'p1' }));
    complains('business_phone: "p2" was submitted');
  });

  test('without an answer it may have happened or not', () => {
    sample.submitted({ business_name: 'p1' }, FIRST, false);
    inOrder();
    expect(sample.known.submissions).toEqual([]);
    sample.submitted({ business_name: 'p2' }, FIRST, false);
    sample.pending(patchOf({ business_name: 'p2' }));
    inOrder();
    expect(sample.known.submissions).toHaveLength(1);
    sample.disk.change = null;
    complains('neither pending');
  });

  test('without an answer, but its draft is gone', () => {
    sample.typed({ business_name: 'p1' }, 900);
    sample.submitted({ business_name: 'p1' }, FIRST, false);
    complains('none of those');
  });

  test('replaced by a newer one: in the history', () => {
    sample.submitted({ business_name: 'p1' });
    sample.submitted({ business_name: 'p2' });
    sample.pending(patchOf({ business_name: 'p2' }));
    complains('"p1" was submitted and is neither');
    sample.remembered('replaced', { business_name: 'p1' });
    inOrder();
    sample.pending(patchOf({ business_name: 'p1' }));
    complains('"p2" was submitted');
  });

  test('put back to what is saved: nothing has to be sent', () => {
    sample.submitted({ business_phone: 'p1' });
    sample.submitted({ business_phone: FIRST.business_phone }, { business_phone: 'p1' });
    sample.remembered('replaced', { business_phone: 'p1' });
    inOrder();
    sample.elsewhere({ business_phone: 's1' });
    inOrder();
  });

  test('put back, and the earlier text got to Cloudflare', () => {
    sample.submitted({ business_phone: 'p1' });
    sample.read();
    sample.put({ business_phone: 'p1' });
    sample.submitted({ business_phone: FIRST.business_phone }, { business_phone: 'p1' });
    sample.saved();
    inOrder();
    expect(sample.complaintsAtTheEnd.join()).toContain('last submitted was "b0 business_phone"');
  });

  test('discarded: in the history, or the text is lost', () => {
    sample.submitted({ business_name: 'p1' });
    sample.decided('discard', { business_name: 'p1' });
    complains('nor in the history');
    sample.remembered('discarded', { business_name: 'p1' });
    inOrder();
  });

  test('pending, and nobody submitted it', () => {
    sample.pending(patchOf({ business_name: 'p1' }));
    complains('"p1" is pending and was never submitted');
  });
});
