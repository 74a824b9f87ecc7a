/** The harness for work on the selected entries, on top of the sync harness. */
import {
  createSelectionActions,
  type SelectionActions,
} from '../../../src/main/selection/selection-actions';
import type {
  SelectedRemoval,
  SelectionActionsStatus,
} from '../../../src/shared/selection-actions';
import { success, type Result } from '../../../src/shared/result';
import type { StandinOptions } from '../../standin/index';
import { valueOf } from '../results';
import { SyncHarness } from '../sync/harness';

export { closeHarnesses, SIGN_IN } from '../sync/harness';

const yieldToEventLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export class SelectionActionsHarness {
  readonly sync: SyncHarness;
  /** Ids of the selected entries, in list order. */
  selection: readonly string[];
  readonly selectionActions: SelectionActions;
  /** Ids of the sign-ins that were removed with their entries. */
  readonly removedSignIns: string[] = [];
  /** What removing a sign-in answers, or throws. */
  signInRemoval: Result<null> | Error = success(null);
  /** Every status that was published. */
  readonly published: SelectionActionsStatus[] = [];
  /** How many entries were saved after each slice. */
  readonly savedAfterSlice: number[] = [];

  constructor(sync: SyncHarness) {
    this.sync = sync;
    this.selection = sync.ids;
    const { database, deps, sendStatus } = sync;
    const onChange = (): void => void this.published.push(this.selectionActions.status());
    sync.onProgress = onChange;
    this.selectionActions = createSelectionActions({
      database,
      cloudflare: deps.cloudflare,
      authorizationOf: (id) => sync.authorizationOf(id),
      selected: () => success([...this.selection]),
      isWriting: sendStatus.isWriting,
      onRemoved: () => this.savedAfterSlice.push(this.saved.length),
      removeSignIn: async (id) => {
        this.removedSignIns.push(id);
        if (this.signInRemoval instanceof Error) throw this.signInRemoval;
        return this.signInRemoval;
      },
      readQueue: sync.readQueue,
      yieldToEventLoop,
      onChange,
    });
  }

  static async start(options: StandinOptions = {}): Promise<SelectionActionsHarness> {
    return new SelectionActionsHarness(await SyncHarness.start(options));
  }

  get handlers(): SelectionActions['handlers'] {
    return this.selectionActions.handlers;
  }

  /** Ids of the saved entries. */
  get saved(): string[] {
    return this.sync.read(({ organizations }) => organizations.ids());
  }

  async preview(ids: readonly string[] = this.sync.ids): Promise<SelectedRemoval> {
    this.selection = ids;
    return valueOf(await this.handlers.removal(null));
  }

  /** Waits until the refresh has ended. */
  async refreshed(): Promise<NonNullable<SelectionActionsStatus['refresh']>> {
    await this.sync.until(() => this.selectionActions.status().refresh?.isRunning === false);
    return this.selectionActions.status().refresh!;
  }
}
