/**
 * The calls about all changes that are not at Cloudflare yet: which they are, withdrawing them, and deciding about them. A
 * decision that is about another change or another copy than its row shows does nothing.
 */
import type { SomeHandlers } from '../../shared/contract/bridge';
import type { ChangeCounts, DecideRow } from '../../shared/changes';
import type { FailureCode } from '../../shared/failure';
import { needsDecision, type Choice } from '../../shared/organization';
import { failed, success, type Result } from '../../shared/result';
import { writeInSlices, type Database, type OutboxRow, type Tables } from '../database';
import { conflictingFields, type ChangeEvent } from './machine';
import { copyId, decidedCopy, decideRow, waitingRow } from './pending-rows';
import { applyEvent, pendingOf } from './repository';
import type { SendStatus } from './send-status';

/** Dependencies of the handlers. */
export interface PendingOptions {
  database: Database;
  now: () => number;
  sendStatus: Pick<SendStatus, 'of' | 'isWriting' | 'changed' | 'edited'>;
  /** Sends this entry's change before all others. */
  sendFirst: (entryId: string) => void;
  /** Retries a waiting change now. */
  retryNow: (entryId: string) => void;
  /** Yields to the event loop. */
  yieldToEventLoop: () => Promise<void>;
}

/** What a decision is about: a change and a copy. */
type DecisionTarget = Pick<DecideRow, 'entryId' | 'version' | 'remoteId'>;

/** The event that makes a decision about a change. */
function decisionOf(change: OutboxRow, choice: Choice): ChangeEvent {
  const { version, remote, state } = change;
  if (state === 'conflict' && remote) {
    const fields = conflictingFields(pendingOf(change));
    const choices = Object.fromEntries(fields.map((field) => [field, choice]));
    return { type: 'resolve', version, remote, choices };
  }
  if (choice === 'mine') return { type: 'retry', version, remote };
  return remote ? { type: 'accept', version, remote } : { type: 'discardPending' };
}

/** Creates the handlers. */
export function createPendingChanges(options: PendingOptions) {
  const { database, now, sendStatus, yieldToEventLoop } = options;

  function decide(
    tables: Tables,
    { entryId, version, remoteId }: DecisionTarget,
    choice: Choice,
  ): 'ok' | FailureCode {
    const change = tables.outbox.get(entryId);
    if (change?.version !== version || !needsDecision(change)) return 'change.outdated';
    if (copyId(decidedCopy(tables, change)) !== remoteId) return 'change.outdated';
    const context = { at: now(), isPageOpen: true };
    const decided = applyEvent(tables, entryId, decisionOf(change, choice), context);
    return decided?.changed ? 'ok' : 'change.outdated';
  }

  /** Answers what was done with the change of an entry. */
  function answer(entryId: string, done: Result<'ok' | FailureCode>): Result<null> {
    if (!done.ok) return done;
    // The row shows something else than what there is.
    if (done.value === 'change.outdated') sendStatus.changed(entryId);
    if (done.value !== 'ok') return failed(done.value);
    sendStatus.edited(entryId);
    return success(null);
  }

  /** How many entries have something that is not at Cloudflare yet. */
  const counts = (): Result<ChangeCounts> => database.read(({ outbox }) => outbox.changeCounts());

  const handlers = {
    counts,
    waiting: ({ offset, limit }) =>
      database.read((tables) => {
        const changes = tables.outbox
          .sentAutomatically(offset, limit)
          .flatMap((id) => tables.outbox.get(id) ?? []);
        const saves = new Set(changes.flatMap(({ saveId }) => saveId ?? []));
        const paused = tables.saves.paused([...saves]);
        const rows = changes.map((change) => waitingRow(tables, change, sendStatus, paused));
        return { total: tables.outbox.changeCounts().waiting, rows };
      }),
    toDecide: ({ offset, limit }) =>
      database.read((tables) => {
        const { list, outbox } = tables;
        const ids = (list.building() ? outbox : list).deciding(offset, limit);
        const rows = ids
          .flatMap((id) => outbox.get(id) ?? [])
          .map((change) => decideRow(tables, change));
        return { total: outbox.changeCounts().decide, rows };
      }),
    withdraw: ({ entryId, version, fields }) =>
      answer(
        entryId,
        database.write((tables) => {
          if (tables.outbox.get(entryId)?.version !== version) return 'change.outdated';
          const writing = sendStatus.isWriting(entryId);
          const event = { type: 'withdraw', fields, writing } as const;
          const withdrawn = applyEvent(tables, entryId, event, { at: now(), isPageOpen: true });
          return withdrawn?.changed ? 'ok' : 'change.outdated';
        }),
      ),
    decide({ choice, ...target }) {
      const { entryId } = target;
      let isConflict = false;
      let isLeft = false;
      const verdict = database.write((tables) => {
        isConflict = tables.outbox.get(entryId)?.state === 'conflict';
        const decided = decide(tables, target, choice);
        isLeft = tables.outbox.get(entryId) !== null;
        return decided;
      });
      const answered = answer(entryId, verdict);
      if (!answered.ok) return answered;
      if (choice === 'mine' && !isConflict) options.retryNow(entryId);
      // Sending ends a wait that Cloudflare asked for, also for other changes.
      else if (isLeft) options.sendFirst(entryId);
      return answered;
    },
    async useTheirs({ decisions }) {
      let decided = 0;
      const written = await writeInSlices(
        database,
        decisions,
        (tables, target) => (decide(tables, target, 'theirs') === 'ok' ? target.entryId : null),
        (ids) => {
          for (const id of ids) sendStatus.edited(id);
          decided += ids.length;
        },
        yieldToEventLoop,
      );
      if (!written.ok) return written;
      return success({ decided, left: decisions.length - decided });
    },
  } satisfies SomeHandlers['changes'];
  return { handlers, counts };
}
