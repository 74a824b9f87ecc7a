/**
 * The oracle about the person's side: it is silent about a world in order, and complains about each
 * kind of loss. An oracle that never complains would make every run of the kill loop green.
 */
import { beforeEach, describe, expect, test } from 'vitest';
import { acknowledge, attempt } from '../support/record';
import { FIRST, World } from './world';

let world: World;
beforeEach(() => {
  world = new World();
});
const inOrder = (): void => expect(world.complaints).toEqual([]);
const complains = (words: string): void => expect(world.complaints.join('\n')).toContain(words);

describe('drafts', () => {
  test('nothing typed, nothing there', inOrder);

  test('typed and kept', () => {
    world.typed({ business_name: 'p1' }, 600);
    world.drafted({ business_name: 'p1' });
    inOrder();
  });

  test('typed in the last half second: kept or not', () => {
    world.typed({ business_name: 'p1' }, 499);
    inOrder();
  });

  test('typed longer ago and lost', () => {
    world.typed({ business_name: 'p1' }, 501);
    complains('the draft on disk is none of those it may be');
  });

  test('an older text than must be kept', () => {
    world.typed({ business_name: 'p1' }, 900);
    world.typed({ business_name: 'p1 more' }, 600);
    world.drafted({ business_name: 'p1' });
    complains('none of those');
  });

  test('another field was lost on the way', () => {
    world.typed({ business_name: 'p1' }, 900);
    world.typed({ business_phone: 'p2' }, 600);
    world.drafted({ business_phone: 'p2' });
    complains('none of those');
  });

  test('typed back to where it began: no edit any more', () => {
    world.typed({ business_name: 'p1' }, 900);
    world.typed({ business_name: FIRST.business_name }, 600);
    world.elsewhere({ business_name: 's1' });
    world.saved();
    inOrder();
    world.drafted({ business_name: 'p1' });
    complains('none of those');
  });

  test('an edit nobody made', () => {
    world.drafted({ business_name: 'p9' });
    complains('none of those');
  });

  test('a discarded draft that came back', () => {
    world.typed({ business_name: 'p1' }, 900);
    const after = { what: 'discarded', by: 'call', edits: {}, began: {} } as const;
    acknowledge(world.known, attempt(world.known, after));
    world.drafted({ business_name: 'p1' });
    complains('none of those');
  });

  test('the organization is gone, the database is damaged', () => {
    world.troubles = ['it is damaged and was set aside'];
    complains('damaged');
    world.organizationsOnDisk = [];
    complains('the organization is gone');
  });
});

describe('submitted changes', () => {
  test('pending', () => {
    world.submitted({ business_name: 'p1' });
    world.pending({ business_name: 'p1' });
    inOrder();
  });

  test('confirmed, and changed by somebody else since', () => {
    world.submitted({ business_name: 'p1' });
    world.told();
    world.put({ business_name: 'p1' });
    world.elsewhere({ business_name: 's1' });
    inOrder();
  });

  test('neither pending nor at Cloudflare', () => {
    world.submitted({ business_name: 'p1' });
    complains('was submitted and is neither pending nor at Cloudflare');
  });

  test('sent, not applied, and gone', () => {
    world.submitted({ business_name: 'p1' });
    world.told();
    world.put({ business_name: 'p1' }, { applied: false });
    complains('neither pending nor at Cloudflare');
  });

  test('a field of it lost from what is pending', () => {
    world.submitted({ business_name: 'p1', business_phone: 'p2' });
    world.pending({ business_name: 'p1' });
    complains('business_phone: "p2" was submitted');
  });

  test('without an answer it may have happened or not', () => {
    world.submitted({ business_name: 'p1' }, FIRST, false);
    inOrder();
    expect(world.known.submissions).toEqual([]);
    world.submitted({ business_name: 'p2' }, FIRST, false);
    world.pending({ business_name: 'p2' });
    inOrder();
    expect(world.known.submissions).toHaveLength(1);
    world.disk.change = null;
    complains('neither pending');
  });

  test('without an answer, but its draft is gone', () => {
    world.typed({ business_name: 'p1' }, 900);
    world.submitted({ business_name: 'p1' }, FIRST, false);
    complains('none of those');
  });

  test('replaced by a newer one', () => {
    world.submitted({ business_name: 'p1' });
    world.submitted({ business_name: 'p2' });
    world.pending({ business_name: 'p2' });
    inOrder();
    world.pending({ business_name: 'p1' });
    complains('"p2" was submitted');
  });

  describe('put back to what it was, and somebody writes meanwhile', () => {
    const { business_phone: back, business_name: name } = FIRST;
    const putBack = (from: string): void => {
      const began = { business_phone: from, business_name: name };
      world.elsewhere({ business_phone: 's1' });
      world.submitted({ business_phone: back, business_name: 'p2' }, began);
      world.told();
      world.put({ business_name: 'p2' });
    };

    test('while it waited: nothing was changed', () => {
      world.submitted({ business_phone: 'p1' });
      putBack('p1');
      inOrder();
    });

    test('after it was sent: a change, because it may have arrived', () => {
      world.told();
      world.submitted({ business_phone: 'p1' });
      world.put({ business_phone: 'p1' }, { applied: false });
      putBack('p1');
      complains('was submitted and is neither pending nor at Cloudflare');
    });

    test('from a text that was not begun there: a change', () => {
      world.submitted({ business_phone: 'p1' }, { business_phone: 'other' });
      putBack('p1');
      complains('was submitted and is neither pending nor at Cloudflare');
    });
  });

  test('given up: in History, or the text is lost', () => {
    world.submitted({ business_name: 'p1' });
    world.decided('discard', { business_name: 'p1' });
    complains('was given up and is not in History');
    world.disk.revisions = [{ kind: 'discarded', fields: { ...FIRST, business_name: 'p1' } }];
    inOrder();
  });

  test('given up with a field put back to what it began from: only that field is none', () => {
    world.elsewhere({ business_name: 'theirs' });
    const mine = { business_name: FIRST.business_name, business_phone: 'p1' };
    world.submitted(mine);
    world.decided('discard', mine);
    const theirs = { ...FIRST, business_name: 'theirs' };
    world.disk.revisions = [{ kind: 'observed', fields: { ...theirs, business_phone: 'p1' } }];
    complains('"p1" was given up and is not in History');
    world.disk.revisions = [{ kind: 'discarded', fields: { ...theirs, business_phone: 'p1' } }];
    inOrder();
  });
});
