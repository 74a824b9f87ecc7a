/** To which requests a fault applies, how many times, and how it is removed. */
import { describe, expect, it } from 'vitest';
import { body, faulty } from './faulty';
import { faultModes, putOnly, type Standin } from './index';
import { idAt, send, putProfile, startForTest } from './support';

describe('adding and removing faults', () => {
  const statuses = async (standin: Standin, count: number) => {
    const seen: number[] = [];
    for (let turn = 0; turn < count; turn += 1) seen.push((await send(standin, '/user')).status);
    return seen;
  };

  it('applies to the nth request only, or the given number of times', async () => {
    const standin = await startForTest();
    standin.faults.add({ mode: '503-text', match: { nth: 2 } });
    standin.faults.add({ mode: '504-text', match: { path: '/user', nth: 4 }, times: 2 });
    expect(await statuses(standin, 6)).toEqual([200, 503, 200, 504, 504, 200]);
    standin.faults.add({ mode: '500-empty', times: 2 });
    expect(await statuses(standin, 3)).toEqual([500, 500, 200]);
  });

  it('matches method and path', async () => {
    const standin = await startForTest();
    const id = idAt(standin, 0);
    const path = `/organizations/${id}`;
    standin.faults.add({ mode: '503-text', match: { method: 'put' } });
    standin.faults.add({ mode: '504-text', match: { path: /^\/organizations\/[0-9a-f]+$/g } });
    expect((await send(standin, `${path}/profile`)).status).toBe(200);
    expect((await putProfile(standin, id, body)).status).toBe(503);
    expect((await send(standin, path)).status).toBe(504);
    expect((await send(standin, path)).status).toBe(504);
  });

  it('removes one or all', async () => {
    const standin = await startForTest();
    const remove = standin.faults.add({ mode: '503-text' });
    standin.faults.add({ mode: '504-text' });
    expect(await statuses(standin, 1)).toEqual([503]);
    remove();
    expect(await statuses(standin, 1)).toEqual([504]);
    standin.faults.clear();
    expect(await statuses(standin, 1)).toEqual([200]);
  });

  it.each(faultModes.filter((mode) => putOnly.has(mode)))(
    'does not apply %s to a GET',
    async (mode) => {
      const { standin, get } = await faulty(mode);
      expect((await get()).status).toBe(200);
      expect(standin.requests[0]?.fault).toBeNull();
    },
  );
});
