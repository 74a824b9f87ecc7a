/** Judges the state after everything has settled: nothing waits, and Cloudflare has the texts that were saved last. */
import { FIELD_NAMES, type FieldName } from '../../../src/shared/profile';
import type { OnDisk } from '../support/disk';
import type { Known, RemoteText } from '../support/record';
import { isWithdrawn, newestOf } from './submissions';
import { isCarriedOver } from './writes';

/** What the person saved last for a field of a shared record, through any entry: the texts it may have been. */
function savedLast(known: Known, field: FieldName): { texts: Set<string>; isOpen: boolean } {
  const acts = [known, ...known.sharedWith].flatMap((one) => [
    ...one.submissions
      .filter(({ edits, doneAt }) => edits[field] !== undefined && doneAt !== null)
      .map((own) => ({
        from: own.at,
        to: own.doneAt!,
        text: own.edits[field]!,
        isOpen: isWithdrawn(one, own, field) || own.settled.has(field),
      })),
    ...one.decisions
      .filter(({ kind, doneAt, fields }) => kind === 'mine' && doneAt && fields.includes(field))
      .flatMap(({ at, doneAt, texts }) => {
        const text = texts[field];
        const isOpen = isWithdrawn(one, { at, save: null }, field);
        return text === undefined ? [] : [{ from: at, to: doneAt!, text, isOpen }];
      }),
  ]);
  const newest = acts.reduce((from, act) => Math.max(from, act.from), -Infinity);
  // Two people save at the same time: the order of calls that overlap is unknown.
  const last = acts.filter(({ to }) => to >= newest);
  return { texts: new Set(last.map(({ text }) => text)), isOpen: last.some((one) => one.isOpen) };
}

/** The complaint about a text that the app wrote last, in a record that several entries show. */
function judgeShared(known: Known, field: FieldName, last: RemoteText): string | null {
  const via = last.via ?? known;
  const { texts, isOpen } = savedLast(known, field);
  if (isOpen || texts.size === 0 || texts.has(last.text)) return null;
  const write = via.writes.find(({ at }) => at === last.at);
  const replaced = known.remote.filter((one) => one.field === field && one.at < last.at).at(-1);
  // What someone wrote between our read and our write.
  if (replaced?.by === 'someone' && write && isCarriedOver(via, write, field)) return null;
  return `${field}: Cloudflare holds ${JSON.stringify(last.text)}, saved last was ${[...texts].join(' or ')}`;
}

function judgeField(known: Known, field: FieldName): string | null {
  const last = known.remote.filter((one) => one.field === field).at(-1)!;
  if (last.by === 'app' && known.sharedWith.length > 0) return judgeShared(known, field, last);
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
