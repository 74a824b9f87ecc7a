/** Moves and searched states as text. */
import type { Patch } from '../../src/shared/patch';
import { FIELD_NAMES, type Edits, type Profile } from '../../src/shared/profile';
import { BrokenInvariant } from './machine-table';
import { fieldsOf, jobsOf, type Scope } from './scope';
import { createHarness, type Harness, type SearchedWorld } from './harness';

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

/** One state, short enough for a line. */
function describeWorld(world: SearchedWorld, key: number, memory: number): string {
  const { machine, copy, send, paused, late } = world.read(key, memory);
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

/** A state on the way to a failure. */
export interface Waypoint {
  key: number;
  memory: number;
}

/**
 * Explains how a search came to a failure, by replaying its path without any renaming.
 * @param path the states of the search, from its start to the last one before the failure
 */
export function traceOf(
  scope: Scope,
  harness: Harness,
  path: readonly Waypoint[],
  searched: SearchedWorld,
): string[] {
  const plain = createHarness(scope, { ...harness, symmetry: false });
  const isAt = (key: number, memory: number, wanted: Waypoint): boolean => {
    const { machine, ...around } = plain.read(key, memory);
    let isSame = false;
    const compare = (found: number, its: number) => {
      isSame = found === wanted.key && its === wanted.memory;
    };
    searched.visitState(compare, plain.table.codeOf(machine), around);
    return isSame;
  };
  const lines: string[] = [];
  let now: Waypoint = { key: 0, memory: 0 };
  const go = (name: string, key: number, memory: number): void => {
    now = { key, memory };
    lines.push(`${name}: ${describeWorld(plain, key, memory)}`);
  };
  plain.visitStart((key, memory) => go('start', key, memory));
  for (const wanted of path.slice(1)) {
    const found: [number, number, number][] = [];
    plain.expand(plain.read(now.key, now.memory), (key, memory, move) => {
      if (found.length === 0 && isAt(key, memory, wanted)) found.push([key, memory, move]);
    });
    const [next] = found;
    if (!next) throw new Error('The path of a failure cannot be replayed.');
    go(plain.nameOf(next[2]), next[0], next[1]);
  }
  try {
    plain.expand(plain.read(now.key, now.memory), () => undefined);
  } catch (error) {
    if (!(error instanceof BrokenInvariant)) throw error;
    const { broken, move, event } = error;
    lines.push(`${move ?? JSON.stringify(event)}: promise ${broken.promise}, ${broken.why}`);
  }
  return lines;
}
