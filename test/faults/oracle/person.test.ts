/**
 * Tests of the oracle, about the person's texts: it accepts a correct sample and complains about each kind of loss.
 * Without these tests, an oracle that never complains would make every run of the kill loop pass.
 */
import { beforeEach, describe, expect, test } from 'vitest';
import { acknowledge, attempt, forget, killedWithoutKey } from '../support/record';
import { now } from '../support/time';
import { FIRST, patchOf, Sample } from './sample';

let sample: Sample;
beforeEach(() => {
  sample = new Sample();
});
const isSilent = (): void => expect(sample.complaints).toEqual([]);
const complains = (complaint: string): void =>
  expect(sample.complaints.join('\n')).toContain(complaint);

describe('drafts', () => {
  test('nothing typed, nothing stored', isSilent);

  test('typed and stored', () => {
    sample.typed({ business_name: 'p1' }, 600);
    sample.drafted({ business_name: 'p1' });
    isSilent();
  });

  test('typed in the last half second: stored or not', () => {
    sample.typed({ business_name: 'p1' }, 499);
    isSilent();
  });

  test('typed earlier and lost', () => {
    sample.typed({ business_name: 'p1' }, 501);
    complains('the draft on disk is in none of the allowed states');
  });

  test('typed earlier, but main was stopped', () => {
    sample.typed({ business_name: 'p1' }, 701);
    sample.stalls.push({ from: sample.killedAt - 650, to: sample.killedAt - 445 });
    isSilent();
    sample.stalls.push({ from: sample.killedAt - 650, to: sample.killedAt - 455 });
    sample.stalls.shift();
    sample.typed({ business_name: 'p1' }, 701);
    complains('none of the allowed states');
  });

  test('a text older than required', () => {
    sample.typed({ business_name: 'p1' }, 900);
    sample.typed({ business_name: 'p1 more' }, 600);
    sample.drafted({ business_name: 'p1' });
    complains('none of the allowed states');
  });

  test('a different field was lost', () => {
    sample.typed({ business_name: 'p1' }, 900);
    sample.typed({ business_phone: 'p2' }, 600);
    sample.drafted({ business_phone: 'p2' });
    complains('none of the allowed states');
  });

  test('typed back to the text under it: no longer an edit', () => {
    sample.typed({ business_name: 'p1' }, 900);
    sample.typed({ business_name: FIRST.business_name }, 600);
    sample.elsewhere({ business_name: 's1' });
    sample.read();
    sample.saved();
    isSilent();
    sample.drafted({ business_name: 'p1' });
    complains('none of the allowed states');
  });

  test('a text that Cloudflare held only in an earlier run is still an edit', () => {
    sample.elsewhere({ business_name: 's1' });
    sample.read();
    sample.elsewhere({ business_name: 's2' });
    sample.read();
    sample.saved();
    isSilent();
    sample.typed({ business_name: 's1' }, 900);
    complains('none of the allowed states');
  });

  test('an edit no one made', () => {
    sample.drafted({ business_name: 'p9' });
    complains('none of the allowed states');
  });

  test('a discarded draft that came back', () => {
    sample.typed({ business_name: 'p1' }, 900);
    const after = { what: 'discarded', by: 'call', edits: {}, seen: {} } as const;
    acknowledge(sample.known, attempt(sample.known, after));
    sample.drafted({ business_name: 'p1' });
    complains('none of the allowed states');
  });

  test('a draft replaced by a restored version is in the history', () => {
    sample.typed({ business_name: 'p1' }, 900);
    const restored = { what: 'restored', by: 'call', edits: { business_phone: 'p0' } } as const;
    const moment = { ...restored, seen: {}, remembered: { business_name: 'p1' } };
    acknowledge(sample.known, attempt(sample.known, moment));
    sample.drafted({ business_phone: 'p0' });
    complains('none of the allowed states');
    sample.remembered('replaced', { business_name: 'p1' });
    isSilent();
  });

  test('complaints of the person', () => {
    sample.known.complaints.push('the page shows something else');
    complains('the page shows something else');
  });

  test('the organization is missing, the database is damaged', () => {
    sample.problems = ['it is damaged and was set aside'];
    complains('damaged');
    sample.organizationsOnDisk = [];
    complains('the organization is missing');
  });
});

describe('removed entries', () => {
  beforeEach(() => {
    sample.typed({ business_name: 'p1' }, 900);
  });

  test('being removed when the app was killed: there with everything, or gone', () => {
    sample.known.presence = 'being removed';
    complains('none of the allowed states');
    expect(sample.known.presence).toBe('there');
    sample.known.presence = 'being removed';
    sample.organizationsOnDisk = [];
    isSilent();
    isSilent();
    sample.organizationsOnDisk = [sample.known.id];
    complains('it was removed and is on disk again');
  });

  test('of a save: the rest of it is complete', () => {
    sample.save({ business_name: 'p1' });
    sample.savesOnDisk.get('save')!.items.clear();
    sample.known.presence = 'being removed';
    sample.organizationsOnDisk = [];
    isSilent();
  });

  test('what was written before is judged', () => {
    sample.read();
    sample.put({ business_name: 'p9' });
    sample.known.presence = 'being removed';
    sample.organizationsOnDisk = [];
    complains('"p9" was sent and never submitted');
  });

  test('added again: without what there was', () => {
    forget(sample.known, []);
    sample.known.presence = 'being added';
    isSilent();
    sample.drafted({ business_name: 'p1' });
    complains('none of the allowed states');
    sample.known.presence = 'being added';
    sample.organizationsOnDisk = [];
    isSilent();
    expect(sample.known.presence).toBe('removed');
  });
});

