/** Moves and worlds in plain words. */
import type { ChangeEvent } from '../../src/main/changes/machine';
import type { Patch } from '../../src/shared/patch';
import { FIELD_NAMES, type Edits, type Profile } from '../../src/shared/profile';
import { fieldsOf, jobsOf } from './scope';
import type { SearchedWorld } from './world';

const quote = (text: string | null | undefined): string =>
  text === null ? 'lost' : `"${text ?? ''}"`;

function patchText(patch: Patch): string {
  const fields = FIELD_NAMES.flatMap((field) => {
    const edit = patch[field];
    if (!edit) return [];
    const job = edit.job === undefined ? '' : ` by ${edit.job}`;
    return [`${field} ${quote(edit.base)} → ${quote(edit.text)}${job}`];
  });
  return `{${fields.join(', ')}}`;
}

function textsText(texts: Edits): string {
  return `{${FIELD_NAMES.flatMap((field) => (texts[field] === undefined ? [] : [`${field} ${quote(texts[field])}`])).join(', ')}}`;
}

/** One world, short enough for a line. */
export function describeWorld(world: SearchedWorld, key: number): string {
  const { machine, copy, send, paused, late } = world.read(key);
  const { saved, draft, pending, abandoned } = world.table.state(machine);
  const names = fieldsOf(world.scope);
  const copyText = (from: Profile | string): string =>
    typeof from === 'string' ? from : names.map((name) => quote(from[name])).join(', ');
  const parts = [
    `Cloudflare ${copyText(world.around.remoteCopies[copy] ?? 'none')}`,
    `saved ${copyText(saved)}`,
  ];
  if (Object.keys(draft).length > 0) parts.push(`draft ${patchText(draft)}`);
  if (pending) {
    parts.push(`pending ${patchText(pending.patch)} ${pending.status}`);
    if (Object.keys(pending.attempted).length > 0) {
      parts.push(`attempted ${textsText(pending.attempted)}`);
    }
    if (pending.remote) parts.push(`to decide about ${copyText(pending.remote)}`);
  }
  if (Object.keys(abandoned).length > 0) parts.push(`abandoned ${textsText(abandoned)}`);
  if (send > 0) {
    const { patch, version } = world.around.sentWrite(send);
    const isCurrent = version === pending?.version;
    parts.push(`sending ${patchText(patch)}${isCurrent ? '' : ', an older version'}`);
  }
  const held = jobsOf(world.scope).filter((_, at) => (paused >> at) & 1);
  if (held.length > 0) parts.push(`paused: ${held.join(', ')}`);
  if (late > 0) parts.push('an observation is late');
  return parts.join('; ');
}

/** An event that failed before it had a name. */
export function describeEvent(event: ChangeEvent): string {
  return JSON.stringify(event);
}
