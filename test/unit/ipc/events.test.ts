/** Events to the window: main sends only what the IPC contract declares. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it, vi } from 'vitest';
import { createEmit } from '../../../src/main/ipc/events';
import { eventChannel, type EventPayload } from '../../../src/shared/contract/bridge';
import { events, valueEvents } from '../../../src/shared/contract/index';

it('delivers a valid payload, without undeclared properties', () => {
  const deliver = vi.fn();
  const emit = createEmit(deliver, vi.fn());
  emit('menuCommand', { command: 'add', key: 'secret' } as EventPayload<'menuCommand'>);
  expect(deliver).toHaveBeenCalledWith(eventChannel('menuCommand'), { command: 'add' });
});

it('does not send an invalid payload, and reports where it is wrong', () => {
  const deliver = vi.fn();
  const onUnexpected = vi.fn();
  const emit = createEmit(deliver, onUnexpected);
  emit('menuCommand', { command: 'explode' } as unknown as EventPayload<'menuCommand'>);
  expect(deliver).not.toHaveBeenCalled();
  expect(onUnexpected).toHaveBeenCalledWith('event menuCommand', expect.any(Error));
});

// That of a value is sent by its entry in publications.ts, and it is a type error if that is missing.
const OTHER_EVENTS = Object.keys(events).filter((name) => !(name in valueEvents));
it.each(OTHER_EVENTS)('main sends %s', (name) => {
  const files = readdirSync('src/main', { recursive: true, encoding: 'utf8' });
  const code = files
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(`src/main/${file}`, 'utf8'));
  expect(code.join()).toMatch(new RegExp(`\\b(emit|send)\\(\\s*'${name}'`));
});
