/** The end, when everything has settled: nothing waits, and Cloudflare's copy is explained. */
import { FIELD_NAMES, type FieldName } from '../../../src/shared/profile';
import type { OnDisk } from '../support/disk';
import type { Known } from '../support/record';
import { isLetGo, newestOf } from './submissions';
import { isCarried } from './writes';

function judgeField(known: Known, field: FieldName): string | null {
  const last = known.remote.filter((one) => one.field === field).at(-1)!;
  const newest = newestOf(known, field);
  if (last.by !== 'app' || !newest || isLetGo(known, newest, field)) return null;
  if (last.text === newest.edits[field]) return null;
  const write = known.writes.find(({ at }) => at === last.at);
  if (write && isCarried(known, write, field)) return null;
  // A write that the person let go may arrive over a text that needed no sending.
  const own = known.submissions.filter(({ edits }) => edits[field] === last.text).at(-1);
  if (own && isLetGo(known, own, field) && newest.settled.has(field)) return null;
  const wanted = JSON.stringify(newest.edits[field]);
  return `${field}: Cloudflare holds ${JSON.stringify(last.text)}, last submitted was ${wanted}`;
}

/** What is wrong with an organization after everything has settled. */
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
