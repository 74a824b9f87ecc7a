/**
 * A keyring in memory with the interface of the helper process, for tests with many steps. It can be
 * locked or absent, not respond, or die before or after its work. It behaves as measured on
 * gnome-keyring: when locked, it answers a get with nothing and a delete with false, and refuses a
 * set.
 */
import type { KeychainHelper, HelperRequest } from '../../../src/main/keychain';

/**
 * What happens to one request. `die-before` and `die-after`: the helper exits before or after the
 * work.
 */
export type Fate = 'works' | 'locked' | 'absent' | 'silent' | 'die-before' | 'die-after' | 'mute';

export class MemoryKeyring {
  readonly entries = new Map<string, string>();
  readonly requests: HelperRequest[] = [];
  /** Decides what happens to a request. By default everything works. */
  fate: (request: HelperRequest) => Fate = () => 'works';
  spawned = 0;
  killed = 0;

  /** Starts a fake helper on this keyring. */
  readonly spawn = (): KeychainHelper => {
    this.spawned += 1;
    let alive = true;
    let onMessage: (message: unknown) => void = () => {};
    let onExit: () => void = () => {};
    const end = () => {
      if (!alive) return;
      alive = false;
      queueMicrotask(() => onExit());
    };
    return {
      send: (request) => {
        this.requests.push(request);
        const fate = this.fate(request);
        if (fate === 'mute') return;
        if (fate === 'die-before') return end();
        const answer = this.#answer(request, fate);
        if (fate === 'die-after') return end();
        queueMicrotask(() => onMessage({ id: request.id, ...answer }));
      },
      onMessage: (listener) => (onMessage = listener),
      onExit: (listener) => (onExit = listener),
      kill: () => {
        this.killed += 1;
        end();
      },
    };
  };

  #answer(request: HelperRequest, fate: Fate): object {
    if (fate === 'absent' || fate === 'silent') return { result: fate };
    const { account } = request;
    switch (request.operation) {
      case 'get':
        return {
          result: 'done',
          value: fate === 'locked' ? null : (this.entries.get(account) ?? null),
        };
      case 'delete':
        return { result: 'done', value: fate === 'locked' ? false : this.entries.delete(account) };
      case 'set':
        if (fate === 'locked') return { result: 'refused' };
        this.entries.set(account, request.value);
        return { result: 'done', value: null };
    }
  }
}
