/** Sign-ins as the window sees them: without their key and without what only main needs. */
import type { Result } from '../../shared/result';
import type { SignIn } from '../../shared/sign-in';
import type { SignInRow, Database, Tables } from '../database';

/**
 * The window's view of a sign-in.
 * @param counts see `countsOf`
 */
export function toSignIn(row: SignInRow, counts: SignInCounts): SignIn {
  const { id, kind, label, email, readOnly, expiresAt, state, checkedAt, issue, issueSince } = row;
  return {
    id,
    kind,
    label,
    email,
    readOnly,
    expiresAt,
    state,
    checkedAt,
    issue,
    issueSince,
    organizations: counts.uses.get(id) ?? 0,
    waiting: counts.waiting.get(id) ?? 0,
    paused: counts.paused.get(id) ?? 0,
  };
}

/** Three counts for each sign-in id: its organizations, their pending changes, and the paused ones among these. */
export interface SignInCounts {
  uses: ReadonlyMap<string, number>;
  waiting: ReadonlyMap<string, number>;
  paused: ReadonlyMap<string, number>;
}

/** The counts of all sign-ins. Call inside `Database.read`. */
export function countsOf({ list, outbox }: Tables): SignInCounts {
  return {
    uses: list.bySignIn(),
    waiting: outbox.waitingCounts(),
    paused: outbox.pausedCounts(),
  };
}

/** The window's view of all sign-ins. */
export function listSignIns(database: Database): Result<SignIn[]> {
  return database.read((tables) => {
    const counts = countsOf(tables);
    return tables.signIns.all().map((row) => toSignIn(row, counts));
  });
}
