/** The end, when everything has settled: nothing waits, and Cloudflare's copy is explained. */
import { FIELD_NAMES, type FieldName } from '../../../src/shared/profile';
import type { OnDisk } from '../support/disk';
import type { Known } from '../support/record';
import { standing } from './submissions';
import { judgeField as judgeWrite, toldBefore } from './writes';

function judgeField(known: Known, field: FieldName): string | null {
  const last = known.held.filter((one) => one.field === field).at(-1)!;
  if (last.by !== 'app') return null;
  const wanted = standing(known, field)?.edits[field];
  if (last.text === wanted) return null;
  const told = toldBefore(known, last.at);
  const write = known.writes.find(({ at }) => at === last.at);
  if (told?.fields[field] === last.text) return null;
  if (wanted === undefined && told && write && judgeWrite(known, write, told, field) === null) {
    return null;
  }
  return `${field}: Cloudflare holds ${JSON.stringify(last.text)}, last submitted was ${JSON.stringify(wanted)}`;
}

/** What is wrong with an organization after everything has settled. */
export function judgeEnding(known: Known, disk: OnDisk): string[] {
  const complaints: string[] = [];
  if (disk.change) complaints.push(`a change is still ${disk.change.state}`);
  if (disk.draft) complaints.push('a draft is still there');
  for (const field of FIELD_NAMES) {
    const complaint = judgeField(known, field);
    if (complaint) complaints.push(complaint);
    const holds = known.held.filter((one) => one.field === field).at(-1)!.text;
    const saved = disk.profile?.fields?.[field];
    if (saved !== holds) {
      complaints.push(
        `${field}: ${JSON.stringify(saved)} is shown as saved, Cloudflare holds ${JSON.stringify(holds)}`,
      );
    }
  }
  return complaints;
}
