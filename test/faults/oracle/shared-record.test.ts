/** Tests of the oracle, about an organization and an account that show the same record at Cloudflare. */
import { beforeEach, expect, test } from 'vitest';
import { FIRST, patchOf, Sample } from './sample';

let sample: Sample;
beforeEach(() => {
  sample = new Sample();
  sample.share();
});
const isSilent = (): void => expect(sample.complaints).toEqual([]);
const complains = (complaint: string): void =>
  expect(sample.complaints.join('\n')).toContain(complaint);

const MINE = { business_name: 'p1' };
const THERE = { business_name: 'a1' };

test('a text of the account must not be overwritten without asking', () => {
  sample.submitted(MINE);
  sample.submittedThere(THERE);
  sample.putThere(THERE);
  sample.read();
  sample.put(MINE);
  complains('"a1" was overwritten without asking by "p1"');
});

test('a text of the account that the person chose to overwrite', () => {
  sample.submitted(MINE);
  sample.submittedThere(THERE);
  sample.putThere(THERE);
  sample.read();
  sample.decided('mine', MINE, THERE);
  sample.put(MINE);
  isSilent();
});

test('a text of the account must not be put back by a write that read an older copy', () => {
  sample.submittedThere(THERE);
  sample.submitted({ business_phone: 'p1' });
  sample.read();
  sample.putThere(THERE);
  sample.put({ business_phone: 'p1', business_name: FIRST.business_name });
  complains(`"a1", written through Brightwater Bristol, was put back to "${FIRST.business_name}"`);
});

test('a text of someone else that Cloudflare did not show yet is not detectable', () => {
  sample.submitted(MINE);
  sample.elsewhere({ business_name: 's1', business_phone: 's1' });
  sample.read(FIRST);
  sample.put(MINE, { over: FIRST });
  isSilent();
});

test('a conflict with a text of the account is right', () => {
  sample.submittedThere(THERE);
  sample.putThere(THERE);
  sample.submitted(MINE);
  sample.saved();
  sample.pending(patchOf(MINE), { state: 'conflict', remote: sample.disk.profile!.fields });
  isSilent();
});

test('a text that was last saved through the organization is at Cloudflare in the end', () => {
  sample.submittedThere(THERE);
  sample.submitted(MINE);
  sample.read();
  sample.put(MINE);
  sample.saved();
  expect(sample.complaintsAtTheEnd).toEqual([]);
  sample.putThere(THERE);
  sample.saved();
  expect(sample.complaintsAtTheEnd.join()).toContain('Cloudflare holds "a1", saved last was p1');
});

test('a text of the account is a reason for the mark "changed elsewhere"', () => {
  sample.submittedThere(THERE);
  sample.putThere(THERE);
  sample.read();
  sample.saved(true);
  isSilent();
});

test('a text that the person first preferred to that of the account, and then gave up, need not be there', () => {
  sample.submitted(MINE);
  sample.decided('mine', MINE, THERE);
  sample.submittedThere(THERE);
  sample.putThere(THERE);
  sample.read();
  sample.saved();
  expect(sample.complaintsAtTheEnd).toEqual([]);
  sample.decided('mine', MINE, THERE);
  expect(sample.complaintsAtTheEnd.join()).toContain('saved last was p1');
  sample.decided('theirs', MINE, THERE);
  expect(sample.complaintsAtTheEnd).toEqual([]);
});
