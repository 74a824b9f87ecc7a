/**
 * The environment of the machine in a searched state, as small integers: Cloudflare's copy, the
 * send in progress, paused jobs, and what the invariants must remember.
 */
import type { RemoteCopy, SentWrite } from '../../src/main/changes/machine';
import type { Patch } from '../../src/shared/patch';
import { OLDER_VERSION, PENDING_VERSION } from './machine-code';
import { fieldsOf, jobsOf, profileOf, textCount, textsOfScope, type Scope } from './scope';
import type { Renaming } from './symmetry';

/** A send whose write was stored. Its response is still to come, or is lost. */
export interface Send {
  /** Whether it carries the version that is pending now. */
  current: boolean;
  /** The texts in the write, by field; -1: not in it. */
  texts: number[];
}

/** Everything around the machine. */
export interface Environment {
  copy: number;
  /** 0: no send is in progress. */
  send: number;
  /** One bit per job. */
  paused: number;
  memory: number;
  /** 0, or 1 plus a copy that an observation read during a send (harness check only). */
  late: number;
}

/** Bits of the memory, per field: see memory.ts. */
export function memoryBits(scope: Scope): { width: number; excused: number; own: number } {
  const width = 2 * scope.strangers + 2;
  return { width, excused: 2 * scope.strangers, own: 2 * scope.strangers + 1 };
}

/** Packs the environment of one scope. `late`: whether late observations are included. */
export function createEnvironment(
  scope: Scope,
  renamings: readonly Renaming[],
  { late = false } = {},
) {
  const count = textCount(scope);
  const names = fieldsOf(scope);
  const texts = textsOfScope(scope);
  const jobs = jobsOf(scope);
  const fields = names.map((_, at) => at);
  const profiles = count ** scope.fields;
  const copies = profiles + (scope.missing ? 1 : 0);
  /** The number of the missing profile; -1 if there is always one. */
  const none = scope.missing ? profiles : -1;
  const base = scope.ours + 1;
  const sends = 1 + 2 * base ** scope.fields;
  const pauses = 2 ** scope.jobs;
  const { width, excused, own } = memoryBits(scope);
  const memories = 2 ** (width * scope.fields);
  const lates = late ? copies + 1 : 1;
  const size = copies * sends * pauses * lates;

  const copyTexts = Array.from({ length: copies }, (_, copy) =>
    fields.map((at) => (copy === none ? 0 : Math.floor(copy / count ** at) % count)),
  );
  const copyOf = (list: readonly number[]): number =>
    list.reduce((sum, value, at) => sum + value * count ** at, 0);
  const remoteCopies: RemoteCopy[] = copyTexts.map((list, copy) =>
    copy === none
      ? 'none'
      : profileOf(
          scope,
          list.map((at) => texts[at] ?? ''),
        ),
  );

  function sendOf({ current, texts: list }: Send): number {
    const written = list.reduce((sum, value, at) => sum + (value + 1) * base ** at, 0);
    return 1 + Number(current) * base ** scope.fields + written;
  }
  function readSend(send: number): Send {
    const written = (send - 1) % base ** scope.fields;
    return {
      current: send > base ** scope.fields,
      texts: fields.map((at) => (Math.floor(written / base ** at) % base) - 1),
    };
  }
  const sendList = Array.from({ length: sends }, (_, send) => (send === 0 ? null : readSend(send)));
  /** The same send, once a newer version is pending or none at all. */
  const overtaken = sendList.map((send) => (send ? sendOf({ ...send, current: false }) : 0));

  /** What `readBack` receives. */
  function sentWrite(send: number): SentWrite {
    const { current, texts: list } = readSend(send);
    const patch: Patch = {};
    names.forEach((name, at) => {
      const written = texts[list[at] ?? -1];
      if (written !== undefined) patch[name] = { base: null, text: written };
    });
    return { version: current ? PENDING_VERSION : OLDER_VERSION, patch };
  }

  /** Everything but the memory. */
  const pack = (copy: number, send: number, paused: number, lateCopy: number): number =>
    ((lateCopy * copies + copy) * sends + send) * pauses + paused;

  function unpack(code: number): Omit<Environment, 'memory'> {
    const paused = code % pauses;
    let rest = (code - paused) / pauses;
    const send = rest % sends;
    rest = (rest - send) / sends;
    return { copy: rest % copies, send, paused, late: Math.floor(rest / copies) };
  }

  /** One table per renaming and kind. */
  const renamed = renamings.map((by) => {
    // A field that is not in a send has no text: -1 stays -1.
    const move = (list: readonly number[]): number[] => {
      const moved: number[] = [];
      list.forEach((text, at) => {
        moved[by.fields[at] ?? 0] = by.texts[at]?.[text] ?? text;
      });
      return moved;
    };
    return {
      copy: copyTexts.map((list, copy) => (copy === none ? none : copyOf(move(list)))),
      send: sendList.map((send) => (send ? sendOf({ ...send, texts: move(send.texts) }) : 0)),
      paused: Array.from({ length: pauses }, (_, set) =>
        jobs.reduce((sum, _job, at) => sum | (((set >> at) & 1) << (by.jobs[at] ?? 0)), 0),
      ),
      memory: Array.from({ length: memories }, (_, memory) => renameMemory(memory, by)),
    };
  });

  function renameMemory(memory: number, by: Renaming): number {
    let result = 0;
    for (const at of fields) {
      const before = memory >> (at * width);
      let after = before & ((1 << excused) | (1 << own));
      for (let stranger = 0; stranger < scope.strangers; stranger += 1) {
        const to = (by.texts[at]?.[scope.ours + stranger] ?? 0) - scope.ours;
        after |= ((before >> stranger) & 1) << to;
        after |= ((before >> (scope.strangers + stranger)) & 1) << (scope.strangers + to);
      }
      result |= (after & ((1 << width) - 1)) << ((by.fields[at] ?? 0) * width);
    }
    return result;
  }

  const ownBits = fields.reduce((sum, at) => sum | (1 << (at * width + own)), 0);

  /** For two copies, the bits of the fields in which they differ. */
  const differing = copyTexts.map((one) =>
    copyTexts.map((other) =>
      fields.reduce((sum, at) => sum | (one[at] === other[at] ? 0 : 1 << at), 0),
    ),
  );

  return {
    copies,
    none,
    size,
    ownBits,
    copyTexts,
    copyOf,
    remoteCopies,
    sendOf,
    sendList,
    overtaken,
    sentWrite,
    pack,
    unpack,
    renamed,
    differing,
  };
}

/** The packed environment of one scope. */
export type EnvironmentCodes = ReturnType<typeof createEnvironment>;