describe('submitted changes', () => {
  test('pending', () => {
    sample.submitted({ business_name: 'p1' });
    sample.pending(patchOf({ business_name: 'p1' }));
    isSilent();
  });

  test('confirmed, and changed by someone else since', () => {
    sample.submitted({ business_name: 'p1' });
    sample.read();
    sample.put({ business_name: 'p1' });
    sample.elsewhere({ business_name: 's1' });
    isSilent();
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

  test('a draft: only if its run had not read the key', () => {
    sample.submitted({ business_name: 'p1' });
    sample.drafted({ business_name: 'p1' });
    complains('"p1" was submitted last and is neither pending nor at Cloudflare');
    killedWithoutKey(sample.known, 0, now());
    isSilent();
  });

  test('only in the history, without a decision of the person', () => {
    sample.submitted({ business_name: 'p1' });
    sample.remembered('replaced', { business_name: 'p1' });
    complains('"p1" was submitted last and is neither pending nor at Cloudflare');
  });

  test('one of its fields missing from the pending change', () => {
    sample.submitted({ business_name: 'p1', business_phone: 'p2' });
    sample.pending(patchOf({ business_name: 'p1' }));
    complains('business_phone: "p2" was submitted');
  });

  test('unanswered: it may have happened or not', () => {
    sample.submitted({ business_name: 'p1' }, FIRST, false);
    isSilent();
    expect(sample.known.submissions).toEqual([]);
    sample.submitted({ business_name: 'p2' }, FIRST, false);
    sample.pending(patchOf({ business_name: 'p2' }));
    isSilent();
    expect(sample.known.submissions).toHaveLength(1);
    sample.disk.change = null;
    complains('neither pending');
  });

  test('unanswered, with a text that the history had before: it may not have happened', () => {
    sample.disk.revisions.push({
      kind: 'replaced',
      texts: { business_name: 'p1' },
      at: now() - 60_000,
    });
    sample.submitted({ business_name: 'p1' }, FIRST, false);
    isSilent();
    expect(sample.known.submissions).toEqual([]);
  });

  test('unanswered, with the text that Cloudflare has, while an older one is pending: it did not happen', () => {
    sample.submitted({ business_name: 'p1' });
    sample.elsewhere({ business_name: 's1' });
    sample.submitted({ business_name: 's1' }, { business_name: 's1' }, false);
    sample.pending(patchOf({ business_name: 'p1' }));
    isSilent();
    expect(sample.known.submissions.map(({ edits }) => edits)).toEqual([{ business_name: 'p1' }]);
  });

  test('unanswered, but its draft is missing', () => {
    sample.typed({ business_name: 'p1' }, 900);
    sample.submitted({ business_name: 'p1' }, FIRST, false);
    complains('none of the allowed states');
  });

  test('replaced by a newer one: in the history', () => {
    sample.submitted({ business_name: 'p1' });
    sample.submitted({ business_name: 'p2' });
    sample.pending(patchOf({ business_name: 'p2' }));
    complains('"p1" was submitted and is neither');
    sample.remembered('replaced', { business_name: 'p1' });
    isSilent();
    sample.pending(patchOf({ business_name: 'p1' }));
    complains('"p2" was submitted');
  });

  test('restored to the saved text: nothing to send', () => {
    sample.submitted({ business_phone: 'p1' });
    sample.submitted({ business_phone: FIRST.business_phone }, { business_phone: 'p1' });
    sample.remembered('replaced', { business_phone: 'p1' });
    isSilent();
    sample.elsewhere({ business_phone: 's1' });
    isSilent();
  });

  test('restored, and the earlier text reached Cloudflare', () => {
    sample.submitted({ business_phone: 'p1' });
    sample.read();
    sample.put({ business_phone: 'p1' });
    sample.submitted({ business_phone: FIRST.business_phone }, { business_phone: 'p1' });
    sample.saved();
    isSilent();
    expect(sample.complaintsAtTheEnd.join()).toContain('last submitted was "b0 business_phone"');
  });

  test('discarded: in the history, or the text is lost', () => {
    sample.submitted({ business_name: 'p1' });
    sample.decided('discard', { business_name: 'p1' });
    complains('nor in the history');
    sample.remembered('discarded', { business_name: 'p1' });
    isSilent();
  });

  test('pending, and no one submitted it', () => {
    sample.pending(patchOf({ business_name: 'p1' }));
    complains('"p1" is pending and was never submitted');
  });
});
