/** The rate budget's memory in the database. When that fails, counting goes on in memory. */
import type { BudgetMemory } from './cloudflare/budget-state';
import type { Store } from './store/tables';

/** Makes it; nothing is read or written yet. */
export function createBudgetMemory(store: Store): BudgetMemory {
  return {
    load() {
      const rows = store.read((tables) => tables.budget.all());
      return rows.ok ? rows.value : [];
    },
    save: (userId, state) => void store.write((tables) => tables.budget.put({ userId, state })),
    forget: (userIds) =>
      void store.write((tables) => userIds.forEach((id) => tables.budget.remove(id))),
  };
}
