/** The oracle about Cloudflare's side: what was sent, what is in conflict, and how it all ends. */
import { beforeEach, describe, expect, test } from 'vitest';
import { applyEdits, type Edits } from '../../../src/shared/profile';
import { now } from '../support/time';
import { FIRST, World } from './world';

let world: World;
beforeEach(() => {
  world = new World();
});
const inOrder = (): void => expect(world.complaints).toEqual([]);
const complains = (words: string): void => expect(world.complaints.join('\n')).toContain(words);

describe('what was sent', () => {
  test('something never submitted', () => {
    world.told();
    world.put({ business_name: 'p1' });
    complains('"p1" was sent and never submitted');
  });

  test('something typed and not submitted', () => {
    world.typed({ business_name: 'p1' }, 900);
    world.drafted({ business_name: 'p1' });
    world.told();
    world.put({ business_name: 'p1' }, { applied: false });
    complains('never submitted');
  });

  test('without reading first', () => {
    world.submitted({ business_name: 'p1' });
    world.put({ business_name: 'p1' });
    complains('before Cloudflare was ever read');
  });

  test('somebody else’s text that was read, overwritten by the same field', () => {
    world.submitted({ business_name: 'p1' });
    world.elsewhere({ business_name: 's1' });
    world.told();
    world.put({ business_name: 'p1' });
    complains('"s1" was overwritten unasked by "p1"');
  });

  test('somebody else’s text that was read, overwritten by an old copy', () => {
    world.submitted({ business_name: 'p1' });
    world.elsewhere({ business_phone: 's1' });
    world.told();
    world.put({ business_name: 'p1', business_phone: FIRST.business_phone });
    complains('business_phone: "b0 business_phone" was sent and never submitted');
  });

  test('somebody else’s text that came after the last read cannot be seen', () => {
    world.submitted({ business_name: 'p1' });
    world.told();
    const read = FIRST;
    world.elsewhere({ business_name: 's1', business_phone: 's1' });
    world.put({ business_name: 'p1' }, { over: read });
    inOrder();
  });

  test('somebody else’s text the person saw, or chose to overwrite', () => {
    world.elsewhere({ business_name: 's1' });
    world.submitted({ business_name: 'p1' }, { business_name: 's1' });
    world.submitted({ business_name: 'p2' }, { business_name: 'p1' });
    world.told();
    world.put({ business_name: 'p2' });
    inOrder();
    world.elsewhere({ business_name: 's2' });
    world.decided('mine', { business_name: 'p2' }, { business_name: 's2' });
    world.told();
    world.put({ business_name: 'p2' });
    inOrder();
  });

  test('somebody else’s text right after the write looks like "stored differently"', () => {
    world.submitted({ business_name: 'p1' });
    world.told();
    world.put({ business_name: 'p1' });
    world.elsewhere({ business_name: 's1' });
    world.told();
    world.put({ business_name: 'p1' });
    inOrder();
    world.known.writes[0]!.at -= 3_000;
    complains('"s1" was overwritten unasked by "p1"');
  });

  test.each([true, false])('what is written is taken back (given up: %s)', (givenUp) => {
    world.submitted({ business_name: 'p1' });
    world.told();
    if (givenUp) world.decided('discard', { business_name: 'p1' });
    world.put({ business_name: 'p1' });
    world.told();
    world.submitted({ business_phone: 'p2' });
    world.put({ business_name: FIRST.business_name, business_phone: 'p2' });
    world.saved();
    if (!givenUp) return complains('was sent and never submitted');
    inOrder();
    expect(world.complaintsAtTheEnd).toEqual([]);
  });

  test('an older text long after a newer one was submitted', () => {
    world.submitted({ business_name: 'p1' });
    const newer = world.submitted({ business_name: 'p2' }, { business_name: 'p1' });
    world.pending({ business_name: 'p2' });
    world.told();
    world.put({ business_name: 'p1' });
    inOrder();
    newer.doneAt = now() - 5_000;
    complains('"p1" was sent although "p2" was submitted since');
  });
});

describe('conflicts', () => {
  const conflict = (theirs: Edits): void =>
    world.pending(
      { business_name: 'p1' },
      { state: 'conflict', theirs: applyEdits(FIRST, theirs) },
    );

  beforeEach(() => {
    world.submitted({ business_name: 'p1' });
  });

  test('with somebody else in the same field', () => {
    world.elsewhere({ business_name: 's1' });
    conflict({ business_name: 's1' });
    inOrder();
  });

  test('with somebody else in another field', () => {
    world.elsewhere({ business_phone: 's1' });
    conflict({ business_phone: 's1' });
    complains('no field was changed on both sides');
  });

  test('with oneself', () => {
    world.told();
    world.put({ business_name: 'p1' });
    world.submitted({ business_name: 'p2' }, { business_name: 'p1' });
    world.pending(
      { business_name: 'p2' },
      { state: 'conflict', theirs: { ...FIRST, business_name: 'p1' } },
    );
    complains('in conflict with the own text "p1"');
  });
});

describe('the end', () => {
  const ends = (): string => world.complaintsAtTheEnd.join('\n');

  test('nothing waits and all is explained', () => {
    world.submitted({ business_name: 'p1' });
    world.told();
    world.put({ business_name: 'p1' });
    world.elsewhere({ business_phone: 's1' });
    world.saved();
    expect(ends()).toBe('');
  });

  test('an older text of the person’s came last', () => {
    world.submitted({ business_name: 'p1' });
    world.submitted({ business_name: 'p2' }, { business_name: 'p1' });
    world.told();
    world.put({ business_name: 'p2' });
    world.put({ business_name: 'p1' });
    world.saved();
    expect(ends()).toContain('Cloudflare holds "p1", last submitted was "p2"');
  });

  test('something still waits, or the saved copy is another one', () => {
    world.pending({});
    world.drafted({ business_name: 'p1' });
    world.elsewhere({ business_phone: 's1' });
    expect(ends()).toContain('a change is still queued');
    expect(ends()).toContain('a draft is still there');
    expect(ends()).toContain('is shown as saved');
  });
});
