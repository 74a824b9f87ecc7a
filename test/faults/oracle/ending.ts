/** Judges the state after everything has settled: nothing waits, and Cloudflare has the texts that were saved last. */
import { FIELD_NAMES, type FieldName } from '../../../src/shared/profile';
import type { OnDisk } from '../support/disk';
import type { Known } from '../support/record';
import { isWithdrawn, newestOf } from './submissions';
import { isCarriedOver } from './writes';

function judgeField(known: Known, field: FieldName): string | null {
  const last = known.remote.filter((one) => one.field === field).at(-1)!;
  const newest = newestOf(known, field);
  if (last.by !== 'app' || !newest || isWithdrawn(known, newest, field)) return null;
  if (last.text === newest.edits[field]) return null;
  const write = known.writes.find(({ at }) => at === last.at);
  if (write && isCarriedOver(known, write, field)) return null;
  // A discarded write may arrive late. It may overwrite a text that was saved since and needed no write.
  const own = known.submissions.filter(({ edits }) => edits[field] === last.text).at(-1);
  if (own && isWithdrawn(known, own, field) && newest.settled.has(field)) return null;
  const expected = JSON.stringify(newest.edits[field]);
  return `${field}: Cloudflare holds ${JSON.stringify(last.text)}, last submitted was ${expected}`;
}

/** Complaints about an organization after everything has settled. */
export function judgeEnding(known: Known, disk: OnDisk): string[] {
  const complaints: string[] = [];
  if (disk.change) complaints.push(`a change is still ${disk.change.state}`);
  if (disk.draft) complaints.push('a draft is still there');
  for (const field of FIELD_NAMES) {
    const complaint = judgeField(known, field);
    if (complaint) complaints.push(complaint);
    const holds = known.remote.filter((one) => one.field === field).at(-1)!.text;
    const saved = disk.profile?.fields?.[field];
    if (saved !== holds) {
      complaints.push(
        `${field}: ${JSON.stringify(saved)} is shown as saved, Cloudflare holds ${JSON.stringify(holds)}`,
      );
    }
  }
  return complaints;
}
