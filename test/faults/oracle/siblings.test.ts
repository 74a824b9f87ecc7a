/** Tests of the oracle, about an organization and an account that show the same record at Cloudflare. */
import { beforeEach, expect, test } from 'vitest';
import { patchOf, Sample } from './sample';

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

test('an older text of the account may be overwritten', () => {
  sample.submittedThere(THERE);
  sample.submitted(MINE);
  sample.putThere(THERE);
  sample.read();
  sample.put(MINE);
  isSilent();
});

test('a newer text of the account must not be overwritten without asking', () => {
  sample.submitted(MINE);
  sample.submittedThere(THERE);
  sample.putThere(THERE);
  sample.read();
  sample.put(MINE);
  complains('"a1" was overwritten without asking by "p1"');
});

test('a newer text of the account that the person chose to overwrite', () => {
  sample.submitted(MINE);
  sample.submittedThere(THERE);
  sample.putThere(THERE);
  sample.read();
  sample.decided('mine', MINE, THERE);
  sample.put(MINE);
  isSilent();
});

test('a conflict with a newer text of the account is right', () => {
  sample.submitted(MINE);
  sample.submittedThere(THERE);
  sample.putThere(THERE);
  sample.saved();
  sample.pending(patchOf(MINE), { state: 'conflict', remote: sample.disk.profile!.fields });
  isSilent();
});

test('a conflict with an older text of the account is wrong', () => {
  sample.submittedThere(THERE);
  sample.putThere(THERE);
  sample.submitted(MINE);
  sample.saved();
  sample.pending(patchOf(MINE), { state: 'conflict', remote: sample.disk.profile!.fields });
  complains('in conflict with the older text "a1" of Brightwater Bristol');
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

test('a text of the account is no reason for the mark "changed elsewhere", one of someone else is', () => {
  sample.submittedThere(THERE);
  sample.putThere(THERE);
  sample.read();
  sample.saved(true);
  complains('marked as changed elsewhere although no one else wrote there');
  sample.saved(false);
  isSilent();
  sample.elsewhere({ business_phone: 's1' });
  sample.read();
  sample.saved(true);
  isSilent();
});

test('a mark that was there before stays', () => {
  sample.elsewhere({ business_phone: 's1' });
  sample.read();
  sample.saved(true);
  isSilent();
  sample.submittedThere(THERE);
  sample.putThere(THERE);
  sample.read();
  sample.saved(true);
  isSilent();
});

test('a discarded text of the account that arrives counts as someone else’s', () => {
  const own = sample.submittedThere(THERE);
  sample.account.decisions.push({
    at: own.at + 1,
    doneAt: own.at + 2,
    kind: 'discard',
    fields: ['business_name'],
    texts: THERE,
    remote: null,
  });
  sample.putThere(THERE);
  sample.read();
  sample.saved(true);
  isSilent();
});

test('a conflict with a newer text is right although our own text had arrived, if that was not confirmed', () => {
  sample.submitted(MINE);
  sample.read();
  sample.put(MINE);
  sample.submittedThere(THERE);
  sample.putThere(THERE);
  sample.saved();
  sample.pending(patchOf(MINE), { state: 'conflict', remote: sample.disk.profile!.fields });
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
