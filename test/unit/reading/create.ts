/** The reading queue for tests, on the parts of another harness. */
import { createReading, type Reading, type ReadingOptions } from '../../../src/main/reading/queue';
import type { SendStatus } from '../../../src/main/changes/send-status';

/** What tests must provide; everything else has a default. */
type Needed = Pick<
  ReadingOptions,
  'store' | 'cloudflare' | 'authorizationOf' | 'limiter' | 'refresh' | 'onSignInIssue'
> &
  Pick<ReadingOptions, 'now' | 'elapsed' | 'random' | 'timers'> & { sendStatus: SendStatus };

/** Creates the queue. */
export function createTestReading(deps: Needed & Partial<ReadingOptions>): Reading {
  const { sendStatus } = deps;
  return createReading({
    isSending: (id) => sendStatus.of(id).step !== null,
    isOffline: () => false,
    openPage: () => {
      const id = sendStatus.openId();
      return id === null ? null : { id, failure: sendStatus.of(id).refreshFailure ?? null };
    },
    onProgress: () => undefined,
    yieldToEventLoop: () => new Promise((resolve) => setImmediate(resolve)),
    ...deps,
  });
}
