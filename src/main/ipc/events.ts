/**
 * Events from main to the window. Each payload is parsed by its schema before it is sent, so the window
 * receives exactly what the contract declares.
 */
import * as v from 'valibot';
import { eventChannel, type EventName, type EventPayload } from '../../shared/contract/bridge';
import { events } from '../../shared/contract/index';

/** Sends an event to the window; does nothing while there is none. */
export type Emit = <E extends EventName>(name: E, payload: EventPayload<E>) => void;

/**
 * Builds the sender of events.
 * @param deliver sends a parsed payload on a channel of the window; must do nothing without a window
 * @param onUnexpected called when a payload does not fit its schema, which is a bug in main
 */
export function createEmit(
  deliver: (channel: string, payload: unknown) => void,
  onUnexpected: (where: string, error: unknown) => void,
): Emit {
  return (name, payload) => {
    const parsed = v.safeParse(events[name] as v.GenericSchema, payload);
    if (parsed.success) deliver(eventChannel(name), parsed.output);
    else onUnexpected(`event ${name}`, new Error(v.summarize(parsed.issues)));
  };
}
