/** The events that carry a value of main: when each is due, and how often it may be sent. */
import type { EventPayload, ValueEvent } from '../shared/contract/bridge';
import type { Result } from '../shared/result';
import { publication, type Due, type Publication } from './publisher';

/** Functions that read the payloads of the events. */
export type PayloadReaders = { [E in ValueEvent]: () => Result<EventPayload<E>> };

/**
 * When each event is due. `every` is the shortest time between two of them, in ms. Expensive payloads are sent less
 * often. Progress is sent often enough to count up on screen without flickering.
 */
const DUE: Record<ValueEvent, readonly Due[]> = {
  signInsChanged: [
    // What a person just did to a sign-in, at once: if it came late, it would move what they are about to press. While
    // thousands of entries are added, the throttle waits longer, because counting takes longer (lib/throttle.ts).
    { every: 1, topics: [], signIns: true },
    // Its number of waiting changes.
    { every: 1_000, topics: ['outbox'] },
  ],
  // Contains the number of waiting changes, which must agree with the open page, except while thousands are submitted.
  connectionChanged: [
    { every: 0, topics: ['connection', 'outbox'], slices: false },
    { every: 250, topics: ['outbox'], slices: true },
  ],
  // Counts the items of every save. What has a draft cannot be undone.
  savesChanged: [{ every: 500, topics: ['saves', 'connection', 'drafts'] }],
  batchesChanged: [{ every: 250, topics: ['batches'] }],
  changesChanged: [{ every: 250, topics: ['outbox', 'drafts'] }],
  bannersChanged: [{ every: 0, topics: ['banners'] }],
  settingsChanged: [{ every: 0, topics: ['settings'] }],
  checksChanged: [{ every: 250, topics: ['checks'] }],
  initialFetchChanged: [{ every: 250, topics: ['initialFetch', 'connection'] }],
  importProgressChanged: [{ every: 250, topics: ['import'] }],
  selectionActionsChanged: [{ every: 250, topics: ['selection-actions'] }],
  additionsChanged: [{ every: 250, topics: ['additions'] }],
  updatesChanged: [{ every: 0, topics: ['updates'] }],
};

/** Builds the events. */
export function publications(readers: PayloadReaders): Publication[] {
  return (Object.keys(DUE) as ValueEvent[]).flatMap((event) =>
    DUE[event].map((due) => publication(event, due, readers[event])),
  );
}
