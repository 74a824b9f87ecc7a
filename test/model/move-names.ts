/** The numbers of the moves that are not the person's, and what the moves are called. */
import type { PersonMove } from './person-moves';

/** Moves without a parameter. */
export const MOVES = {
  read: 500,
  observe: 501,
  end: 502,
  readBack: 503,
  beginLate: 504,
  late: 505,
  failedWrite: 506,
};

/** To these, a save, a field or a copy of Cloudflare's profile is added. */
export const FIRST = {
  pause: 1000,
  write: 3000,
  stranger: 4000,
  observedSibling: 5000,
  knownSibling: 6000,
  unknownSibling: 7000,
  lesson: 8000,
};

const NAMES = new Map([
  [MOVES.read, 'read'],
  [MOVES.observe, 'observe'],
  [MOVES.end, 'the send ends without a response, or the app crashes'],
  [MOVES.readBack, 'read back'],
  [MOVES.beginLate, 'an observation starts during the send'],
  [MOVES.late, 'that observation arrives'],
  [MOVES.failedWrite, 'read, then a write that fails'],
]);

/** Describes a move. */
export function moveName(
  move: number,
  person: readonly PersonMove[],
  saves: readonly string[],
  copyName: (copy: number) => string,
): string {
  const { pause, write, stranger, observedSibling, knownSibling, unknownSibling, lesson } = FIRST;
  if (move >= lesson) return 'that write through another entry becomes known';
  if (move >= unknownSibling)
    return `another entry leaves ${copyName(move - unknownSibling)}, not known yet`;
  if (move >= knownSibling) return `another entry leaves ${copyName(move - knownSibling)}`;
  if (move >= observedSibling)
    return `another entry leaves ${copyName(move - observedSibling)}, observed`;
  if (move >= stranger) return `a stranger leaves ${copyName(move - stranger)}`;
  if (move >= write) return `read, then a write that leaves ${copyName(move - write)}`;
  if (move >= pause) return `pause or resume ${saves[move - pause]}`;
  return NAMES.get(move) ?? person[move]?.name ?? 'a move';
}
