/** Handlers of the namespace `selectionActions`: refreshes the selected entries, changes their sign-in and removes them. */
import type { Handlers } from '../../shared/contract/bridge';
import { success, type Result } from '../../shared/result';
import type { SelectionActionsStatus } from '../../shared/selection-actions';
import type { ReadQueue } from '../read-queue';
import { createChangeSignIns, type ChangeSignInsOptions } from './change-sign-ins';
import { createRemoveSelected, type RemoveSelectedOptions } from './remove-selected';

/** Dependencies of the handlers. */
export interface SelectionActionsOptions
  extends Omit<RemoveSelectedOptions, 'onProgress'>, Omit<ChangeSignInsOptions, 'onProgress'> {
  /** Refreshes entries in the background. */
  readQueue: Pick<
    ReadQueue,
    'refreshSelected' | 'retrySelected' | 'stopSelected' | 'dismissSelected' | 'selectedStatus'
  >;
  /** Called when the status changed. */
  onChange: () => void;
}

/** Creates the handlers. */
export function createSelectionActions(options: SelectionActionsOptions) {
  const { readQueue, onChange } = options;
  let work: SelectionActionsStatus['work'] = null;

  function report(next: SelectionActionsStatus['work']): void {
    work = next;
    onChange();
  }

  const onProgress = (done: number, total: number): void => report({ done, total });
  const removal = createRemoveSelected({ ...options, onProgress });
  const signIns = createChangeSignIns({ ...options, onProgress });

  /** Runs `action` and clears the progress afterwards, whatever happens. */
  async function withProgress<T>(action: () => Promise<Result<T>>): Promise<Result<T>> {
    try {
      return await action();
    } finally {
      report(null);
    }
  }

  const status = (): SelectionActionsStatus => ({ refresh: readQueue.selectedStatus(), work });

  const handlers: Handlers<'selectionActions'> = {
    get: () => success(status()),
    refresh() {
      const ids = options.selected();
      if (!ids.ok) return ids;
      if (ids.value.length > 0) readQueue.refreshSelected(ids.value);
      return success(null);
    },
    stopRefresh() {
      readQueue.stopSelected();
      return success(null);
    },
    retryRefresh() {
      readQueue.retrySelected();
      return success(null);
    },
    dismissRefresh() {
      readQueue.dismissSelected();
      return success(null);
    },
    removal: () => removal.preview(),
    remove: (which) => withProgress(() => removal.remove(which)),
    countSignIns: () => signIns.count(),
    changeSignIn: ({ signInId }) => withProgress(() => signIns.change(signInId)),
  };

  return {
    status,
    handlers,
  };
}

/** The handlers, and the status of the work. */
export type SelectionActions = ReturnType<typeof createSelectionActions>;
