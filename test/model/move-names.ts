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
  const { pause, write, stranger } = FIRST;
  if (move >= stranger) return `a stranger leaves ${copyName(move - stranger)}`;
  if (move >= write) return `read, then a write that leaves ${copyName(move - write)}`;
  if (move >= pause) return `pause or resume ${saves[move - pause]}`;
  return NAMES.get(move) ?? person[move]?.name ?? 'a move';
}
