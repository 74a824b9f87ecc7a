/** Explains a failure: the moves and states that lead to it, as text. */
import type { Patch } from '../../src/shared/patch';
import { FIELD_NAMES, type Edits, type Profile } from '../../src/shared/profile';
import { InvariantViolation } from './machine-table';
import { fieldsOf, savesOf, type Scope } from './scope';
import { createHarness, type HarnessOptions, type SearchHarness } from './harness';

const quoted = (text: string | null | undefined): string =>
  text === null ? 'lost' : `"${text ?? ''}"`;

function patchText(patch: Patch): string {
  const fields = FIELD_NAMES.flatMap((field) => {
    const edit = patch[field];
    if (!edit) return [];
    const save = edit.save === undefined ? '' : ` by ${edit.save}`;
    return [`${field} ${quoted(edit.base)} → ${quoted(edit.text)}${save}`];
  });
  return `{${fields.join(', ')}}`;
}

function textsText(texts: Edits): string {
  return `{${FIELD_NAMES.flatMap((field) => (texts[field] === undefined ? [] : [`${field} ${quoted(texts[field])}`])).join(', ')}}`;
}

/** A searched state on one line. */
function stateText(harness: SearchHarness, key: number, memory: number): string {
  const { machine, copy, send, paused, late } = harness.read(key, memory);
  const { saved, draft, pending, abandoned } = harness.table.state(machine);
  const names = fieldsOf(harness.scope);
  const copyText = (from: Profile | string): string =>
    typeof from === 'string' ? from : names.map((name) => quoted(from[name])).join(', ');
  const segments = [
    `Cloudflare ${copyText(harness.environment.remoteCopies[copy] ?? 'none')}`,
    `saved ${copyText(saved)}`,
  ];
  if (Object.keys(draft).length > 0) segments.push(`draft ${patchText(draft)}`);
  if (pending) {
    segments.push(`pending ${patchText(pending.patch)} ${pending.status}`);
    if (Object.keys(pending.attempted).length > 0) {
      segments.push(`attempted ${textsText(pending.attempted)}`);
    }
    if (pending.remote) segments.push(`to decide about ${copyText(pending.remote)}`);
  }
  if (Object.keys(abandoned).length > 0) segments.push(`abandoned ${textsText(abandoned)}`);
  if (send > 0) {
    const { patch, version } = harness.environment.sentWrite(send);
    const isCurrent = version === pending?.version;
    segments.push(`sending ${patchText(patch)}${isCurrent ? '' : ', an older version'}`);
  }
  const held = savesOf(harness.scope).filter((_, at) => (paused >> at) & 1);
  if (held.length > 0) segments.push(`paused: ${held.join(', ')}`);
  if (late > 0) segments.push('an observation is late');
  return segments.join('; ');
}

/** A searched state on the way to a failure, as the search stores it. */
export interface Waypoint {
  key: number;
  memory: number;
}

/**
 * Lists the moves that lead to a failure. The search stored renamed states, so the path is replayed
 * without renamings.
 * @param path the states of the search, from its start to the last one before the failure
 * @param searched the harness of the search that failed
 */
export function traceOf(
  scope: Scope,
  options: HarnessOptions,
  path: readonly Waypoint[],
  searched: SearchHarness,
): string[] {
  const plain = createHarness(scope, { ...options, symmetry: false });
  const isAt = (key: number, memory: number, target: Waypoint): boolean => {
    const { machine, ...environment } = plain.read(key, memory);
    let isSame = false;
    const compare = (found: number, foundMemory: number) => {
      isSame = found === target.key && foundMemory === target.memory;
    };
    searched.visitState(compare, plain.table.codeOf(machine), environment);
    return isSame;
  };
  const lines: string[] = [];
  let current: Waypoint = { key: 0, memory: 0 };
  const addStep = (name: string, key: number, memory: number): void => {
    current = { key, memory };
    lines.push(`${name}: ${stateText(plain, key, memory)}`);
  };
  plain.visitStart((key, memory) => addStep('start', key, memory));
  for (const target of path.slice(1)) {
    const found: [number, number, number][] = [];
    plain.expand(plain.read(current.key, current.memory), (key, memory, move) => {
      if (found.length === 0 && isAt(key, memory, target)) found.push([key, memory, move]);
    });
    const [next] = found;
    if (!next) throw new Error('The path of a failure cannot be replayed.');
    addStep(plain.nameOf(next[2]), next[0], next[1]);
  }
  try {
    plain.expand(plain.read(current.key, current.memory), () => undefined);
  } catch (error) {
    if (!(error instanceof InvariantViolation)) throw error;
    const { violation, move, event } = error;
    lines.push(
      `${move ?? JSON.stringify(event)}: invariant ${violation.invariant}, ${violation.why}`,
    );
  }
  return lines;
}
