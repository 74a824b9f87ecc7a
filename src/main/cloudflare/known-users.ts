/** The budgets of all Cloudflare users this app asks about, read from the memory and written to it. */
import { fromState, isOver, toState, type BudgetMemory, type UserMemory } from './budget-state';
import { UserBudget } from './user-budget';

/** What they need. */
export interface KnownUsersOptions {
  /** Ms since the epoch. */
  now: () => number;
  /** Ms of a clock that nobody sets. */
  elapsed: () => number;
  memory?: BudgetMemory | undefined;
}

/** The users. */
export class KnownUsers {
  readonly #options: KnownUsersOptions;
  readonly #users = new Map<string, UserBudget>();
  /** Rows that say nothing any more; they go with the next write, a start writes nothing. */
  #over: string[] = [];

  /** Reads the memory; `onRead` gets what it holds of each user. */
  constructor(options: KnownUsersOptions, onRead: (known: UserMemory) => void) {
    this.#options = options;
    for (const { userId, state } of options.memory?.load() ?? []) {
      const known = fromState(state, this.#moment());
      if (isOver(known)) {
        this.#over.push(userId);
      } else {
        this.#users.set(userId, this.#create(userId, known));
        onRead(known);
      }
    }
  }

  /** The budget of this user, an unused one if need be. */
  get(id: string): UserBudget {
    const user = this.#users.get(id) ?? this.#create(id);
    this.#users.set(id, user);
    return user;
  }

  all(): UserBudget[] {
    return [...this.#users.values()];
  }

  #create(id: string, known?: UserMemory): UserBudget {
    const save = (memory: UserMemory): void => this.#save(id, memory);
    return new UserBudget({ elapsed: this.#options.elapsed, save }, known);
  }

  #save(id: string, known: UserMemory): void {
    const { memory } = this.#options;
    memory?.save(id, toState(known, this.#moment()));
    const over = this.#over.filter((other) => other !== id);
    this.#over = [];
    if (over.length > 0) memory?.forget(over);
  }

  #moment() {
    return { steady: this.#options.elapsed(), wall: this.#options.now() };
  }
}
