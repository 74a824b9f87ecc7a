/** A sign-in as the window may know it: its row without what only main needs, and never its key. */
import type { Outcome } from '../../shared/failure';
import type { SignIn } from '../../shared/sign-in';
import type { CredentialRow, Store, Tables } from '../database/tables';

/**
 * The window's view of a sign-in.
 * @param counts how many organizations use each sign-in, and how many of their changes wait
 */
export function toSignIn(row: CredentialRow, counts: SignInCounts): SignIn {
  const { id, label, email, state, checkedAt, issue, issueSince } = row;
  return {
    ...{ id, label, email, state, checkedAt, issue, issueSince },
    organizations: counts.uses.get(id) ?? 0,
    waiting: counts.waiting.get(id) ?? 0,
    paused: counts.paused.get(id) ?? 0,
  };
}

/** Counts by sign-in id. */
export interface SignInCounts {
  uses: ReadonlyMap<string, number>;
  waiting: ReadonlyMap<string, number>;
  paused: ReadonlyMap<string, number>;
}

/** Counts what every sign-in is needed for. Call inside `Store.read`. */
export function countsOf({ list, outbox }: Tables): SignInCounts {
  return {
    uses: list.bySignIn(),
    waiting: outbox.waitingCounts(),
    paused: outbox.pausedCounts(),
  };
}

/** All sign-ins as the window knows them. */
export function listSignIns(store: Store): Outcome<SignIn[]> {
  return store.read((tables) => {
    const counts = countsOf(tables);
    return tables.credentials.all().map((row) => toSignIn(row, counts));
  });
}
