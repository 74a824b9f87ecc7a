/** Events to the window: main sends only what the IPC contract declares. */
import { expect, it, vi } from 'vitest';
import { createEmit } from '../../../src/main/ipc/events';
import { eventChannel, type EventPayload } from '../../../src/shared/contract/bridge';

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
