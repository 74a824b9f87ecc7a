/**
 * Sign-ins that a check of all organizations leaves out, because they do not work: why, and what of
 * theirs was not checked, so that it can be taken up again.
 */
import type { Failure } from '../../shared/failure';

/** An entry and the sign-in it is read with. */
export interface CheckedEntry {
  organizationId: string;
  credentialId: string;
}

/** One that was left out. */
interface Left {
  failure: Failure;
  entries: readonly CheckedEntry[];
}

/** Those left out of a run. */
export class LeftOut {
  readonly #left = new Map<string, Left>();

  /** Why not everything could be checked, as far as that is the sign-ins: the first of them, or null. */
  get failure(): Failure | null {
    const [first] = this.#left.values();
    return first?.failure ?? null;
  }

  /** Leaves a sign-in out with what waits; gives the rest of what waits. */
  add(credentialId: string, failure: Failure, waiting: readonly CheckedEntry[]): CheckedEntry[] {
    const own = (entry: CheckedEntry): boolean => entry.credentialId === credentialId;
    const before = this.#left.get(credentialId);
    this.#left.set(credentialId, {
      failure: before?.failure ?? failure,
      entries: [...(before?.entries ?? []), ...waiting.filter(own)],
    });
    return waiting.filter((entry) => !own(entry));
  }

  /** Takes those back of which `works` says so: their ids, and what of theirs waits again. */
  takeBack(works: (credentialId: string) => boolean): { ids: string[]; entries: CheckedEntry[] } {
    const ids = [...this.#left.keys()].filter(works);
    const entries = ids.flatMap((id) => this.#left.get(id)?.entries ?? []);
    for (const id of ids) this.#left.delete(id);
    return { ids, entries };
  }
}
