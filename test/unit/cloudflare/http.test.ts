/** Sending requests: aborted, endless, failing and oversized ones, and connectivity probes. */
import { getEventListeners } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { FetchInit } from '../../../src/main/cloudflare/http';
import { failureIn, valueOf } from '../results';
import { organizationRef } from '../samples';
import { nodeFetch } from './node-fetch';
import { clientHarness } from './harness';

test('configures fetch not to follow redirects, use cookies or cache responses', async () => {
  const requests: FetchInit[] = [];
  const { cloudflare, auth } = await clientHarness(
    {},
    {
      fetch: (url, init) => {
        requests.push(init);
        return nodeFetch(url, init);
      },
    },
  );
  await cloudflare.user(auth);
  expect(requests[0]).toMatchObject({ redirect: 'manual', credentials: 'omit', cache: 'no-store' });
});

test.each(['stalled-headers', 'stalled-body'] as const)('can be aborted while %s', async (mode) => {
  const { cloudflare, auth, id, standin, clock } = await clientHarness();
  standin.faults.add({ mode });
  const controller = new AbortController();
  const arrived = standin.nextRequest({});
  const request = cloudflare.readProfile(auth, organizationRef(id), { signal: controller.signal });
  await arrived;
  controller.abort();
  expect(failureIn(await request).code).toBe('app.stopping');
  expect(clock.size).toBe(0);
  const again = await cloudflare.readProfile(auth, organizationRef(id), {
    signal: controller.signal,
  });
  expect(failureIn(again).code).toBe('app.stopping');
  expect(standin.requests).toHaveLength(1);
});

test('removes its listener from a signal that lives as long as the app', async () => {
  const { cloudflare, auth, id, standin } = await clientHarness();
  const { signal } = new AbortController();
  valueOf(await cloudflare.readProfile(auth, organizationRef(id), { signal }));
  standin.faults.add({ mode: 'reset' });
  failureIn(await cloudflare.readProfile(auth, organizationRef(id), { signal }));
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('does not wait for a fetch that ignores its signal', async () => {
  const { cloudflare, auth, clock } = await clientHarness(
    {},
    { fetch: () => new Promise(() => undefined) },
  );
  const controller = new AbortController();
  const first = cloudflare.user(auth, { signal: controller.signal });
  const second = cloudflare.user(auth);
  await Promise.resolve();
  controller.abort();
  expect(failureIn(await first).code).toBe('app.stopping');
  clock.advance(30_000);
  expect(failureIn(await second).code).toBe('network.timed-out');
});

test('returns a failure when fetch throws synchronously', async () => {
  const thrower = (): never => {
    throw new TypeError('Failed to parse URL');
  };
  const { cloudflare, auth } = await clientHarness({}, { fetch: thrower });
  expect(failureIn(await cloudflare.user(auth)).code).toBe('network.interrupted');
});

test('reports an unreachable and an unresolvable host', async () => {
  const { cloudflare, auth, standin } = await clientHarness();
  await standin.goOffline();
  expect(failureIn(await cloudflare.user(auth)).code).toBe('network.unreachable');
  expect(failureIn(await cloudflare.probe()).code).toBe('network.unreachable');
  await standin.goOnline();
  expect(valueOf(await cloudflare.probe())).toBeNull();
});

test('aborts a response that never ends', async () => {
  const server = createServer((_request, response) => {
    const chunk = Buffer.alloc(4_000_000, ' ');
    response.writeHead(200, { 'content-type': 'application/json' });
    const more = (): boolean => response.write(chunk, () => response.destroyed || more());
    response.on('error', () => undefined);
    more();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const { cloudflare, auth } = await clientHarness({}, { baseUrl: `http://127.0.0.1:${port}` });
  expect(failureIn(await cloudflare.user(auth)).code).toBe('cloudflare.unreadable');
});

test('sends no key or token with a probe, and accepts any response of Cloudflare', async () => {
  const { cloudflare, standin, outcomes } = await clientHarness();
  valueOf(await cloudflare.probe());
  expect(standin.requests[0]?.headers).not.toHaveProperty('x-auth-key');
  expect(standin.requests[0]?.headers).not.toHaveProperty('x-auth-email');
  for (const mode of ['502-branded-html', '429-retry-1'] as const) {
    const remove = standin.faults.add({ mode });
    valueOf(await cloudflare.probe());
    remove();
  }
  standin.faults.add({ mode: '200-portal-html' });
  expect(failureIn(await cloudflare.probe()).code).toBe('network.intercepted');
  expect(outcomes).toHaveLength(4);
});
