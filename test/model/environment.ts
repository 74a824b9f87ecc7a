/**
 * The environment of the change machine in a searched state, packed into small integers:
 * Cloudflare's copy of the profile, the send in progress, paused saves, and the memory of the
 * invariants.
 */
import type { RemoteCopy, SentWrite } from '../../src/main/changes/machine';
import type { Patch } from '../../src/shared/patch';
import { mapFields, type Profile } from '../../src/shared/profile';
import { OLDER_VERSION, PENDING_VERSION } from './machine-code';
import { fieldsOf, savesOf, profileOf, textCount, textsOfScope, type Scope } from './scope';
import type { Renaming } from './symmetry';

/** A send in progress: Cloudflare stored its write, but the app has no response yet. */
export interface Send {
  /** Whether the send carries the version that is pending now. */
  current: boolean;
  /** The texts in the write, by field; -1: not in it. */
  texts: number[];
}

/** Everything around the machine. */
export interface Environment {
  /** The number of Cloudflare's current copy. */
  copy: number;
  /** The number of the send in progress; 0: none. */
  send: number;
  /** The paused saves, one bit each. */
  paused: number;
  /** What the invariants remember; see memory.ts. */
  memory: number;
  /**
   * 1 plus the copy that a late observation has read: one that started during a send and has not
   * reached the machine yet. 0: none. Always 0 without the option `late`.
   */
  late: number;
}

/**
 * The layout of the memory (see memory.ts): the number of bits per field, and the positions of the
 * two flags in them. Below the flags are the seen texts: of the draft, then of the pending change.
 */
export function memoryBits(scope: Scope): { width: number; excused: number; own: number } {
  const width = 2 * scope.strangers + 2;
  return { width, excused: 2 * scope.strangers, own: 2 * scope.strangers + 1 };
}

/** Packs and unpacks the environment of a scope. `late`: whether there are late observations. */
export function createEnvironment(
  scope: Scope,
  renamings: readonly Renaming[],
  { late = false } = {},
) {
  const count = textCount(scope);
  const names = fieldsOf(scope);
  const texts = textsOfScope(scope);
  const saves = savesOf(scope);
  const fields = names.map((_, at) => at);
  const profiles = count ** scope.fields;
  const copies = profiles + (scope.missing ? 1 : 0);
  /** The number of the copy that means "no profile"; -1 if there is always a profile. */
  const none = scope.missing ? profiles : -1;
  const base = scope.ours + 1;
  const sends = 1 + 2 * base ** scope.fields;
  const pauses = 2 ** scope.saves;
  const { width, excused, own } = memoryBits(scope);
  const memories = 2 ** (width * scope.fields);
  const lates = late ? copies + 1 : 1;
  /** The number of packed environments, without the memory. */
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
  /** By send: the same send after its version is no longer pending. */
  const overtaken = sendList.map((send) => (send ? sendOf({ ...send, current: false }) : 0));

  /** The content of a send, as the machine receives it with `readBack`. */
  function sentWrite(send: number): SentWrite {
    const { current, texts: list } = readSend(send);
    const patch: Patch = {};
    names.forEach((name, at) => {
      const written = texts[list[at] ?? -1];
      if (written !== undefined) patch[name] = { base: null, text: written };
    });
    return { version: current ? PENDING_VERSION : OLDER_VERSION, patch };
  }

  /** Packs everything except the memory. */
  const pack = (copy: number, send: number, paused: number, lateCopy: number): number =>
    ((lateCopy * copies + copy) * sends + send) * pauses + paused;

  function unpack(code: number): Omit<Environment, 'memory'> {
    const paused = code % pauses;
    let rest = (code - paused) / pauses;
    const send = rest % sends;
    rest = (rest - send) / sends;
    const copy = rest % copies;
    return { copy, send, paused, late: (rest - copy) / copies };
  }

  /** By renaming: the renamed number of each copy, send, set of paused saves and memory. */
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
        saves.reduce((sum, _save, at) => sum | (((set >> at) & 1) << (by.saves[at] ?? 0)), 0),
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

  /** The `own` flags of all fields. */
  const ownBits = fields.reduce((sum, at) => sum | (1 << (at * width + own)), 0);

  /**
   * Whether Cloudflare stores `after` in a field where it had `before` when `text` is written. It may store
   * any text, but where it keeps what is written empty, only that.
   */
  const mayStore = (before: number, text: number, after: number): boolean =>
    !scope.emptyKept || text !== 0 || after === before;

  /** The texts that Cloudflare has after a write as it is documented. */
  const storedAsDocumented = (before: Profile, put: Profile): Profile =>
    scope.emptyKept ? mapFields((field) => put[field] || before[field]) : put;

  /** By two copies: the fields in which they differ, one bit each. */
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
    mayStore,
    storedAsDocumented,
  };
}

/** The packed environment of one scope. */
export type EnvironmentCodes = ReturnType<typeof createEnvironment>;
